"""A conversation on the page: its exchanges, and the bubbles that show them. No Gradio here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from assistant.assistant import Assistant
from assistant.datatypes import Answer
from assistant.errors import AssistantError
from assistant.ui.render import answer_html, notice_html, question_html

__all__ = ["Exchange", "Message", "messages", "reply"]


class Message(TypedDict):
    """One bubble, as Gradio's chat takes it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, or with the reason why there is none; neither while it runs."""

    question: str
    answer: Answer | None = None
    problem: str = ""


def reply(assistant: Assistant, question: str, past: Sequence[Exchange]) -> Exchange:
    """Ask as the next turn of a conversation; what went wrong becomes the reply."""
    history = [turn.answer.as_turn() for turn in past if turn.answer is not None]
    try:
        return Exchange(question, assistant.ask(question, history=history))
    except AssistantError as error:
        return Exchange(question, problem=str(error))


def messages(exchanges: Sequence[Exchange]) -> list[Message]:
    """Give the bubbles of a conversation; an empty question has none."""
    bubbles: list[Message] = []
    for exchange in exchanges:
        if exchange.question.strip():
            bubbles.append({"role": "user", "content": question_html(exchange.question)})
        if exchange.answer is not None:
            bubbles.append({"role": "assistant", "content": answer_html(exchange.answer)})
        elif exchange.problem:
            bubbles.append({"role": "assistant", "content": notice_html(exchange.problem)})
    return bubbles
