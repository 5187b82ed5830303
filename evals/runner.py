"""Asking every question of a suite: resumable, in parallel, whatever the system.

A system is a function from a question to its answer and ranking. What it raises is a result (the
question failed), never the end of the run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from assistant.datatypes import Answer
from assistant.errors import InvalidInput
from evals.responses import RankedPassage, Response, parse_responses
from evals.run_folder import TRANSCRIPT, write_whole
from evals.suite import Question, Suite

__all__ = ["Ask", "Asked", "Reply", "ask_all", "claim", "forget", "respond"]

_IDENTITY = "run.json"


class Reply(NamedTuple):
    """What a system gives for a question; the ranking is None where it tells none."""

    answer: Answer
    ranking: tuple[RankedPassage, ...] | None
    elapsed_ms: float
    """Of the answer alone, as a user waits for it."""


Ask = Callable[[Question], Reply]


@dataclass(frozen=True)
class Asked:
    """All responses in the questions' order, and how long the asking took."""

    responses: list[Response]
    asked: int
    """Questions asked now; the others were taken over from a run that was broken off."""
    seconds: float


def ask_all(
    suite: Suite,
    ask: Ask,
    folder: Path,
    *,
    questions: Sequence[Question],
    workers: int = 1,
    on_done: Callable[[int], None] = lambda _: None,
) -> Asked:
    """Ask questions of a suite, each answer written to the folder's transcript as it comes.

    A run that was broken off goes on where it was: what was answered is taken over, what failed
    is asked again.

    Args:
        folder: of the run, which `claim` made this run's own.
        on_done: told how many more questions are answered.
    """
    done = _answered(folder / TRANSCRIPT, suite)
    left = [question for question in questions if question.qid not in done]
    on_done(len(questions) - len(left))
    # What a system loads on first use would else be part of the first question's latency.
    list(_ask(left[:1], ask, 1))
    started = time.perf_counter()
    with _rewritten(folder / TRANSCRIPT, done.values()) as transcript:
        for response in _ask(left, ask, workers):
            done[response.qid] = response
            _write(transcript, response)
            on_done(1)
    seconds = time.perf_counter() - started
    return Asked([done[question.qid] for question in questions], len(left), seconds)


def claim(folder: Path, identity: Mapping[str, str]) -> None:
    """Make a folder this run's own, to be resumed under the same identity only.

    Args:
        identity: what makes two runs the same (suite, version, settings), by name.

    Raises:
        InvalidInput: the folder holds a run of another identity; the message names what differs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _IDENTITY
    if path.exists():
        other = json.loads(path.read_text("utf-8"))
        for name, value in identity.items():
            if other.get(name) != value:
                raise InvalidInput(
                    f"{folder}: expected a run with {name} {value!r}, found one with "
                    f"{other.get(name)!r}: give another --out, or --fresh to start anew"
                )
    write_whole(path, json.dumps(dict(identity), indent=1))


def respond(question: Question, ask: Ask) -> Response:
    """Ask one question; what the system raises is a failed response."""
    (response,) = _ask([question], ask, 1)
    return response


def forget(folder: Path) -> None:
    """Make a folder ready for a run from the start."""
    for name in (_IDENTITY, TRANSCRIPT):
        (folder / name).unlink(missing_ok=True)


def _ask(questions: Sequence[Question], ask: Ask, workers: int) -> Iterator[Response]:
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        futures = {pool.submit(ask, question): question.qid for question in questions}
        for future in as_completed(futures):
            yield _response(futures[future], future)
    finally:
        pool.shutdown(cancel_futures=True)


def _response(qid: str, future: Future[Reply]) -> Response:
    error = future.exception()
    if error is None:
        reply = future.result()
        return Response(
            qid=qid, answer=reply.answer, ranking=reply.ranking, elapsed_ms=reply.elapsed_ms
        )
    if not isinstance(error, Exception):
        raise error
    return Response(qid=qid, failure=f"{type(error).__name__}: {error}")


def _answered(path: Path, suite: Suite) -> dict[str, Response]:
    """Read what was answered; the last line may be torn, and may be of no use."""
    if not path.exists():
        return {}
    whole = [line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    found = parse_responses(enumerate(whole, 1), suite, str(path))
    return {qid: response for qid, response in found.items() if response.answer}


@contextmanager
def _rewritten(path: Path, responses: Iterable[Response]) -> Iterator[TextIO]:
    """Open a transcript anew, with what is kept already in it."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        for response in responses:
            _write(file, response)
    part.replace(path)
    with path.open("a", encoding="utf-8") as file:
        yield file


def _write(file: TextIO, response: Response) -> None:
    file.write(json.dumps(response.to_dict(), ensure_ascii=False, allow_nan=False) + "\n")
    file.flush()
