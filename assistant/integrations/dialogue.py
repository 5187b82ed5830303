"""Conversations as other programs hold them: messages in, text that holds out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.datatypes import Answer, Turn
from assistant.events import Done, Event, StatementDone

__all__ = ["Memory", "Paired", "paired", "settled"]


class Paired(NamedTuple):
    """Turns, and the question that nobody has answered yet; empty where there is none."""

    turns: tuple[Turn, ...]
    question: str


class Memory:
    """The latest turns, by the text of their answers: all that other programs hand back of them.

    What it forgot, or what another process answered, is understood from its text alone. Safe to
    share between threads.
    """

    def __init__(self, size: int = 1000) -> None:
        self._size = size
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._guard = threading.Lock()

    def note(self, text: str, answer: Answer) -> None:
        """Remember the turn of an answer that was written as a text."""
        with self._guard:
            self._turns[text.strip()] = answer.as_turn()
            self._turns.move_to_end(text.strip())
            if len(self._turns) > self._size:
                self._turns.popitem(last=False)

    def recall(self, turn: Turn) -> Turn:
        """Give all that is known of a turn, which may be no more than was handed back."""
        with self._guard:
            known = self._turns.get(turn.answer.strip())
        return known if known is not None and known.question == turn.question else turn


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
