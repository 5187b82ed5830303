"""The parent's side of the worker: start it, ask it, end it when it takes too much."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from assistant import errors
from assistant.errors import AssistantError, SourceError, SourceTooLarge
from assistant.sources.items import BadPart, Extract, Found, Member
from assistant.sources.wire import Done, Failed, Request, receive, send

__all__ = ["Sandbox"]

# -I and the parent's import path: neither the folder that we are in nor the environment decide what
# is imported.
_START = """
import sys
sys.path[:] = sys.argv[1:]
from assistant.sources.worker import main
main()
"""
_START_SECONDS = 60.0


class Sandbox:
    """A worker process that is started when first needed and replaced after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False

    def read(self, request: Request, *, seconds: float) -> list[Found]:
        """Read a file in the worker.

        Raises:
            SourceTooLarge: it took more than `seconds` or the memory allowed.
            SourceError: it could not be read, or the parser crashed.
        """
        if self._process and self._process.poll() is not None:
            self._end()  # it died while it had nothing to do
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        found: list[Found] = []
        last: Done | Failed | None = None
        try:
            with self._clock(process, seconds):
                last = self._converse(process.stdin, process.stdout, request, found)
        finally:  # one that was interrupted, too, would answer the next request with this one's
            if self._killed or not _is_alive(last):
                self._end()
        if isinstance(last, Done):
            return found
        if self._killed:
            raise SourceTooLarge(f"parsing took more than {seconds:g} s and was ended")
        raise _error(last, process.returncode)

    def close(self) -> None:
        """End the worker; the next request starts another."""
        if self._process:
            self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        path = [entry for entry in sys.path if entry]  # "" is the folder that we happen to be in
        keep = {name: os.environ[name] for name in ("LANG",) if name in os.environ}
        self._killed = False
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-c", _START, *path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONHASHSEED": "0", **keep},  # a parser that goes wrong finds no keys here
        )
        self._await_ready(self._process)
        return self._process

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        ready = None
        try:
            with self._clock(process, _START_SECONDS):
                ready = receive(process.stdout)
        finally:
            if not isinstance(ready, Done):
                self._end()
        if not isinstance(ready, Done):
            code = process.returncode
            raise SourceError(f"the parsing process did not start (exit code {code})")

    @contextmanager
    def _clock(self, process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
        def kill() -> None:
            self._killed = True
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # it may be about to kill

    @staticmethod
    def _converse(
        requests: IO[bytes], answers: IO[bytes], request: Request, found: list[Found]
    ) -> Done | Failed | None:
        try:
            send(requests, request)
        except BrokenPipeError:
            return None
        while isinstance(message := receive(answers), Extract | BadPart | Member):
            found.append(message)
        return message if isinstance(message, Done | Failed) else None

    def _end(self) -> None:
        process, self._process = self._process, None
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.close()  # tells it to go; what crashed has gone already
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _is_alive(last: Done | Failed | None) -> bool:
    """Tell whether the worker goes on after what it said last: its own errors are no end."""
    return isinstance(last, Done) or (isinstance(last, Failed) and last.error in errors.__all__)


def _error(last: Failed | None, code: int | None) -> AssistantError:
    """Make the error that the worker reported, or one for what ended it."""
    if last is None:
        return SourceError(f"the parser crashed (exit code {code}): the file is damaged or hostile")
    if last.error in errors.__all__:
        kind: type[AssistantError] = getattr(errors, last.error)
        return kind.__new__(kind, last.reason)  # not kind(…): MissingExtra words its own message
    if last.error == "MemoryError":
        return SourceTooLarge("parsing took more than the memory allowed and was ended")
    return SourceError(f"the parser failed: {last.error}: {last.reason}")
