"""A turn and what came before it → a query that can be searched for on its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.datatypes import Filter, Query, Turn
from assistant.errors import InvalidInput
from assistant.language import question_language

__all__ = ["understand"]

_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|their|this|that|these|those"
    r"|il|elle|ils|elles|lui|leur|leurs|son|sa|ses|celui|celle|ceux|cela|ça)\b|^\W*(?:and|but|et|mais)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)\b[A-ZÀ-ÖØ-Þ]\w")
_REMEMBERED = 300  # characters of an answer: its first sentence or two say what it was about

MAX_QUESTION = 2_000
"""Longest question, in characters: far beyond what an encoder reads."""


def understand(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filter | None = None,
    standalone: str | None = None,
) -> Query:
    """Make the query of a turn. A follow-up is searched for together with the turn before it.

    A turn follows up when it has a pronoun or names nothing: "And when?", "Qu'a-t-il dit ?".

    Args:
        standalone: what is meant, in place of what would be understood.

    Raises:
        InvalidInput: the question is empty or longer than `MAX_QUESTION` characters.
    """
    text = _checked(question)
    meant = _standalone(text, history) if standalone is None else _checked(standalone)
    return Query(
        text=text,
        standalone=meant,
        language=question_language(text),
        filter=filters or Filter(),
    )


def _checked(question: str) -> str:
    text = question.strip()
    if not text:
        raise InvalidInput("A question was expected, found an empty text: type one")
    if len(text) > MAX_QUESTION:
        raise InvalidInput(
            f"A question of at most {MAX_QUESTION} characters was expected, found {len(text)}: "
            "give long texts as a source instead"
        )
    return text


def _standalone(text: str, history: Sequence[Turn]) -> str:
    if history and (_PRONOUN.search(text) or not _NAME.search(text)):
        last = history[-1]
        return f"{last.question} {last.answer[:_REMEMBERED]} {text}"
    return text
