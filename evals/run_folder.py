"""A run on disk: `results.json`, `transcript.jsonl` and `scores.csv` in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InvalidInput
from evals.loader import read_lines
from evals.outcome import Outcome
from evals.results import RunInfo, results_dict, scores_csv

__all__ = ["RESULTS", "TRANSCRIPT", "Run", "read_run", "write_run", "write_whole"]

RESULTS = "results.json"
TRANSCRIPT = "transcript.jsonl"
SCORES = "scores.csv"


@dataclass(frozen=True)
class Run:
    """A run read back: its results as they stand in the file, and every question's outcome."""

    path: Path
    results: Mapping[str, Any]
    outcomes: Sequence[Outcome]

    @property
    def name(self) -> str:
        return f"{self.results['system']} ({self.path.name})"


def write_run(folder: Path, outcomes: Sequence[Outcome], info: RunInfo) -> Run:
    """Write a run's three files, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    results = results_dict(outcomes, info)
    lines = (json.dumps(one.to_dict(), ensure_ascii=False, allow_nan=False) for one in outcomes)
    write_whole(folder / TRANSCRIPT, "".join(f"{line}\n" for line in lines))
    write_whole(folder / SCORES, scores_csv(outcomes))
    text = json.dumps(results, ensure_ascii=False, allow_nan=False, indent=1)
    write_whole(folder / RESULTS, f"{text}\n")
    return Run(folder, results, outcomes)


def read_run(folder: Path | str) -> Run:
    """Read a run back.

    Raises:
        InvalidInput: the folder holds no whole run.
    """
    folder = Path(folder)
    for name in (RESULTS, TRANSCRIPT):
        if not (folder / name).is_file():
            raise InvalidInput(
                f"{folder}: expected the folder of a finished run, found no {name}; "
                "make one with `python -m evals run` or `score`"
            )
    try:
        results = json.loads((folder / RESULTS).read_text("utf-8"))
        outcomes = [
            Outcome.from_dict(json.loads(line)) for _, line in read_lines(folder / TRANSCRIPT)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{folder}: expected the files of a run, found: {error!r}") from None
    return Run(folder, results, outcomes)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that it is never seen half written; text is UTF-8."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(path)
