"""Files that survive a crash, and a full disk that is told as such."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from assistant.errors import LibraryFull

__all__ = ["full_disk_told", "replace_file", "require_space", "size_of", "sync_folder", "sync_tree"]

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_SQLITE_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,  # also what a limit on the file's size looks like
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_FSYNC,
}
_MARGIN = 4 << 20


def require_space(folder: Path, size: int) -> None:
    """Refuse to begin what would fill the disk: three times `size` bytes must be free.

    Raises:
        LibraryFull: they are not.
    """
    free = shutil.disk_usage(folder).free
    if free < 3 * size + _MARGIN:
        raise LibraryFull(
            f"{folder}: {free >> 20} MiB are free, {(3 * size + _MARGIN >> 20) + 1} MiB are needed "
            "to go on; nothing was lost: free some space and run the command again"
        )


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Turn what the stores raise on a full disk into LibraryFull."""
    try:
        yield
    except (OSError, DBAPIError, ValueError) as error:
        if not _means_full(error):
            raise
        raise LibraryFull(
            f"{folder}: no space left to write ({error.args[0]}); what was acknowledged is safe, "
            "the rest is not published: free some space and run the command again"
        ) from error


def _means_full(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        cause = error.orig
        return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode in _SQLITE_FULL
    if isinstance(error, OSError):
        return error.errno in _FULL
    # tantivy gives the operating system's error within the text of a ValueError
    return any(f"os error {number}" in str(error) or os.strerror(number) in str(error)
               for number in _FULL)  # fmt: skip


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is the old one or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_tree(folder: Path) -> None:
    """Make everything under a folder durable."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def size_of(folder: Path) -> int:
    """Sum the bytes of the files under a folder, those that vanish meanwhile left out."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total
