"""A conversation on the page: its exchanges, and the bubbles that show them. No Gradio here."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from assistant.datatypes import (
    Answer,
    Citation,
    Conversation,
    Filter,
    Statement,
    StoredTurn,
    Vote,
)
from assistant.errors import AssistantError
from assistant.events import Done, Event, EvidenceFound, StatementDone, Token
from assistant.history import Chat
from assistant.ui.problems import problem_html
from assistant.ui.render import answer_html, draft_html, question_html
from assistant.ui.turnstile import Turnstile
from assistant.ui.wording import WORDS

__all__ = ["Draft", "Exchange", "Message", "exchanges", "messages", "replies"]

_SECONDS_BETWEEN = 0.1  # a browser that redraws more often falls behind


class Message(TypedDict):
    """One bubble, as Gradio's chat takes it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as far as it is written."""

    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    tail: str = ""
    """What was written after the last whole statement; not checked yet."""
    evidence: int | None = None
    """Passages found; None while they are searched for."""

    def after(self, event: Event) -> Draft:
        """Take in what an event tells."""
        if isinstance(event, EvidenceFound):
            return replace(self, evidence=len(event.evidence))
        if isinstance(event, Token):
            return replace(self, tail=self.tail + event.text)
        if isinstance(event, StatementDone):
            known = {citation.n for citation in self.citations}
            new = tuple(c for c in event.citations if c.n not in known)
            return replace(
                self,
                statements=(*self.statements, event.statement),
                citations=self.citations + new,
                tail="",
            )
        return self


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, with the reason why there is none, or with a draft so far."""

    question: str
    answer: Answer | None = None
    problem: AssistantError | None = None
    draft: Draft = Draft()
    turn: str = ""
    """Id under which it is kept."""
    vote: Vote | None = None
    suggestions: tuple[str, ...] = ()


def exchanges(conversation: Conversation) -> list[Exchange]:
    """Give the exchanges of a conversation that was kept: the very answers that were given."""
    return [_exchange(turn) for turn in conversation.turns]


def _exchange(turn: StoredTurn) -> Exchange:
    return Exchange(turn.answer.question, turn.answer, turn=turn.id, vote=turn.vote)


def replies(
    chat: Chat,
    question: str,
    *,
    turnstile: Turnstile,
    filters: Filter | None = None,
    standalone: str | None = None,
    instead_of: str = "",
) -> Generator[Exchange]:
    """Ask as the next turn of a conversation, and give the exchange as it grows.

    What went wrong becomes the last one: it never raises for what a user can cause.

    Args:
        standalone: what is meant, in place of what would be understood.
        instead_of: id of the turn whose place this one takes.
    """
    draft, shown_at = Draft(), 0.0
    events = chat.stream(question, filters=filters, standalone=standalone, instead_of=instead_of)
    try:
        for event in _in_turn(events, turnstile):
            if isinstance(event, Done):
                yield _exchange(chat.turns[-1])
                return
            draft = draft.after(event)
            now = time.monotonic()
            if now - shown_at >= _SECONDS_BETWEEN:
                shown_at = now
                yield Exchange(question, draft=draft)
    except AssistantError as error:
        yield Exchange(question, problem=error)


def _in_turn(events: Iterator[Event], turnstile: Turnstile) -> Iterator[Event]:
    """Search and read when it is one's turn; a language model that then writes is not waited for.

    Nothing is given on meanwhile: who listens may be slow.
    """
    yield next(events)  # how the question is understood
    with turnstile.passing():
        found = next(events)
    yield found
    yield from events


def messages(
    exchanges: Sequence[Exchange], words: Mapping[str, str] = WORDS["en"]
) -> list[Message]:
    """Give the bubbles of a conversation; an empty question has none."""
    bubbles: list[Message] = []
    for exchange in exchanges:
        if exchange.question.strip():
            bubbles.append({"role": "user", "content": question_html(exchange.question)})
        bubbles.append({"role": "assistant", "content": _reply(exchange, words)})
    return bubbles


def _reply(exchange: Exchange, words: Mapping[str, str]) -> str:
    if exchange.answer is not None:
        return answer_html(
            exchange.answer,
            words,
            turn=exchange.turn,
            vote=exchange.vote,
            suggestions=exchange.suggestions,
        )
    if exchange.problem:
        return problem_html(exchange.problem, words)
    draft = exchange.draft
    found = draft.evidence
    if draft.tail or draft.statements:
        state = words["writing"]
    elif found is None:
        state = words["searching"]
    else:
        state = words["reading_one" if found == 1 else "reading"].format(count=found)
    return draft_html(draft.statements, draft.citations, words, tail=draft.tail, state=f"{state} …")
