"""A conversation on the page: its exchanges, and the bubbles that show them. No Gradio here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from assistant.assistant import Assistant
from assistant.datatypes import Answer, Filter, Turn
from assistant.errors import AssistantError
from assistant.ui.render import answer_html, notice_html, question_html

__all__ = ["Exchange", "Message", "messages", "reply", "suggestions"]

# The demo corpus is known by its publisher; no examples are made up for other libraries.
_DEMO = Filter(publisher=("Source Assistant demo corpus",))
_DEMO_QUESTIONS = (
    "Who denied the Putin call?",
    "Qui a démenti l’appel avec Poutine\u00a0?",
    "When was the Mona Lisa stolen?",
)


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
    history = [Turn(turn.question, turn.answer.text) for turn in past if turn.answer is not None]
    try:
        return Exchange(question, assistant.ask(question, history=history))
    except AssistantError as error:
        return Exchange(question, problem=str(error))


def suggestions(assistant: Assistant) -> tuple[str, ...]:
    """Give questions to begin with, where the library is known to answer them."""
    try:
        return _DEMO_QUESTIONS if assistant.library.documents(_DEMO) else ()
    except AssistantError:
        return ()  # asking will say what is wrong


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
