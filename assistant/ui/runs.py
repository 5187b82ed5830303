"""Evaluation runs on disk, as the page shows them: their documented form, nothing of `evals`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from assistant.errors import InvalidInput

__all__ = ["Lost", "Measure", "Results", "Run", "list_runs", "read_run"]

_MOST_RUNS = 200
_LARGEST = 50_000_000  # bytes
_RESULTS, _TRANSCRIPT = "results.json", "transcript.jsonl"


class Measure(BaseModel):
    """The mean of a measure with its 95 % interval, over `n` questions."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


class _Loss(BaseModel):
    n: int


class Results(BaseModel):
    """What of a `results.json` is shown."""

    suite: str
    system: str
    questions: int
    measures: dict[str, Measure]
    by: dict[str, dict[str, dict[str, Measure]]] = {}
    losses: dict[str, _Loss] = {}
    status: dict[str, int] = {}


class Lost(BaseModel):
    """A question that was not answered right, and where that went wrong."""

    qid: str
    question: str
    right: bool
    loss: str
    why: str


class Run(NamedTuple):
    """A run: its results, and the questions that lost."""

    results: Results
    lost: tuple[Lost, ...]


def list_runs(folder: Path) -> list[str]:
    """List the runs under a folder by their relative paths, the newest first."""
    found = [path for path in islice(folder.rglob(_RESULTS), _MOST_RUNS) if path.is_file()]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent.relative_to(folder).as_posix() for path in found]


def read_run(folder: Path, name: str) -> Run:
    """Read one of the runs that `list_runs` gives.

    Raises:
        InvalidInput: it is none of them, or its files have another form.
    """
    if name not in list_runs(folder):
        raise InvalidInput(f"Expected one of the listed runs, found {name!r}")
    try:
        results = Results.model_validate_json(_text(folder / name / _RESULTS))
        lost = tuple(_lost(folder / name / _TRANSCRIPT))
    except (ValidationError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0].replace(str(folder), "")
        raise InvalidInput(f"Expected the files of a run, found: {reason}") from None
    return Run(results, lost)


def _lost(path: Path) -> Iterator[Lost]:
    if not path.is_file():
        return
    for line in _text(path).splitlines():
        one = Lost.model_validate(json.loads(line))
        if not one.right:
            yield one


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > _LARGEST:
        raise ValueError(f"a file of {size:,} bytes, where at most {_LARGEST:,} are read")
    return path.read_text("utf-8")
