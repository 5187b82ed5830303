"""Conversations as they are kept: turns with the answers that were given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from assistant.datatypes.answers import Answer, Turn

__all__ = ["Conversation", "ConversationSummary", "StoredTurn", "Vote"]

Vote = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """A question with the answer that was given, and what the reader thought of it."""

    id: str
    asked_at: str
    """ISO 8601, UTC."""
    answer: Answer
    vote: Vote | None = None
    comment: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON form; that of the answer within."""
        return {name: getattr(self, name) for name in ("id", "asked_at", "vote", "comment")} | {
            "answer": self.answer.to_dict()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """What a list of conversations shows of one."""

    id: str
    title: str
    """As named, else its first question; empty where nothing was asked."""
    created_at: str
    updated_at: str
    """When the last turn was asked. ISO 8601, UTC, as `created_at`."""
    turns: int
    owner: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The turns so far, oldest first."""

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: tuple[StoredTurn, ...] = ()
    owner: str = ""

    @property
    def history(self) -> tuple[Turn, ...]:
        """What a next question needs of the turns."""
        return tuple(turn.answer.as_turn() for turn in self.turns)

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self)},
            "turns": [turn.to_dict() for turn in self.turns],
        }
