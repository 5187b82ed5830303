"""Question + ranking → who says in it what is asked, from the attributions of its documents."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from assistant.attribution.names import head_name
from assistant.attribution.questions import POLAR, Wanted, names_in
from assistant.datatypes import Attribution, ScoredPassage, Span, Stance
from assistant.words import content_keys

__all__ = [
    "Place",
    "Said",
    "Speech",
    "Spoken",
    "answer_from_attributions",
    "fits",
    "is_name",
    "is_named",
    "reported_in",
    "said_in",
    "same_speaker",
    "scored",
]

_PASSAGE_WEIGHT = 0.5  # a topic named around what is said counts half of one named in it
_SCORE_WEIGHT = 0.25
_STANCE_WEIGHT = 0.15
_NAME_WEIGHT = 0.15
_NEAR_BEST = {True: 0.5, False: 0.85}  # by whether it is asked who denied, confirmed or refused
_LEAST_TOPIC = 0.3  # share of the topic's words; below, nobody spoke about it
# What the reader must say of a sentence, in logits, to make up for words in common: that it
# answers, and with which words.
_SURE_SUPPORT = 1.0
_SURE_SPAN = 0.0
_AS_READ = 0.75  # share of the topic that such a sentence counts as naming
_NEAR_BEFORE = 2  # sentences from what is said to the words that refer back to it


# A content that stands for what was said before: "contradicted him", « a démenti l’information ».
_REFERS_BACK = re.compile(
    r"\W*(?:(?:it|him|her|them|this|these|those|so|cela|ça|ces|en bloc|aussitôt)\b"
    r"|(?:the|these|those|this) (?:claims?|reports?|allegations?|accusations?|story|article"
    r"|rumou?rs?|idea|charges?|suggestion)\b"
    r"|l['’](?:information|article|accusation|affirmation|allégation|idée)\b"
    r"|les (?:informations?|accusations|allégations|rumeurs|faits)\b|la (?:rumeur|nouvelle)\b"
    r"|de (?:fausses|faux|mensong\w+)\b)",
    re.IGNORECASE,
)


_ADMITS = re.compile(r"\b(?:admi|conced|acknowledg|reconn|avou|concéd)", re.IGNORECASE)


class Place(NamedTuple):
    """Characters of a document."""

    sha256: str
    start: int
    end: int


class Said(NamedTuple):
    """An attribution with the passage that it was found in."""

    attribution: Attribution
    passage: ScoredPassage


@dataclass(frozen=True, slots=True)
class Spoken:
    """One speaker with what was said that fits, the best first."""

    speaker: str
    stance: Stance
    said: tuple[Said, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Speech:
    """What a question about reported speech finds in a ranking."""

    wanted: Wanted
    fitting: tuple[Said, ...]
    """Everything that is said there in the way that is asked, about whatever."""
    spoken: tuple[Spoken, ...]
    """Who of them speaks about what is asked; empty where nobody does."""

    @classmethod
    def of(cls, wanted: Wanted, said: Sequence[Said]) -> Self:
        """Find who says what is wanted among everything that is said."""
        fitting = tuple(item for item in said if fits(wanted, item.attribution))
        return cls(wanted, fitting, answer_from_attributions(wanted, said))

    @property
    def nobody(self) -> bool:
        """Whether nobody denied, or confirmed, what the question asks who did."""
        return self.wanted.kind == "speakers" and self._polar and not self.spoken

    @property
    def _polar(self) -> bool:
        return bool(self.wanted.preferred & POLAR)

    def fits(self, place: Place) -> bool:
        """Whether someone does in a sentence what is asked, about whatever."""
        return any(reported_in(item, place) for item in self.fitting)

    def acts(self, place: Place) -> bool:
        """Whether someone does in a sentence the act that the question asks after ("denied")."""
        return any(
            item.attribution.stance in self.wanted.preferred and reported_in(item, place)
            for item in self.fitting
            if self.wanted.kind == "speakers"
        )

    def settles(self, place: Place) -> bool:
        """Whether someone takes in a sentence the side that is asked for, on what is asked."""
        return self.wanted.kind == "speakers" and self._polar and self.answers(place) > 0

    def answers(self, place: Place) -> float:
        """How well what is said in a sentence fits, the best of the ranking being 1."""
        return max(
            (
                person.score / self.spoken[0].score
                for person in self.spoken
                if any(reported_in(item, place) for item in person.said)
            ),
            default=0.0,
        )


def said_in(
    ranking: Sequence[ScoredPassage], attributions: Mapping[str, Sequence[Attribution]]
) -> list[Said]:
    """Give the attributions that reach into ranked passages, each with its best passage.

    Args:
        attributions: of the passages' documents, by digest (`Library.attributions`).
    """
    found: dict[tuple[str, int], Said] = {}
    for scored in ranking:
        passage = scored.passage
        for n, attribution in enumerate(attributions.get(passage.document.sha256, ())):
            places = (_reports_at(attribution), *attribution.content_spans)
            if any(start < passage.end and passage.start < end for start, end in places):
                found.setdefault((passage.document.sha256, n), Said(attribution, scored))
    return list(found.values())


def answer_from_attributions(wanted: Wanted, said: Sequence[Said]) -> tuple[Spoken, ...]:
    """Name everyone who said what is asked for, the best first; nobody where nobody did."""
    groups: list[tuple[str, list[tuple[float, Said]]]] = []
    for score, item in scored(wanted, said):
        name = item.attribution.source
        for known, items in groups:
            if same_speaker(known, name):
                items.append((score, item))
                break
        else:
            groups.append((name, [(score, item)]))
    best = max((items[0][0] for _, items in groups), default=0.0)
    return tuple(
        Spoken(name, items[0][1].attribution.stance, tuple(i for _, i in items), items[0][0])
        for name, items in groups
        if items[0][0] >= _NEAR_BEST[bool(wanted.preferred & POLAR)] * best
    )


def _reports_at(attribution: Attribution) -> Span:
    """Where the words that report stand; what they report, where there are none."""
    return (attribution.cue_spans or attribution.content_spans or (attribution.span,))[0]


def reported_in(item: Said, place: Place) -> bool:
    """Tell whether the words that report stand in a place."""
    first, last = _reports_at(item.attribution)
    same = item.passage.passage.document.sha256 == place.sha256
    return same and place.start <= first and last <= place.end


def same_speaker(one: str, other: str) -> bool:
    """Tell whether two names may be one speaker's: Musk and Elon Musk, Poutine and Putin."""
    a, b = content_keys(one), content_keys(other)
    return bool(a and b) and (a <= b or b <= a)


