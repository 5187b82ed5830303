"""What a conversation is about now: its topic, and the people in focus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.attribution.names import (
    NAME,
    Gender,
    beginning,
    gender_of,
    is_body,
    title_words,
    titles_around,
    without_honorific,
    word_list,
)
from assistant.conversation.pronouns import Person
from assistant.datatypes import Turn
from assistant.words import content_keys, counterparts

__all__ = ["Focus", "Mention"]

_MARKS = re.compile(r"\s*\[\d+\]")
_BRIEF = 80  # characters of an answer that stand for it, of a longer one those it begins with
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


@dataclass(frozen=True, slots=True)
class Focus:
    """The topic's questions, the first one whole, and what was answered last."""

    questions: tuple[str, ...] = ()
    answer: str = ""
    people: tuple[Mention, ...] = ()
    keys: frozenset[str] = field(default_factory=frozenset)
    """Keys of all words of the topic."""

    @property
    def context(self) -> str:
        """The topic in short: its first question, the last one, the last answer."""
        parts = dict.fromkeys((*self.questions[:1], *self.questions[-1:], self.answer))
        return " ".join(part for part in parts if part)

    def followed_by(self, turn: Turn, named: str, *, new_topic: bool) -> Focus:
        """Give the focus after one more turn; of an old topic only its people stay, behind.

        Args:
            named: the question with names in the place of pronouns.
        """
        answer = _MARKS.sub("", turn.answer[:_REMEMBERED]).strip()
        brief = turn.short_answer or answer
        said = (
            *_people(named, _ASKED),
            *(_people(f"… {brief}", _ANSWERED) if len(brief) <= _BRIEF else ()),
            *_people(answer, _AROUND),
        )
        before = (
            one._replace(weight=one.weight * _FADING, central=one.central and not new_topic)
            for one in self.people
        )
        return Focus(
            questions=(named,) if new_topic else (*self.questions, turn.question),
            answer=brief if len(brief) <= _BRIEF else brief[:_BRIEF].rsplit(" ", 1)[0],
            people=_merged((*before, *said)),
            keys=content_keys(f"{named} {answer}") | (frozenset() if new_topic else self.keys),
        )

    def called(self, name: str) -> tuple[str, ...]:
        """Give the full names of those in focus who are called so by their last name."""
        key = content_keys(name)
        return tuple(
            one.name
            for one in self.people
            if " " in one.name and key and key == content_keys(one.name.split()[-1])
        )

    def fitting(self, person: Person, *, central: bool) -> tuple[str, ...]:
        """Name whom a pronoun stands for; several where it is as likely one as the other.

        Args:
            central: leave out who only came up.
        """
        # Whose gender is known goes before whose is not.
        weights = {
            one.name: one.weight * (1.0 if one.gender else _UNSURE)
            for one in self.people
            if one.gender in {person, ""} and one.central >= central
        }
        most = max(weights.values(), default=0.0)
        return tuple(name for name, weight in weights.items() if weight == most)


def _people(text: str, weight: float) -> Iterator[Mention]:
    for run in NAME.finditer(text):
        titles = titles_around(text, run)
        honorific, name = without_honorific(beginning(run[0]))
        gender = gender_of(name, titles | title_words(honorific))
        known = gender or honorific or titles & word_list("roles") or _is_full_name(name)
        if known and content_keys(name) and not is_body(name) and not counterparts(name):
            yield Mention(name, gender, weight, central=weight > _AROUND)


def _is_full_name(name: str) -> bool:
    """Tell Kit Harington from the Jeux de Paris, which are nobody."""
    words = name.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def _merged(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Bring together what names one person, by the fullest name; the heavier weight counts."""
    merged: list[Mention] = []
    for one in mentions:
        keys = content_keys(one.name)
        for n, known in enumerate(merged):
            others = content_keys(known.name)
            if keys <= others or others <= keys:
                merged[n] = Mention(
                    max(known.name, one.name, key=len),
                    known.gender or one.gender,
                    max(known.weight, one.weight),
                    known.central or one.central,
                )
                break
        else:
            merged.append(one)
    return tuple(sorted(merged, key=lambda one: -one.weight))
