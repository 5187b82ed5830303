"""A conversation that goes on: each question is asked with the turns before it, and kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import takewhile
from typing import Protocol

from assistant.datatypes import Answer, Filter, StoredTurn, Turn
from assistant.events import Done, Event
from assistant.history.conversations import Conversations

__all__ = ["Chat"]


class _Streams(Protocol):
    def __call__(
        self,
        question: str,
        *,
        filters: Filter | None,
        history: tuple[Turn, ...],
        standalone: str | None,
    ) -> Iterator[Event]: ...


class Chat:
    """Asks and remembers; made by `Assistant.conversation`. Safe to share between threads."""

    def __init__(
        self, conversations: Conversations, stream: _Streams, *, id: str | None, owner: str
    ) -> None:
        self._conversations = conversations
        self._stream = stream
        self._id = id and conversations.get(id, owner).id
        self._owner = owner
        self._creating = threading.Lock()

    @property
    def id(self) -> str:
        """The conversation's id; empty until the first answer is stored."""
        return self._id or ""

    @property
    def turns(self) -> tuple[StoredTurn, ...]:
        """The turns so far, by whomever they were added."""
        return self._conversations.get(self._id, self._owner).turns if self._id else ()

    def ask(
        self, question: str, *, filters: Filter | None = None, standalone: str | None = None
    ) -> Answer:
        """Answer a question in the light of the turns before it, and store the turn.

        Args:
            standalone: what is meant, in place of what would be understood.

        Raises:
            InvalidInput, LibraryNotFound: as `Assistant.ask` does.
        """
        *_, last = self.stream(question, filters=filters, standalone=standalone)
        assert isinstance(last, Done)
        return last.answer

    def stream(
        self,
        question: str,
        *,
        filters: Filter | None = None,
        standalone: str | None = None,
        instead_of: str = "",
    ) -> Iterator[Event]:
        """Answer as `ask` does, and tell what is found and said as it comes.

        The turn is stored before `Done` is given; one that is broken off is not.

        Args:
            instead_of: id of the turn that this one takes the place of, with all that followed it.
        """
        kept = takewhile(lambda turn: turn.id != instead_of, self.turns)
        history = tuple(turn.answer.as_turn() for turn in kept)
        for event in self._stream(
            question, filters=filters, history=history, standalone=standalone
        ):
            if isinstance(event, Done):
                self._store(event.answer, instead_of)
            yield event

    def _store(self, answer: Answer, instead_of: str) -> None:
        with self._creating:
            if self._id is None:
                self._id = self._conversations.create(self._owner).id
        self._conversations.append(self._id, answer, self._owner, instead_of=instead_of)
