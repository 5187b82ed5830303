"""`assistant verify`: do the citations of stored answers still hold?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from assistant.cli.options import AsJson, Flags, taking
from assistant.cli.output import one_line, show, write_json
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.library import Library

__all__ = ["verify"]


class _Stored(NamedTuple):
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Problem:
    """A citation that does not hold; without a number, the answer as a whole."""

    line: int
    qid: str
    citation: int | None
    document: str
    reason: str


@taking("library", "chroma")
def verify(
    flags: Flags,
    answers: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Answers as JSONL, or one answer as JSON; - reads stdin."
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Check every citation of stored answers against the library, to the character."""
    stored = _read(answers)
    if not stored:
        raise InvalidInput(f"{answers}: expected answers as JSON, found nothing")
    citations = 0
    problems: list[_Problem] = []
    with flags.open_library() as library:
        for line in stored:
            found, checked = _check(line, library)
            problems += found
            citations += checked
    if as_json:
        told = [asdict(problem) for problem in problems]
        write_json({"answers": len(stored), "citations": citations, "problems": told})
    else:
        for problem in problems:
            show(_put(problem), style="red")
        show(f"{len(stored)} answers, {citations} citations, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


def _read(name: str) -> list[_Stored]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or error
        raise InvalidInput(f"{name}: expected answers in UTF-8, found: {found}") from error
    lines = [_Stored(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    # One answer may be written over several lines; none of those is an answer then.
    return [_Stored(1, text)] if lines and lines[0].text.strip() == "{" else lines


def _check(stored: _Stored, library: Library) -> tuple[list[_Problem], int]:
    """Check one answer: the problems, and the number of citations."""
    from assistant.verify import verify as problems_of

    qid = ""
    try:
        answer = _parse(stored.text)
        qid = str(answer.get("qid", ""))
        problems = problems_of(answer, library)
    except InvalidInput as error:
        return [_Problem(stored.line, qid, None, "", str(error))], 0
    found = [_Problem(stored.line, qid, p.citation, p.document, p.reason) for p in problems]
    return found, len(answer["citations"]) + len(answer["nearest"])


def _parse(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"expected JSON, found: {error}") from error
    if not isinstance(answer, dict):
        raise InvalidInput(f"expected an answer as a JSON object, found {type(answer).__name__}")
    return answer


def _put(problem: _Problem) -> str:
    where = f"line {problem.line}"
    if problem.qid:
        where += f", {problem.qid}"
    if problem.citation is not None:
        where += f", citation {problem.citation} of document {problem.document}"
    return one_line(f"{where}: {problem.reason}")
