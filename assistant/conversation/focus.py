"""What a conversation is about now: its topic, and the people in focus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.attribution.names import (
    NAME,
    POSSESSIVE,
    Gender,
    beginning,
    gender_of,
    is_body,
    title_words,
    titles_around,
    without_honorific,
    word_list,
)
from assistant.conversation.pronouns import Person, names
from assistant.datatypes import Turn
from assistant.words import asks_who, content_keys, counterparts, fold

__all__ = ["Focus", "Mention"]

_OWNED_AFTER = re.compile(r"\s+([^\W\d_]+(?:-[^\W\d_]+)*)")
_OWNED_BEFORE = re.compile(r"\b(?:the\s|l[ea]\s|l['’])([\w-]+)\s(?:of\s|de\s|du\s|d['’])$", re.I)
_FAMILY = frozenset(
    "father mother son daughter brother sister wife husband widow widower partner pere mere fils"
    " fille frere soeur femme mari epouse epoux veuve veuf compagne compagnon".split()
)
# What follows is a place, unless it is known for a person.
_WHO_IS = re.compile(r"^\W*(?:[Ww]ho|[Qq]ui)\s(?:is|was|are|were|est|était)\s[A-ZÀ-ÖØ-Þ]")
_PLACE = re.compile(
    r"(?:\b(?:in|at|near|outside|off|of|à|en|dans|de|du)\s|\bd['’])$", re.IGNORECASE
)
_MARKS = re.compile(r"\s*\[\d+\]")
_NEAR = 40  # characters before a name that say what it is of
_BRIEF = 80  # characters of an answer that can stand for it; a longer one says more than was asked
_REMEMBERED = 1_000  # characters of an answer in which names are looked for
_ASKED, _ANSWERED, _AROUND = 2.0, 3.0, 1.0  # weight of a name by where it stands
_FADING = 0.5  # what is left of it a turn later
_UNSURE = 0.6  # what counts of it where the gender is not known


class Mention(NamedTuple):
    """A name in focus."""

    name: str
    gender: Gender
    weight: float
    central: bool
    """Whether a question asked about it, or it was the answer; else it only came up."""
    titles: frozenset[str] = frozenset()
    """What the texts call the person: "spokesman"."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The question that the talk is about, the last one, and what was answered to it."""

    question: str = ""
    """One that can be asked alone; empty before the first."""
    last: str = ""
    """The last one that says what it is about, with names in the place of pronouns."""
    answer: str = ""
    people: tuple[Mention, ...] = ()
    keys: frozenset[str] = field(default_factory=frozenset)
    """Keys of all words of the topic."""

    def context(self, *, with_last: bool) -> str:
        """Give the topic in short: its question, the last one on demand, and the last answer."""
        parts = dict.fromkeys((self.question, self.last if with_last else "", self.answer))
        return " ".join(part for part in parts if part)

    def followed_by(self, turn: Turn, named: str, *, new_topic: bool, alone: bool) -> Focus:
        """Give the focus after one more turn; of an old topic only its people stay, behind.

        Args:
            named: the question with names in the place of pronouns.
            alone: whether it can be asked alone.
        """
        answer = _MARKS.sub("", turn.answer[:_REMEMBERED]).strip()
        brief = turn.short_answer or answer
        before = (
            one._replace(weight=one.weight * _FADING, central=one.central and not new_topic)
            for one in self.people
        )
        return Focus(
            question=named if new_topic or alone else self.question,
            last=named if content_keys(named) else self.last,
            answer=brief if len(brief) <= _BRIEF else "",
            people=_merged((*before, *_mentions(named, brief, answer))),
            keys=content_keys(f"{named} {answer}") | (frozenset() if new_topic else self.keys),
        )

    def called(self, name: str) -> tuple[str, ...]:
        """Give the full names of those in focus who are called so by their last name."""
        return tuple(
            one.name
            for one in self.people
            if " " in one.name and _is_last_name(name, one.name.split()[-1])
        )

    def titled(self, title: str) -> tuple[str, ...]:
        """Give the names of those who were called by a title: "spokesman"."""
        return tuple(one.name for one in self.people if fold(title) in one.titles)

    def fitting(self, person: Person, *, central: bool) -> tuple[str, ...]:
        """Name whom a pronoun stands for; several where it is as likely one as the other.

        Args:
            central: leave out who only came up.
        """
        fitting = [
            one for one in self.people if one.gender in {person, ""} and one.central >= central
        ]
        # Whose gender is known goes before whose is not, but not before who is as much in focus.
        best = max(
            fitting, key=lambda one: one.weight * (1.0 if one.gender else _UNSURE), default=None
        )
        return tuple(one.name for one in fitting if best and one.weight == best.weight)


