"""SQLite files as the library uses them: many readers, one writer, damage told as such."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from assistant.errors import LibraryCorrupt

__all__ = ["connect", "damage_told"]

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connect(path: Path, *, writable: bool) -> Engine:
    """Make an engine that reads snapshots, or one that writes.

    Only one process at a time may write: the caller sees to that with a lock.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": 30.0, "check_same_thread": False},
        pool_size=1 if writable else 8,
        max_overflow=0 if writable else 64,
    )
    begin = "BEGIN IMMEDIATE" if writable else "BEGIN"

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # Python's driver would begin transactions by its own rules, and none for reading:
        # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
            # SQLite before 3.51.3 can corrupt a WAL that two connections checkpoint at once:
            # https://sqlite.org/wal.html#walresetbug
            connection.execute("PRAGMA wal_autocheckpoint = 0")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def damage_told(path: Path, *, what: str, remedy: str) -> Iterator[None]:
    """Turn what SQLite raises on a damaged file into LibraryCorrupt."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        # The low byte is the kind of error, the rest its details.
        if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF in _DAMAGED:
            raise LibraryCorrupt(
                f"{path} is not {what} or is damaged ({cause}): {remedy}"
            ) from error
        raise
