"""Turn + history → Query: what is meant, as a question of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.conversation.focus import Focus
from assistant.conversation.pronouns import find_pronouns, names, replace_pronoun
from assistant.datatypes import Filter, Query, Turn
from assistant.errors import InvalidInput
from assistant.language import question_language
from assistant.words import content_keys

__all__ = ["MAX_QUESTION", "understand"]

MAX_QUESTION = 2_000
"""Longest question, in characters: far beyond what an encoder reads."""

_REMEMBERED = 12  # turns
_FRAGMENT = 2  # words of content, at most, of a turn that says nothing by itself
_CONNECTED = re.compile(r"^\W*(?:and|but|so|or|et|mais|ou|donc|alors|then|puis)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|et|mais)\s+)?"
    r"(?:(?:what|how) about|(?:qu['’]en est-il|quid) (?:de|d['’]|du|des|pour))",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:others?|else|another|instead|same|then|that (?:time|day|year)|second|former|latter|next"
    r"|both|the two|autres?|même|deuxième|second\w*|ensuite|alors|les deux|tous deux|dernier)\b",
    re.IGNORECASE,
)


class Understood(NamedTuple):
    """A turn in the light of those before it."""

    standalone: str
    follows: bool
    choices: tuple[str, ...] = ()


def understand(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filter | None = None,
    standalone: str | None = None,
) -> Query:
    """Make the query of a turn; a follow-up is made a question of its own.

    Args:
        standalone: what is meant, in place of what would be understood.

    Raises:
        InvalidInput: the question is empty or longer than `MAX_QUESTION` characters.
    """
    text = _checked(question)
    language = question_language(text)
    if standalone is not None:
        meant = Understood(_checked(standalone), follows=False)
    else:
        meant = _understood(text, language, _focus(history[-_REMEMBERED:]))
    return Query(
        text=text,
        standalone=meant.standalone,
        language=language,
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


def _focus(history: Sequence[Turn]) -> Focus:
    """Go through the turns: each goes on with the topic, or begins another."""
    focus = Focus()
    for turn in history:
        meant = _understood(turn.question, question_language(turn.question), focus)
        corrected = turn.standalone not in {"", meant.standalone}
        focus = focus.followed_by(
            turn,
            turn.standalone if corrected else turn.question,
            new_topic=corrected or not meant.follows,
        )
    return focus


def _understood(text: str, language: str, focus: Focus) -> Understood:
    if not focus.questions:
        return Understood(text, follows=False)
    pronouns = find_pronouns(text, language)
    if not any(p.person in {"m", "f"} for p in pronouns) and _new_names(text, focus):
        pronouns = ()  # "Did Boeing say when it would?": a name of its own explains it
    if not pronouns and not _is_elliptic(text, focus):
        return Understood(text, follows=False)
    named = text
    for pronoun in pronouns:
        people = focus.fitting(pronoun.person) if pronoun.person in {"m", "f"} else ()
        if people:
            named = replace_pronoun(text, pronoun, people[0].name, language)
            break
    return Understood(f"{named} ({focus.context})", follows=True)


def _is_elliptic(text: str, focus: Focus) -> bool:
    """Whether a turn without a pronoun leaves out what it is about."""
    if _ABOUT.search(text):
        return True
    keys = content_keys(text)
    new = _new_names(text, focus)
    if len(keys) <= _FRAGMENT and not (new and _has_clause(text)):
        return True
    return bool(_CONNECTED.search(text) or _SAME.search(text)) and not new


def _new_names(text: str, focus: Focus) -> frozenset[str]:
    """Give the keys of names that the topic does not have."""
    return frozenset(key for name in names(text) for key in content_keys(name)) - focus.keys


def _has_clause(text: str) -> bool:
    """Whether more than a name stands there: "Who is Anna Meier?", not "And France?"."""
    return bool(
        re.search(r"\b(?:is|are|was|were|did|does|do|est|sont|était|a|ont|\w+-t-\w+)\b", text)
    )
