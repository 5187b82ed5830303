"""Turn + history → Query: what is meant, as a question of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.attribution.names import POSSESSIVE
from assistant.conversation.focus import Focus
from assistant.conversation.fragments import put_into
from assistant.conversation.intents import small_talk_of
from assistant.conversation.pronouns import Pronoun, find_pronouns, names, replace_pronoun
from assistant.datatypes import Filter, Query, Turn
from assistant.errors import InvalidInput
from assistant.language import question_language
from assistant.words import MONTHS, WEEKDAYS, content_keys, fold

__all__ = ["MAX_QUESTION", "understand"]

MAX_QUESTION = 2_000
"""Longest question, in characters: far beyond what an encoder reads."""

_REMEMBERED = 12  # turns
_SAYS_ALL = 400  # characters: a longer turn leaves nothing out
_MOST_CHOICES = 3
_FRAGMENT = 2  # words of content, at most, of a turn that says nothing by itself
_CONNECTED = re.compile(r"^\W*(?:and|but|so|or|et|mais|ou|donc|alors|then|puis)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|et|mais)\s+)?"
    r"(?:(?:what|how) about|(?:qu['’]en est-il|quid) (?:de|d['’]|du|des|pour))",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(
    r"\b(?:how (?:much|many|long|old|far|often|big)|what (?:time|kind of|sort of)|combien)\b", re.I
)
_THE_SAME = re.compile(r"\b(?:the same|l[ea] même)\s(?P<title>[\w-]+)", re.IGNORECASE)
# What points at something before, whatever else the turn names.
_POINTS = re.compile(
    r"\bthe (?:same|former|latter)\b|\b(?:the (?:second|other)|both|two) of them\b"
    r"|\b(?:le|la|les|du|au) mêmes?\s\w|\b(?:les|tous|toutes) deux\b|\bce(?:tte)? derni[eè]re?\b",
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
    named: str
    """The turn alone, with names in the place of pronouns."""
    alone: bool = False
    """Whether a follow-up became a question that needs nothing of before."""
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
    filters = filters or Filter()
    if standalone is None and (talk := small_talk_of(text)):
        return Query(
            text=text, standalone=text, language=talk.language, filter=filters, intent=talk.intent
        )
    if standalone is not None:
        meant = _itself(_checked(standalone))
    else:
        history = history[-_REMEMBERED:]
        meant = _in_light_of(text, history, _focus(history))
    return Query(
        text=text,
        standalone=meant.standalone,
        language=language,
        filter=filters,
        choices=meant.choices,
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


def _itself(text: str) -> Understood:
    return Understood(text, follows=False, named=text)


def _focus(history: Sequence[Turn]) -> Focus:
    """Go through the turns: each goes on with the topic, or begins another."""
    focus = Focus()
    for n, turn in enumerate(history):
        if turn.choices or small_talk_of(turn.question):
            continue
        meant = _in_light_of(turn.question, history[:n], focus)
        corrected = turn.standalone not in {"", meant.standalone}
        named = turn.standalone if corrected else meant.named
        focus = focus.followed_by(
            turn, named, new_topic=corrected or not meant.follows, alone=meant.alone
        )
    return focus


def _in_light_of(text: str, history: Sequence[Turn], focus: Focus) -> Understood:
    """Make of a turn what it means; the focus is that of the history."""
    return _chosen(text, history) or _understood(text, question_language(text), focus)


def _chosen(text: str, history: Sequence[Turn]) -> Understood | None:
    """Give the question that a reply to "Which do you mean?" chooses: "Musk", "I mean Musk"."""
    choices = history[-1].choices if history else ()
    if text.endswith("?") and text not in choices:
        return None  # "Who is Musk?" asks something else
    keys = [content_keys(choice) for choice in choices]
    fitting = [
        choice
        for choice, own in zip(choices, keys, strict=True)
        if content_keys(text) & own.difference(*(other for other in keys if other != own))
    ]
    return _itself(fitting[0]) if len(fitting) == 1 else None


def _understood(text: str, language: str, focus: Focus) -> Understood:
    if not focus.question or len(text) > _SAYS_ALL:
        return _itself(text)
    pronouns = find_pronouns(text, language)
    new = _new_names(text, focus)
    if new and not any(p.person in {"m", "f"} for p in pronouns):
        pronouns = ()  # "Did Boeing say when it would?": a name of its own explains it
    resolved = _by_pronoun(text, pronouns, language, focus)
    readings = _by_surname(text, focus) or resolved or _by_title(text, focus) or (text,)
    if not pronouns and (put := [_put(reading, language, focus) for reading in readings])[0]:
        return _one_of([each for each in put if each])
    left = len(pronouns) > len(resolved[:1]) or _POINTS.search(text)
    follows = bool(left or resolved) or _is_elliptic(text, focus)
    if not follows or (resolved and new and not left):
        return _one_of([_itself(reading) for reading in readings])  # "What did he say of DART?"
    # "Why?" and "And the minister?" ask about the last one.
    bare = not content_keys(text) or (_CONNECTED.search(text) and not _has_clause(text))
    context = focus.context(with_last=bool(bare and not pronouns))
    return _one_of([Understood(f"{each} ({context})", True, each) for each in readings])


def _one_of(readings: Sequence[Understood]) -> Understood:
    """Take the first reading; where there are several, it is asked which is meant."""
    several = tuple(reading.named for reading in readings) if len(readings) > 1 else ()
    return readings[0]._replace(choices=several)


def _put(text: str, language: str, focus: Focus) -> Understood | None:
    """Put what a turn names into the last question, or into that which the talk is about."""
    for question in dict.fromkeys((focus.last, focus.question)):
        same = question_language(question) == language
        if made := put_into(text, question, same_language=same):
            alone = question == focus.question
            return Understood(made if alone else f"{made} ({focus.question})", True, made, alone)
    return None


def _by_surname(text: str, focus: Focus) -> tuple[str, ...]:
    """Write out a name that somebody in focus is called by: Musk, where Elon Musk was named."""
    for name in names(text):
        called = POSSESSIVE.sub("", name)
        for_it = re.compile(rf"\b{re.escape(called)}\b")
        if " " not in called and (people := focus.called(called)):
            return tuple(for_it.sub(one, text, count=1) for one in people)
    return ()


def _by_title(text: str, focus: Focus) -> tuple[str, ...]:
    """Name who is called "the same spokesman"."""
    found = _THE_SAME.search(text)
    people = focus.titled(found["title"]) if found else ()
    return tuple(text.replace(found[0], one, 1) for one in people) if found else ()


def _by_pronoun(
    text: str, pronouns: Sequence[Pronoun], language: str, focus: Focus
) -> tuple[str, ...]:
    """Put whom it means in the place of the first pronoun that can mean somebody in focus."""
    for pronoun in pronouns:
        if pronoun.person not in {"m", "f"}:
            continue
        # « elle » may be the bridge as well: not somebody who only came up in an answer about it.
        people = focus.fitting(pronoun.person, central=language == "fr")
        if 0 < len(people) <= _MOST_CHOICES:
            named = (replace_pronoun(text, pronoun, one, language) for one in people)
            return tuple(dict.fromkeys(named))
    return ()


def _is_elliptic(text: str, focus: Focus) -> bool:
    """Whether a turn without a pronoun leaves out what it is about."""
    if _ABOUT.search(text):
        return True
    keys = content_keys(_HOW_MUCH.sub("", text))
    new = _new_names(text, focus)
    if len(keys) <= _FRAGMENT and not (new and _has_clause(text)):
        return True
    return bool(_CONNECTED.search(text) or _SAME.search(text)) and not new


def _new_names(text: str, focus: Focus) -> frozenset[str]:
    """Give the keys of names that the topic does not have."""
    found = (name for name in names(text) if not _is_date(name))
    return frozenset(key for name in found for key in content_keys(name)) - focus.keys


def _is_date(name: str) -> bool:
    return all(word in MONTHS or word in WEEKDAYS for word in fold(name).split())


def _has_clause(text: str) -> bool:
    """Whether more than a name stands there: "Who is Anna Meier?", not "And France?"."""
    return bool(
        re.search(r"\b(?:is|are|was|were|did|does|do|est|sont|était|a|ont|\w+-t-\w+)\b", text)
    )