def fits(wanted: Wanted, attribution: Attribution) -> bool:
    """Tell whether an attribution is of the speaker, or of a stance, that a question asks for."""
    if not is_named(attribution.source):
        return False
    if wanted.speaker:  # the Kremlin speaks by its spokesman
        called = content_keys(f"{attribution.title} {attribution.source}")
        if content_keys(wanted.speaker) <= called:
            return True
        # … and NASA's chief is not NASA.
        named = bool(head_name(wanted.speaker)[0])
        return named and same_speaker(wanted.speaker, attribution.source)
    if "confirm" in wanted.preferred and _ADMITS.search(attribution.cue):
        # Who admits something confirms that, and nothing else.
        return bool(wanted.topic & content_keys(attribution.content))
    return not wanted.stances or attribution.stance in wanted.stances


def is_named(source: str) -> bool:
    """Whether a source is a name or a description, not a pronoun that nobody was found for."""
    return bool(content_keys(source))


def scored(wanted: Wanted, said: Sequence[Said]) -> list[tuple[float, Said]]:
    """Score what fits, best first: how much of the topic is in what is said, or around it.

    Whether it is about the topic at all, each word of it tells as much as any other; what is
    nearest to it, the rarer ones tell more. Who denied or confirmed it has its words, or none of
    his own while they stand around ("confirmed it", "called the claim false"), or the reader finds
    the answer there.
    """
    best = max((item.passage.score for item in said), default=0.0)
    texts = {item.passage.passage.id: _context(item) for item in said}
    seen = {key: sum(key in text for text in texts.values()) for key in wanted.topic}
    rarity = {key: math.log(1 + len(texts) / n) for key, n in seen.items() if n}
    found = []
    for item in said:
        if not fits(wanted, item.attribution):
            continue
        inside, around = content_keys(item.attribution.content), texts[item.passage.passage.id]
        if wanted.names and not wanted.names & (inside | around):
            continue
        parts = {
            key: 1.0 if key in inside else _PASSAGE_WEIGHT * (key in around) for key in wanted.topic
        }
        read = _reader_is_sure(item) and not _names_others(wanted, item.attribution.content)
        share = max(sum(parts.values()) / len(parts) if parts else 1.0, _AS_READ * read)
        near = _SCORE_WEIGHT * item.passage.score / best if best > 0 and share else 0.0
        if share + near >= _LEAST_TOPIC:
            back = not inside or _REFERS_BACK.match(item.attribution.content)
            on_topic = read or (back and _follows_on(item, wanted)) or inside & wanted.topic
            if wanted.topic and wanted.preferred & POLAR and not on_topic:
                continue  # a denial of something else
            rare = sum(parts[key] * weight for key, weight in rarity.items())
            score = max(rare / sum(rarity.values()) if rarity else 1.0, _AS_READ * read) + near
            score += _STANCE_WEIGHT * (item.attribution.stance in wanted.preferred)
            found.append((score + _NAME_WEIGHT * is_name(item.attribution), item))
    return sorted(found, key=lambda pair: -pair[0])


def _follows_on(item: Said, wanted: Wanted) -> bool:
    """Whether what "this" refers back to is the topic: the sentence itself, or one near before."""
    passage, at = item.passage.passage, _reports_at(item.attribution)[0]
    nth = next((n for n, (_, end) in enumerate(passage.sentences) if at < end), 0)
    if nth < _NEAR_BEFORE:
        return True  # it may be told in the passage before
    begin = passage.sentences[nth - _NEAR_BEFORE][0] - passage.start
    end = passage.sentences[nth][1] - passage.start
    topic = (wanted.topic - wanted.names) & content_keys(passage.text)
    # Where none of its words stand in the passage, it may be in another language.
    return not topic or bool(topic & content_keys(passage.text[begin:end]))


def _names_others(wanted: Wanted, content: str) -> bool:
    """Whether what is said has names, and none of those that the question has."""
    named = names_in(content)
    return bool(named and wanted.names) and not named & wanted.names


def _reader_is_sure(item: Said) -> bool:
    """Whether the reader finds the answer where someone speaks, by whatever words."""
    passage, reading = item.passage.passage, item.passage.reading
    if reading is None:
        return False
    at = _reports_at(item.attribution)[0]
    return any(
        start <= at < end and said.support >= _SURE_SUPPORT and said.span_score > _SURE_SPAN
        for (start, end), said in zip(passage.sentences, reading.sentences, strict=True)
    )


def is_name(attribution: Attribution) -> bool:
    """Whether a source is a name rather than a description, which may not be a speaker at all."""
    return bool(attribution.title) or attribution.source[:1].isupper()


def _context(item: Said) -> frozenset[str]:
    passage = item.passage.passage
    return content_keys(f"{passage.document.title} {passage.text}")
