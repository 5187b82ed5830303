"""What a conversation is about now: its topic, and the people in focus."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_ANSWER_SHOWN = 160  # characters of an answer without a short one: its first sentence, mostly
_ASKED, _ANSWERED, _AROUND = 2.0, 3.0, 1.0  # weight of a name by where it stands
_FADING = 0.5  # what is left of it a turn later
_UNSURE = 0.6  # what counts of it where the gender is not known


class Mention(NamedTuple):
    """A name in focus."""

    name: str
    gender: Gender
    weight: float


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

    def followed_by(self, turn: Turn, standalone: str, *, new_topic: bool) -> Focus:
        """Give the focus after one more turn; of an old topic only its people stay, behind."""
        answer = _shown(turn)
        questions = (standalone,) if new_topic else (*self.questions, turn.question)
        said = f"{turn.question} {turn.answer}"
        return Focus(
            questions=questions,
            answer=answer,
            people=_merged(self.people, _mentions(turn, answer), fading=_FADING),
            keys=content_keys(said) | (frozenset() if new_topic else self.keys),
        )

    def called(self, name: str) -> tuple[str, ...]:
        """Give the full names of those in focus who are called so by their last name."""
        key = content_keys(name)
        return tuple(
            one.name
            for one in self.people
            if " " in one.name and key and key == content_keys(one.name.split()[-1])
        )

    def fitting(self, person: Person) -> tuple[str, ...]:
        """Name whom a pronoun stands for; several where it is as likely one as the other."""
        # Whose gender is known goes before whose is not.
        weights = {
            one.name: one.weight * (1.0 if one.gender else _UNSURE)
            for one in self.people
            if one.gender in {person, ""}
        }
        most = max(weights.values(), default=0.0)
        return tuple(name for name, weight in weights.items() if weight == most)


def _shown(turn: Turn) -> str:
    if turn.short_answer:
        return turn.short_answer
    answer = _MARKS.sub("", turn.answer).strip()
    if len(answer) <= _ANSWER_SHOWN:
        return answer
    return answer[:_ANSWER_SHOWN].rsplit(" ", 1)[0]


def _mentions(turn: Turn, answer: str) -> Iterator[Mention]:
    yield from _people(turn.question, _ASKED)
    yield from _people(f"… {answer}", _ANSWERED)
    yield from _people(_MARKS.sub("", turn.answer), _AROUND)


def _people(text: str, weight: float) -> Iterator[Mention]:
    for run in NAME.finditer(text):
        titles = titles_around(text, run)
        honorific, name = without_honorific(beginning(run[0]))
        gender = gender_of(name, titles | title_words(honorific))
        known = gender or honorific or titles & word_list("roles") or len(name.split()) > 1
        if known and content_keys(name) and not is_body(name) and not counterparts(name):
            yield Mention(name, gender, weight)


def _merged(
    old: tuple[Mention, ...], new: Iterator[Mention], *, fading: float
) -> tuple[Mention, ...]:
    """Bring together what names one person, by the fullest name; the heavier weight counts."""
    merged = [one._replace(weight=one.weight * fading) for one in old]
    for one in new:
        keys = content_keys(one.name)
        for n, known in enumerate(merged):
            others = content_keys(known.name)
            if keys <= others or others <= keys:
                fuller = max(known.name, one.name, key=len)
                gender = known.gender or one.gender
                merged[n] = Mention(fuller, gender, max(known.weight, one.weight))
                break
        else:
            merged.append(one)
    return tuple(sorted(merged, key=lambda one: -one.weight))
