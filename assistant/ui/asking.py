"""A question on its way to the answer, step by step as the page shows it. No Gradio here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from assistant.assistant import Assistant
from assistant.errors import ConversationNotFound
from assistant.history import Chat
from assistant.ui.chat import Exchange, Message, exchanges, messages, replies
from assistant.ui.problems import sayable
from assistant.ui.stopping import Runs
from assistant.ui.turnstile import Turnstile
from assistant.ui.visitors import Visit

__all__ = ["Asking", "Step"]


class Step(NamedTuple):
    """What of the page changes; None stays as it is."""

    chat: list[Message] | None = None
    running: str | None = None
    """Id of the answer that is being made; empty when that is over."""
    box: str | None = None
    """What stands in the question box."""
    conversation: str | None = None


class Asking:
    """Answers visitors, and breaks off on demand. Safe to share between threads."""

    def __init__(self, assistant: Assistant, turnstile: Turnstile) -> None:
        self._assistant = assistant
        self._turnstile = turnstile
        self._runs = Runs()

    def kept(self, visit: Visit) -> list[Exchange]:
        """Read a visitor's conversation; raises ConversationNotFound."""
        if not visit.conversation:
            return []
        return exchanges(self._assistant.conversations.get(visit.conversation, visit.owner))

    def answer(
        self,
        visit: Visit,
        question: str,
        *,
        instead_of: str = "",
        standalone: str | None = None,
    ) -> Iterator[Step]:
        """Ask, where wanted in the place of an earlier turn and all that followed it."""
        kept, chat = self._gone_on(visit)
        before = list(takewhile(lambda exchange: exchange.turn != instead_of, kept))
        growing = replies(
            chat,
            question,
            turnstile=self._turnstile,
            filters=visit.filters,
            standalone=standalone,
            instead_of=instead_of,
        )
        broken_off = False
        with self._runs.run(question) as run, closing(growing):
            yield Step(messages([*before, Exchange(question)], visit.words), running=run.id, box="")
            for now in growing:
                broken_off = run.stopped.is_set() and now.answer is None
                if broken_off:
                    break
                yield Step(self._grown(now, before, kept, visit))
        if not broken_off:
            yield Step(running="", conversation=chat.id)
        elif not run.abandoned:
            yield self._broken_off(visit, question)

    def stop(self, visit: Visit, running: str) -> Step:
        """Have an answer broken off; give what is shown where that cannot do so itself."""
        stuck = self._runs.stop(running)
        return Step() if stuck is None else self._broken_off(visit, stuck.question)

    def _gone_on(self, visit: Visit) -> tuple[list[Exchange], Chat]:
        try:
            chat = self._assistant.conversation(visit.conversation or None, owner=visit.owner)
            return self.kept(visit), chat
        except ConversationNotFound:  # deleted in another tab
            return [], self._assistant.conversation(owner=visit.owner)

    def _grown(
        self, now: Exchange, before: Sequence[Exchange], kept: Sequence[Exchange], visit: Visit
    ) -> list[Message]:
        """Give the bubbles with an exchange as it is; where it failed, what was there stays."""
        if now.problem is None:
            return messages([*before, now], visit.words)
        problem = sayable(now.problem, self._assistant.settings.library)
        return messages([*kept, replace(now, problem=problem)], visit.words)

    def _broken_off(self, visit: Visit, question: str) -> Step:
        """Show what is kept, and the question in its box again."""
        kept, _ = self._gone_on(visit)
        return Step(messages(kept, visit.words), running="", box=question)
