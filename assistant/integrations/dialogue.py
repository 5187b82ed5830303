"""Conversations as other programs hold them: messages in, text that holds out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.datatypes import Answer, Turn
from assistant.events import Done, Event, StatementDone

__all__ = ["Paired", "paired", "settled"]


class Paired(NamedTuple):
    """Turns, and the question that nobody has answered yet; empty where there is none."""

    turns: tuple[Turn, ...]
    question: str


def paired(messages: Iterable[tuple[str, str]]) -> Paired:
    """Pair questions with their answers.

    Args:
        messages: role and text, oldest first; roles but ``user`` and ``assistant`` are left out.

    >>> paired([("user", "Who?"), ("assistant", "Musk."), ("user", "When?")]).question
    'When?'
    """
    turns: list[Turn] = []
    question = ""
    for role, text in messages:
        if role == "user":
            if question:
                turns.append(Turn(question, ""))
            question = text.strip()
        elif role == "assistant" and question:
            turns.append(Turn(question, text))
            question = ""
    return Paired(tuple(turns), question)


def settled(events: Iterable[Event]) -> Iterator[str | Answer]:
    """Give the text of an answer statement by statement, then the answer itself.

    Tokens are left out: what a check drops afterwards could not be taken back. Where the answer
    became another one than its statements, it follows whole, in a paragraph of its own.
    """
    said = ""
    for event in events:
        if isinstance(event, StatementDone):
            piece = f" {event.statement.text}" if said else event.statement.text
            said += piece
            yield piece
        elif isinstance(event, Done):
            text = event.answer.text
            rest = text[len(said) :] if text.startswith(said) else f"\n\n{text}"
            if rest:
                yield rest
            yield event.answer
