"""Reading suites from their folders; a suite that does not hold is refused with the line."""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from evals.suite import GoldSpan, Question, Record, Suite, SuiteDocument, SuiteError, SuiteInfo

__all__ = [
    "Mismatch",
    "find_file",
    "load_suite",
    "mismatches",
    "read_lines",
    "read_record",
    "read_suite",
    "shorten",
]


R = TypeVar("R", bound=Record)


class Mismatch(NamedTuple):
    """A gold span that does not hold in its document."""

    qid: str
    where: str
    """The span's place in the question: ``gold[0]``."""
    field: str
    """The span's field that is off."""
    span: GoldSpan
    expected: str
    found: str


def load_suite(path: Path | str) -> Suite:
    """Read a suite and check that every gold text equals its slice.

    Raises:
        SuiteError: a file is missing, a line is not of the form, or a gold span does not hold.
    """
    suite = read_suite(path)
    for wrong in mismatches(suite):
        where = f"{find_file(suite.path, 'questions.jsonl')}:{suite.lines[wrong.qid]}"
        raise SuiteError(
            f"{where}: {wrong.where}.{wrong.field} of question {wrong.qid!r}: "
            f"expected {wrong.expected}, found {wrong.found}; correct the span, or run "
            f"`python -m evals refresh {suite.path}` if the document changed"
        )
    return suite


def read_suite(path: Path | str) -> Suite:
    """Read a suite without checking its gold texts (`load_suite` does both)."""
    path = Path(path)
    corpus, corpus_sha256 = _records(find_file(path, "corpus.jsonl"), SuiteDocument, "doc_id")
    asked, questions_sha256 = _records(find_file(path, "questions.jsonl"), Question, "qid")
    return Suite(
        path,
        {document.doc_id: document for _, document in corpus},
        tuple(question for _, question in asked),
        _info(path / "suite.toml"),
        corpus_sha256,
        questions_sha256,
        {question.qid: line for line, question in asked},
    )


def mismatches(suite: Suite) -> Iterator[Mismatch]:
    """Give every gold span that does not hold: no such document, bad offsets, other text."""
    for question in suite.questions:
        for where, span in question.spans():
            document = suite.documents.get(span.doc_id)
            if document is None:
                yield Mismatch(
                    question.qid,
                    where,
                    "doc_id",
                    span,
                    "a doc_id of the corpus",
                    repr(span.doc_id),
                )
            elif problem := _problem(span, document.text):
                yield Mismatch(question.qid, where, problem[0], span, *problem[1:])


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a file that are not blank, with their numbers; `.gz` is unpacked."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (gzip.BadGzipFile, EOFError) as error:
        raise SuiteError(f"{path}: expected a whole gzip file, found: {error}") from None


def _problem(span: GoldSpan, text: str) -> tuple[str, str, str] | None:
    """Name the field that is off, what was expected and what was found; None if all is well."""
    if (span.start is None) != (span.end is None):
        return "end", "start and end both given or both null", f"{span.start}, {span.end}"
    if span.start is None or span.end is None:
        return (
            ("text", "the document's whole text or none", shorten(span.text))
            if (span.text and span.text != text)
            else None
        )
    if not 0 <= span.start < span.end <= len(text):
        limits = f"0 <= start < end <= {len(text)} (the text's length)"
        return "start", limits, f"start {span.start}, end {span.end}"
    if span.text != (found := text[span.start : span.end]):
        return (
            "text",
            f"{shorten(found)} (the characters {span.start}-{span.end})",
            shorten(span.text),
        )
    return None


def shorten(text: str) -> str:
    """Quote a text for a message, cut after 80 characters."""
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def _records(path: Path, kind: type[R], key: str) -> tuple[list[tuple[int, R]], str]:
    """Read one record a line; refuse what is not of the form and a key that occurs twice."""
    digest = hashlib.sha256()
    found: list[tuple[int, R]] = []
    seen: dict[str, int] = {}
    for number, line in read_lines(path):
        digest.update(line)
        record = read_record(kind, line, f"{path}:{number}")
        name: str = getattr(record, key)
        if name in seen:
            raise SuiteError(
                f"{path}:{number}: {key}: expected a name of its own, found {name!r}, "
                f"which line {seen[name]} has"
            )
        seen[name] = number
        found.append((number, record))
    if not found:
        raise SuiteError(f"{path}: expected at least one line, found none")
    return found, digest.hexdigest()


def read_record(kind: type[R], line: bytes, where: str) -> R:
    """Read one JSON line as a record; raises SuiteError that begins with `where`."""
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise SuiteError(f"{where}: {_explain(error)}") from None


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"]).lstrip(".")
    return f"{where or 'the line'}: expected: {first['msg']}; found {shorten(str(first['input']))}"


def _info(path: Path) -> SuiteInfo:
    if not path.exists():
        return SuiteInfo()
    try:
        return SuiteInfo.model_validate(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{path}: expected TOML, found: {error}") from None
    except ValidationError as error:
        raise SuiteError(f"{path}: {_explain(error)}") from None


def find_file(folder: Path, name: str) -> Path:
    """Give `name` or `name.gz` in the folder; raises SuiteError where there is neither."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise SuiteError(f"{folder}: expected {name} or {name}.gz, found neither")
