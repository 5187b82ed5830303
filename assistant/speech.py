"""Question + ranking → who says in it what is asked, from the attributions of its documents."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from assistant.attribution.questions import POLAR, Wanted, names_in
from assistant.datatypes import Stance
from assistant.said import Place, Said, fits, is_name, reported_in, reports_at, same_speaker
from assistant.words import content_keys

__all__ = ["Speech", "Spoken", "answer_from_attributions", "scored"]

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
_QUITE_SURE_SUPPORT = 2.0  # … and for an act that is not known for the one that is asked after
_TAKES_A_SIDE: frozenset[Stance] = POLAR | {"refuse"}  # or declines to
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
    heard: bool
    """Whether the reader is quite sure of a sentence in which someone speaks, whatever the act."""

    @classmethod
    def of(cls, wanted: Wanted, said: Sequence[Said]) -> Self:
        """Find who says what is wanted among everything that is said."""
        fitting = tuple(item for item in said if fits(wanted, item.attribution))
        return cls(wanted, fitting, answer_from_attributions(wanted, said), _heard(wanted, said))

    @property
    def nobody(self) -> bool:
        """Whether nobody denied, or confirmed, what the question asks who did."""
        asked = self.wanted.kind == "speakers" and self._polar
        return asked and not self.spoken and not self.heard

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


def scored(wanted: Wanted, said: Sequence[Said]) -> list[tuple[float, Said]]:
    """Score what fits, best first: how much of the topic is in what is said, or around it.

    Whether it is about the topic at all, each word of it tells as much as any other; what is
    nearest to it, the rarer ones tell more. Who denied or confirmed it has its words, or none of
    his own while they stand around ("confirmed it", "called the claim false"), or the reader finds
    the answer there.
    """
    best = max((item.passage.score for item in said), default=0.0)
    texts = {item.passage.passage.id: _context(item) for item in said}
    documents: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for item in said:  # an article names in one passage what it is about, and says "it" in others
        documents[item.passage.passage.document.sha256] |= texts[item.passage.passage.id]
    seen = {key: sum(key in text for text in texts.values()) for key in wanted.topic}
    rarity = {key: math.log(1 + len(texts) / n) for key, n in seen.items() if n}
    found = []
    for item in said:
        if not fits(wanted, item.attribution):
            continue
        inside, around = content_keys(item.attribution.content), texts[item.passage.passage.id]
        read = _reader_is_sure(item) and not _names_others(wanted, item.attribution.content)
        named = inside | documents[item.passage.passage.document.sha256]
        if wanted.names and not wanted.names & named:
            continue
        parts = {
            key: 1.0 if key in inside else _PASSAGE_WEIGHT * (key in around) for key in wanted.topic
        }
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
    passage, nth = item.passage.passage, _sentence_of(item) or 0
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


def _reader_is_sure(item: Said, support: float = _SURE_SUPPORT) -> bool:
    """Whether the reader finds the answer where someone speaks, by whatever words."""
    reading, nth = item.passage.reading, _sentence_of(item)
    said = reading.sentences[nth] if reading and nth is not None else None
    return said is not None and said.support >= support and said.span_score > _SURE_SPAN


def _sentence_of(item: Said) -> int | None:
    """Which sentence of its passage the words that report stand in; None where in another one."""
    at = reports_at(item.attribution)[0]
    spans = enumerate(item.passage.passage.sentences)
    return next((n for n, (start, end) in spans if start <= at < end), None)


def _heard(wanted: Wanted, said: Sequence[Said]) -> bool:
    """Whether the reader is quite sure where someone speaks, and nobody takes the other side."""
    other = _TAKES_A_SIDE - wanted.preferred
    sure = [item for item in said if _reader_is_sure(item, _QUITE_SURE_SUPPORT)]
    against = {_where(item) for item in sure if item.attribution.stance in other}
    return any(
        _where(item) not in against and not _names_others(wanted, item.attribution.content)
        for item in sure
    )


def _where(item: Said) -> tuple[str, int | None]:
    return item.passage.passage.id, _sentence_of(item)


def _context(item: Said) -> frozenset[str]:
    passage = item.passage.passage
    return content_keys(f"{passage.document.title} {passage.text}")
