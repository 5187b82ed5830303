"""A file of questions → a file of answers, line by line; can be interrupted and resumed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from assistant.cli.output import console, one_line, tell
from assistant.datatypes import Filter, Turn
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.assistant import Assistant

__all__ = ["BadLine", "BatchReport", "ask_all"]


class BadLine(NamedTuple):
    """A line that could not be answered, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class BatchReport:
    """What became of the questions; `skipped` had their answers already."""

    answered: int = 0
    abstained: int = 0
    skipped: int = 0
    failed: list[BadLine] = field(default_factory=list)


class _Question(NamedTuple):
    qid: str
    text: str
    history: tuple[Turn, ...]


def ask_all(
    assistant: Assistant, questions: Path, answers: Path, *, filters: Filter | None = None
) -> BatchReport:
    """Answer each line of `questions` whose qid is not in `answers` yet, and append it there.

    Raises:
        InvalidInput: `questions` cannot be read, or `answers` is there and is something else.
        LibraryError: the library cannot answer.
    """
    lines = list(_lines(questions))
    answered = _recover(answers)
    report = BatchReport()
    seen: set[str] = set()
    with answers.open("a", encoding="utf-8") as output, _progress(len(lines)) as advance:
        for number, line in lines:
            try:
                question = _parse(line)
                if question.qid in seen:
                    raise InvalidInput(f"expected each qid once, found {question.qid!r} again")
                seen.add(question.qid)
                if question.qid in answered:
                    report.skipped += 1
                    continue
                answer = assistant.ask(question.text, filters=filters, history=question.history)
            except InvalidInput as error:
                report.failed.append(BadLine(number, str(error)))
                tell(
                    f"{one_line(str(questions))} line {number}: {one_line(str(error))}", style="red"
                )
                continue
            finally:
                advance()
            _append(output, {"qid": question.qid, **answer.to_dict()})
            report.answered += 1
            report.abstained += answer.abstained
    return report


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read the lines that are not blank, numbered from 1."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig") as file:
            yield from ((n, line) for n, line in enumerate(file, start=1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or error
        raise InvalidInput(
            f"{path}: expected questions as JSONL in UTF-8, found: {found}"
        ) from error


def _parse(line: str) -> _Question:
    form = '{"qid": "…", "question": "…", "history": [{"question": "…", "answer": "…"}]}'
    try:
        record = json.loads(line)
        qid, text, turns = record["qid"], record["question"], record.get("history") or []
        history = tuple(Turn(turn["question"], turn["answer"]) for turn in turns)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wrong = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise InvalidInput(f"expected {form}, found {wrong}") from error
    told = [("qid", qid), ("question", text)]
    told += [("history", part) for turn in history for part in (turn.question, turn.answer)]
    for name, value in told:
        if not isinstance(value, str):
            raise InvalidInput(f"{name}: expected a text, found {value!r}")
    return _Question(qid, text, history)


def _recover(path: Path) -> set[str]:
    """Find the qids that have their answers; cut off a last line that was not written whole.

    Raises:
        InvalidInput: the file holds something else than answers, which is not to be touched.
    """
    if path.suffix == ".gz":
        raise InvalidInput(
            f"--output: expected a plain file, which can be appended to, found {path}"
        )
    if not path.exists():
        return set()
    qids: set[str] = set()
    whole = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break
            try:
                qids.add(json.loads(line)["qid"])
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidInput(
                    f"{path} line {number}: expected an answer with its qid, found something else; "
                    "name another --output"
                ) from error
            whole += len(line)
    if whole < path.stat().st_size:
        tell(f"{path}: the last line was not whole and is asked again")
        with path.open("rb+") as file:
            file.truncate(whole)
    return qids


def _append(output: IO[str], record: dict[str, Any]) -> None:
    output.write(json.dumps(record) + "\n")
    output.flush()


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=screen, transient=True
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
