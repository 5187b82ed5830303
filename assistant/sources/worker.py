"""The process that parses, commanded over its pipes by `Sandbox`.

A parser that hangs, crashes or swallows the memory takes this process with it, and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from io import BytesIO
from types import TracebackType
from typing import BinaryIO

from assistant.errors import AssistantError
from assistant.sources.kinds import kind_of
from assistant.sources.wire import Done, Failed, Request, receive, send

__all__ = ["guard", "main"]

_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


def main() -> None:
    """Answer requests until the other side goes."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a parser that prints must not speak in our place
    _report_crashes(answers)
    guard()
    send(answers, Done())  # ready: the clock of the first request does not count the start
    while isinstance(request := receive(requests), Request):
        _limit(request)
        send(answers, _answer(request, answers))


def _answer(request: Request, answers: BinaryIO) -> Done | Failed:
    kind = kind_of(f"x{request.suffix}")
    assert kind is not None, "the parent asks only for kinds that it knows"
    try:
        for found in kind.read(BytesIO(request.data), request.options):
            send(answers, found)
    except AssistantError as error:
        return Failed(type(error).__name__, str(error))
    return Done()


def _limit(request: Request) -> None:
    """Bound memory and processor time; files cannot be written at all."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(spent.ru_utime + spent.ru_stime + request.options.seconds) + 5
    limits = {
        resource.RLIMIT_AS: request.options.memory_bytes,
        resource.RLIMIT_CPU: seconds,  # for the case that the parent dies: its clock is stricter
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        with contextlib.suppress(ValueError, OSError):  # macOS knows no RLIMIT_AS
            resource.setrlimit(limit, (value, hard))


def guard() -> None:
    """Refuse network and processes from here on, whatever a document makes a parser do."""
    sys.addaudithook(_forbid)


def _forbid(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is forbidden while a document is parsed")


def _report_crashes(answers: BinaryIO) -> None:
    """Say what ended the process, where Python still can."""

    def report(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            send(answers, Failed(kind.__name__, str(error)[:500]))

    sys.excepthook = report
