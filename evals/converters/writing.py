"""What a converter gives, and how it becomes a suite's folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from evals.loader import load_suite
from evals.run_folder import write_whole
from evals.suite import Question, Record, Suite, SuiteDocument, SuiteError

__all__ = ["Converted", "read_json", "write_suite"]

T = TypeVar("T")


@dataclass(frozen=True)
class Converted:
    """Documents and questions, and a line on each thing that could not be taken over whole."""

    documents: Sequence[SuiteDocument]
    questions: Sequence[Question]
    notes: Sequence[str] = ()


def write_suite(folder: Path, converted: Converted, *, name: str = "", source: str = "") -> Suite:
    """Write a suite and read it back, so that what is written is known to hold.

    Raises:
        SuiteError: the folder holds a suite already, or what was converted does not hold.
    """
    if there := sorted(path.name for path in folder.glob("corpus.jsonl*")):
        raise SuiteError(f"{folder}: expected a folder without a suite, found {there[0]}")
    folder.mkdir(parents=True, exist_ok=True)
    about = {"name": name or folder.name, "source": source}
    files = {
        "corpus.jsonl": _lines(converted.documents),
        "questions.jsonl": _lines(converted.questions),
        # TOML knows no surrogates, by which JSON would escape an emoji.
        "suite.toml": "".join(
            f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
            for key, value in about.items()
            if value
        ),
    }
    for file, content in files.items():
        write_whole(folder / file, content)
    try:
        return load_suite(folder)
    except SuiteError:
        for file in files:  # it would be in the way of the next try
            (folder / file).unlink()
        raise


def read_json(path: Path, kind: type[T]) -> T:
    """Read a JSON file of a known form.

    Raises:
        SuiteError: it is not of the form; the message names the field.
    """
    if not path.is_file():
        raise SuiteError(f"{path}: expected a JSON file, found none")
    try:
        return TypeAdapter(kind).validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise SuiteError(f"{path}: {where}: {first['msg']}") from None


def _lines(records: Iterable[Record]) -> str:
    return "".join(
        json.dumps(record.model_dump(mode="json"), ensure_ascii=False) + "\n" for record in records
    )