def _mentions(named: str, brief: str, answer: str) -> Iterator[Mention]:
    """Weigh who is named in a question and its answer, which may have a brief form."""
    who = asks_who(named) and not _WHO_IS.match(named)  # then the answer names him
    yield from _people(named, _AROUND if who else _ASKED)
    short = len(brief) <= _BRIEF
    if short:
        yield from _people(f"… {brief}", _ANSWERED)
    asked = {content_keys(name) for name in names(named)}
    for one in _people(answer, _ANSWERED if who and not short else _AROUND):
        if not who and content_keys(one.name.split()[-1]) in asked:  # by the last name alone
            yield one._replace(weight=_ASKED, central=True)
        else:
            full = " " in one.name
            yield one if full else one._replace(weight=_AROUND, central=False)


def _people(text: str, weight: float) -> Iterator[Mention]:
    for run in NAME.finditer(text):
        titles = titles_around(text, run)
        honorific, name = without_honorific(beginning(POSSESSIVE.sub("", run[0])))
        if owned := _whose(text, run):  # "Tom Daley's father" is another than Tom Daley
            yield Mention(owned.name, gender_of("", {owned.word}), weight, weight > _AROUND)
            continue
        gender = gender_of(name, titles | title_words(honorific))
        if not gender and _PLACE.search(text[max(0, run.start() - _NEAR) : run.start()]):
            continue
        known = gender or honorific or titles & word_list("roles") or _is_full_name(name)
        if known and content_keys(name) and not is_body(name) and not counterparts(name):
            yield Mention(name, gender, weight, weight > _AROUND, titles)


class _Owned(NamedTuple):
    name: str
    word: str
    """What he or she is to the other."""


def _whose(text: str, run: re.Match[str]) -> _Owned | None:
    """Find who is named by another: "Tom Daley's father", « le père de Tom Daley »."""
    after = _OWNED_AFTER.match(text, run.end()) if POSSESSIVE.search(run[0]) else None
    if after and fold(after[1]) in _FAMILY:
        return _Owned(f"{beginning(run[0])}{after[0]}", fold(after[1]))
    before = _OWNED_BEFORE.search(text[max(0, run.start() - _NEAR) : run.start()])
    if before and fold(before[1]) in _FAMILY:
        return _Owned(f"{before[0]}{run[0]}", fold(before[1]))
    return None


def _is_last_name(name: str, last: str) -> bool:
    """Whether two are one last name, as it is or in the other language: Poutine, Putin."""
    keys = content_keys(name)
    return (
        bool(keys)
        and keys == content_keys(last)
        and (fold(name) == fold(last) or bool(counterparts(name)))
    )


def _is_full_name(name: str) -> bool:
    """Tell Kit Harington from the Jeux de Paris, which are nobody."""
    words = name.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def _merged(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Bring together what names one person, by the fullest name; the heavier weight counts."""
    merged: list[Mention] = []
    for one in mentions:
        for n, known in enumerate(merged):
            if _may_be_one(known.name, one.name):
                merged[n] = Mention(
                    max(known.name, one.name, key=len),
                    known.gender or one.gender,
                    max(known.weight, one.weight),
                    known.central or one.central,
                    known.titles | one.titles,
                )
                break
        else:
            merged.append(one)
    return tuple(sorted(merged, key=lambda one: -one.weight))


def _may_be_one(one: str, other: str) -> bool:
    """Whether the shorter name is the other's: Musk and Elon Musk, not Musk and Musk's lawyer."""
    a, b = content_keys(one), content_keys(other)
    more = (word for word in max(one, other, key=len).split() if content_keys(word))
    return a == b or ((a < b or b < a) and all(word[0].isupper() for word in more))
