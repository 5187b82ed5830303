"""Conversations in a SQLite file of their own, so that no ingest holds them up."""

from __future__ import annotations

import builtins
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, desc, func, select

from assistant.datatypes import Answer, Conversation, ConversationSummary, StoredTurn, Vote
from assistant.errors import (
    ConversationNotFound,
    InvalidInput,
    LibraryCorrupt,
    LibraryIncompatible,
)
from assistant.library.conversation_tables import VERSION, conversations, metadata, turns
from assistant.library.database import connect, damage_told
from assistant.library.disk import full_disk_told
from assistant.library.locks import FileLock
from assistant.library.schema import Foreign

__all__ = ["ConversationStore"]

_FILE = "conversations.sqlite"
_WAIT = 30.0  # seconds for another process to write its turn
_LEAST_PREFIX = 6  # digits of an id that may stand for it
_LONGEST_TITLE = 200
_LONGEST_COMMENT = 10_000
_SHOWN_OF_QUESTION = 80  # characters of a first question that serve as the title


class ConversationStore:
    """The conversations of a library's folder. Safe to share between threads and processes.

    What belongs to one owner does not exist for another.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE
        self._reader = connect(self._path, writable=False)
        self._writer = connect(self._path, writable=True)
        self._lock = FileLock(folder / "conversations.lock")
        self._guard = threading.Lock()

    def close(self) -> None:
        """Let go of the file; using the store again opens it again."""
        self._reader.dispose()
        self._writer.dispose()

    def create(self, owner: str = "", title: str = "") -> Conversation:
        """Begin a conversation; without a title, its first question serves as one."""
        values = {"owner": owner, "title": _checked_title(title), "created_at": _now()}
        made = uuid.uuid4().hex
        with self._writing() as connection:
            connection.execute(conversations.insert().values(id=made, **values))
        return self.get(made, owner)

    def list(self, owner: str = "") -> builtins.list[ConversationSummary]:
        """List an owner's conversations, the one asked last first."""
        with self._reading() as connection:
            if connection is None:
                return []
            of_it = turns.c.conversation == conversations.c.key
            asked = turns.alias()
            first = (
                select(asked.c.question)
                .where(asked.c.conversation == conversations.c.key)
                .order_by(asked.c.key)
                .limit(1)
            )
            statement = (
                select(
                    conversations,
                    first.scalar_subquery().label("question"),
                    func.count(turns.c.key).label("turns"),
                    func.coalesce(func.max(turns.c.asked_at), conversations.c.created_at).label(
                        "updated_at"
                    ),
                )
                .outerjoin(turns, of_it)
                .where(conversations.c.owner == owner)
                .group_by(conversations.c.key)
                .order_by(desc("updated_at"), conversations.c.key.desc())
            )
            rows = connection.execute(statement).all()
        return [
            ConversationSummary(
                id=row.id,
                title=row.title or _shown(row.question or ""),
                created_at=row.created_at,
                updated_at=row.updated_at,
                turns=row.turns,
                owner=row.owner,
            )
            for row in rows
        ]

    def get(self, id: str, owner: str = "") -> Conversation:
        """Read a conversation with its answers as they were given.

        Args:
            id: whole, or its first digits, six or more, where no other begins so.

        Raises:
            ConversationNotFound: there is none, or it is another's.
            LibraryCorrupt: the file is damaged.
        """
        with self._reading() as connection:
            row = _row(connection, id, owner)
            assert connection is not None
            statement = select(turns).where(turns.c.conversation == row.key).order_by(turns.c.key)
            asked = tuple(self._turn(turn) for turn in connection.execute(statement))
        return Conversation(
            id=row.id,
            title=row.title or _shown(asked[0].answer.question if asked else ""),
            created_at=row.created_at,
            updated_at=asked[-1].asked_at if asked else row.created_at,
            turns=asked,
            owner=row.owner,
        )

    def with_feedback(self, owner: str | None = None) -> builtins.list[Conversation]:
        """Read the conversations in which a turn has a vote or a comment, oldest first.

        Args:
            owner: whose; everybody's where none is given.
        """
        with self._reading() as connection:
            if connection is None:
                return []
            noted = turns.c.vote.is_not(None) | (turns.c.comment != "")
            statement = select(conversations.c.id, conversations.c.owner).where(
                conversations.c.key.in_(select(turns.c.conversation).where(noted))
            )
            if owner is not None:
                statement = statement.where(conversations.c.owner == owner)
            rows = connection.execute(statement.order_by(conversations.c.key)).all()
        return [self.get(row.id, row.owner) for row in rows]

    def append(
        self, id: str, answer: Answer, owner: str = "", *, instead_of: str = ""
    ) -> StoredTurn:
        """Add a turn, in the place of one and those behind it if so told; durable on return.

        Raises:
            ConversationNotFound: the conversation is not there, or has no turn `instead_of`.
        """
        turn = StoredTurn(id=uuid.uuid4().hex, asked_at=_now(), answer=answer)
        with self._writing() as connection:
            key = _row(connection, id, owner).key
            if instead_of:
                _drop_from(connection, key, instead_of)
            statement = turns.insert().values(
                **{"id": turn.id, "conversation": key, "asked_at": turn.asked_at, "comment": ""},
                **{"question": answer.question, "answer": json.dumps(answer.to_dict())},
            )
            connection.execute(statement)
        return turn

    def rename(self, id: str, title: str, owner: str = "") -> None:
        """Name a conversation; by nothing, its first question serves. Raises as `get` does."""
        values = {"title": _checked_title(title)}
        with self._writing() as connection:
            found = conversations.c.key == _row(connection, id, owner).key
            connection.execute(conversations.update().where(found).values(**values))

    def delete(self, id: str, owner: str = "") -> None:
        """Forget a conversation with all its turns. Raises as `get` does."""
        with self._writing() as connection:
            found = conversations.c.key == _row(connection, id, owner).key
            connection.execute(conversations.delete().where(found))

    def feedback(
        self, turn_id: str, vote: Vote | None, comment: str = "", *, owner: str = ""
    ) -> None:
        """Note what the reader thinks of an answer, in place of what was noted before.

        Raises:
            InvalidInput: no such vote, or too long a comment.
            ConversationNotFound: there is no such turn, or it is another's.
        """
        if vote not in {"up", "down", None}:
            raise InvalidInput(f"vote: expected up, down or none, found {vote!r}")
        if len(comment) > _LONGEST_COMMENT:
            raise InvalidInput(
                f"comment: expected at most {_LONGEST_COMMENT} characters, found {len(comment)}"
            )
        owned = select(conversations.c.key).where(conversations.c.owner == owner)
        found = (turns.c.id == turn_id) & turns.c.conversation.in_(owned)
        with self._writing() as connection:
            noted = turns.update().where(found).values(vote=vote, comment=comment)
            if not connection.execute(noted).rowcount:
                raise ConversationNotFound(f"No turn {turn_id} is in the conversations")

    def _turn(self, row: Any) -> StoredTurn:
        try:
            answer = Answer.from_dict(json.loads(row.answer))
        except (ValueError, KeyError, TypeError) as error:
            raise LibraryCorrupt(
                f"{self._path}: expected an answer in turn {row.id}, found {error}: put a copy of "
                "the file in its place, or delete the conversation"
            ) from error
        vote = cast(Vote | None, row.vote)
        return StoredTurn(
            id=row.id, asked_at=row.asked_at, answer=answer, vote=vote, comment=row.comment
        )

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """Open a snapshot; None where nothing has been stored yet."""
        if not self._path.exists():
            yield None
            return
        with self._damage_told(), self._reader.begin() as connection:
            yield connection if self._version(connection) else None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Open a transaction; it is durable when the block ends, undone when it raises."""
        with self._guard, full_disk_told(self._folder):  # the lock itself is for processes
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(wait=_WAIT)
            try:
                with self._damage_told(), self._writer.begin() as connection:
                    if not self._version(connection):
                        metadata.create_all(connection)
                        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
                    yield connection
            finally:
                self._lock.release()

    def _version(self, connection: Connection) -> int:
        found: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if found > VERSION:
            raise LibraryIncompatible(
                f"{self._path} has layout {found}, this program reads up to {VERSION}: "
                "use a newer version of source-assistant"
            )
        return found

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        remedy = "put a copy in its place, or move it away to begin anew"
        with damage_told(self._path, what="a file of conversations", remedy=remedy):
            yield


def _row(connection: Connection | None, id: str, owner: str) -> Any:
    """Find an owner's conversation by its id or its beginning."""
    rows: list[Any] = []
    if connection is not None and len(id) >= _LEAST_PREFIX:
        begins = func.substr(conversations.c.id, 1, len(id), type_=Foreign) == id
        statement = select(conversations).where(begins, conversations.c.owner == owner).limit(2)
        rows = list(connection.execute(statement))
    if len(rows) != 1:
        found = "several begin so" if rows else "there is none"
        raise ConversationNotFound(
            f"Expected a conversation with the id {id!r}, {found}: "
            "`assistant conversations list` shows them"
        )
    return rows[0]


def _drop_from(connection: Connection, conversation: int, turn_id: str) -> None:
    inside = turns.c.conversation == conversation
    at = connection.scalar(select(turns.c.key).where(inside, turns.c.id == turn_id))
    if at is None:
        raise ConversationNotFound(f"No turn {turn_id} is in the conversation")
    connection.execute(turns.delete().where(inside, turns.c.key >= at))


def _checked_title(title: str) -> str:
    title = " ".join(title.split())
    if len(title) > _LONGEST_TITLE:
        raise InvalidInput(
            f"title: expected at most {_LONGEST_TITLE} characters, found {len(title)}"
        )
    return title


def _shown(question: str) -> str:
    """Cut a question to the length of a title, between words."""
    line = " ".join(question.split())
    if len(line) <= _SHOWN_OF_QUESTION:
        return line
    return line[:_SHOWN_OF_QUESTION].rsplit(" ", 1)[0] + " …"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
