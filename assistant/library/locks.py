"""One writer per library: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import LibraryLocked

__all__ = ["FileLock"]


class FileLock:
    """An exclusive ``flock`` on a file whose content names the holder.

    The file stays when the lock is free and then means nothing. Not for network file systems.
    """

    def __init__(self, path: Path, *, remedy: str = "try again when it has finished") -> None:
        self._path = path
        self._remedy = remedy
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def fileno(self) -> int:
        """Give the descriptor; a child that inherits it holds the lock too."""
        assert self._fd is not None, "the lock is not held"
        return self._fd

    def acquire(self, *, wait: float = 0.0) -> None:
        """Take the lock, trying for `wait` seconds.

        Raises:
            LibraryLocked: another process, named in the message, holds it.
        """
        deadline = time.monotonic() + wait
        while not self.try_acquire():
            if time.monotonic() >= deadline:
                raise LibraryLocked(
                    f"{self._path.parent} is being written by {self.holder()}; {self._remedy}"
                )
            time.sleep(0.05)

    def try_acquire(self) -> bool:
        """Take the lock if it is free; True if it is held now."""
        if self._fd is not None:
            return True
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        except OSError:  # a file system without locks
            os.close(fd)
            raise
        self._fd = fd
        os.ftruncate(fd, 0)
        os.pwrite(fd, _describe_process(), 0)
        return True

    def release(self) -> None:
        """Free the lock; a second call does nothing."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def holder(self) -> str:
        """Name the last holder: process id, command, since when."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # the holder is just writing it
            return "another process"
        return f"process {told['pid']} ({told['command']}) since {told['since']}"


def _describe_process() -> bytes:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "command": command, "since": since}).encode()
