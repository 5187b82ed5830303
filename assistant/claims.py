"""Answers from attributions: who fits a question, and the table of all who spoke on a topic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from assistant.attribution.questions import POLAR, Wanted, names_in
from assistant.datatypes import Answer, Attribution, Citation, ScoredPassage, Stance
from assistant.words import content_keys

__all__ = [
    "Claim",
    "Claims",
    "Said",
    "Spoken",
    "answer_from_attributions",
    "attributed",
    "said_in",
    "tabulate",
]

# What an act of each of these stances says no to, and who else says the opposite.
_OPPOSITE: dict[Stance, frozenset[Stance]] = {
    "deny": frozenset({"assert", "confirm", "allege"}),
    "assert": frozenset({"deny"}),
    "confirm": frozenset({"deny"}),
    "allege": frozenset({"deny"}),
}
_PASSAGE_WEIGHT = 0.5  # a topic named around what is said counts half of one named in it
_SCORE_WEIGHT = 0.25
_STANCE_WEIGHT = 0.15
_NAME_WEIGHT = 0.15
_NEAR_BEST = {True: 0.5, False: 0.85}  # by whether it is asked who denied, confirmed or refused
_IN_TABLE = 0.4
_LEAST_TOPIC = 0.3  # share of the topic's words; below, nobody spoke about it


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
class Claim:
    """One speaker's stance on a topic, with the words of each source."""

    speaker: str
    title: str
    stance: Stance
    contested: bool
    """Whether someone else takes the opposite stance."""
    date: str
    """ISO 8601: of the act where told, else of its document's publication; "" where unknown."""
    hedged: bool
    via: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """Who says what about a topic; what is contested first."""

    topic: str
    rows: tuple[Claim, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON form: the same for the command line and for pages."""
        return {
            "topic": self.topic,
            "claims": [
                {
                    "speaker": row.speaker,
                    "title": row.title,
                    "stance": row.stance,
                    "contested": row.contested,
                    "date": row.date,
                    "hedged": row.hedged,
                    "via": list(row.via),
                    "citations": [citation.to_dict() for citation in row.citations],
                }
                for row in self.rows
            ],
        }


def said_in(
    ranking: Sequence[ScoredPassage], attributions: dict[str, tuple[Attribution, ...]]
) -> list[Said]:
    """Give the attributions that stand in ranked passages, each with its best passage.

    Args:
        attributions: of the passages' documents, by digest (`Library.attributions`).
    """
    found: dict[tuple[str, int], Said] = {}
    for scored in ranking:
        passage = scored.passage
        for n, attribution in enumerate(attributions.get(passage.document.sha256, ())):
            at = (attribution.cue_spans or attribution.content_spans or (attribution.span,))[0][0]
            if passage.start <= at < passage.end:
                found.setdefault((passage.document.sha256, n), Said(attribution, scored))
    return list(found.values())


def answer_from_attributions(wanted: Wanted, said: Sequence[Said]) -> tuple[Spoken, ...]:
    """Name everyone who said what is asked for, the best first; nobody where nobody did."""
    groups: list[tuple[str, list[tuple[float, Said]]]] = []
    for score, item in _scores(wanted, said):
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


def attributed(answer: Answer, wanted: Wanted, said: Sequence[Said]) -> Answer:
    """Say whose word each cited sentence is; where speakers are asked for, they answer in short.

    A sentence that is cited is about the topic: who does in it what is asked for is named, whether
    or not it repeats the topic's words.
    """
    found = [
        (citation.n, item.attribution)
        for citation in answer.citations
        for item in said
        if _shown_by(citation, item) and _fits(wanted, item.attribution)
    ]
    speakers: list[str] = []
    if wanted.kind == "speakers":
        for _, attribution in found:
            if not any(same_speaker(attribution.source, known) for known in speakers):
                speakers.append(attribution.source)
    return replace(
        answer,
        # Who denied, confirmed or refused did just that: nobody is named by guess.
        short_answer="; ".join(speakers)
        or ("" if wanted.preferred & POLAR else answer.short_answer),
        attributions=tuple(attribution.cited(n) for n, attribution in found),
    )


def _shown_by(citation: Citation, item: Said) -> bool:
    """Whether a citation holds the words that report."""
    found = item.attribution
    start, end = (found.cue_spans or found.content_spans or (found.span,))[0]
    same = item.passage.passage.document.sha256 == citation.document.sha256
    return same and citation.start <= start and end <= citation.end


def same_speaker(one: str, other: str) -> bool:
    """Tell whether two names may be one speaker's: Musk and Elon Musk, Poutine and Putin."""
    a, b = content_keys(one), content_keys(other)
    return bool(a and b) and (a <= b or b <= a)


def tabulate(topic: str, said: Sequence[Said], *, limit: int = 50) -> Claims:
    """Make the table of who says what about a topic; contradictions first, then by relevance."""
    wanted = Wanted(
        kind="speakers",
        stances=frozenset(),
        preferred=frozenset(),
        topic=content_keys(topic),
        names=names_in(topic),
        speaker="",
        language="",
    )
    rows: list[tuple[str, Stance, float, list[Said]]] = []
    scored = _scores(wanted, said)
    best = scored[0][0] if scored else 0.0
    for score, item in scored:
        if score < _IN_TABLE * best:
            break
        found = item.attribution
        for name, stance, _, items in rows:
            if stance == found.stance and same_speaker(name, found.source):
                items.append(item)
                break
        else:
            rows.append((found.source, found.stance, score, [item]))
    contested = [
        any(
            other in _OPPOSITE.get(stance, ()) and not same_speaker(name, who)
            for who, other, _, _ in rows
        )
        for name, stance, _, _ in rows
    ]
    order = sorted(range(len(rows)), key=lambda n: (not contested[n], -rows[n][2]))[:limit]
    return Claims(topic, tuple(_claim(rows[n], contested=contested[n]) for n in order))


def _claim(row: tuple[str, Stance, float, list[Said]], *, contested: bool) -> Claim:
    name, stance, _, items = row
    best = items[0].attribution
    names = sorted((i.attribution.source for i in items), key=len)
    places = {(i.passage.passage.document.sha256, i.attribution.span): i for i in reversed(items)}
    citations = [_cite(n, i) for n, i in enumerate(reversed(places.values()), start=1)]
    return Claim(
        speaker=names[-1] or name,
        title=next((i.attribution.title for i in items if i.attribution.title), ""),
        stance=stance,
        contested=contested,
        date=best.date or items[0].passage.passage.document.published[:10],
        hedged=all(i.attribution.hedged for i in items),
        via=best.via,
        citations=tuple(citations),
    )


def _cite(n: int, item: Said) -> Citation:
    passage, (start, end) = item.passage.passage, item.attribution.span
    start, end = max(start, passage.start), min(end, passage.end)
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(
        n=n, document=passage.document, start=start, end=end, quote=quote, page=passage.page
    )


def _fits(wanted: Wanted, attribution: Attribution) -> bool:
    if not _is_named(attribution.source):
        return False
    if wanted.speaker:
        return same_speaker(wanted.speaker, attribution.source)
    return not wanted.stances or attribution.stance in wanted.stances


def _is_named(source: str) -> bool:
    """Whether a source is a name or a description, not a pronoun that nobody was found for."""
    return bool(content_keys(source))


def _scores(wanted: Wanted, said: Sequence[Said]) -> list[tuple[float, Said]]:
    """Score what fits, best first: how much of the topic is in what is said, or around it.

    Whether it is about the topic at all, each word of it tells as much as any other; what is
    nearest to it, the rarer ones tell more.
    """
    best = max((item.passage.score for item in said), default=0.0)
    texts = {item.passage.passage.id: _context(item) for item in said}
    seen = {key: sum(key in text for text in texts.values()) for key in wanted.topic}
    rarity = {key: math.log(1 + len(texts) / n) for key, n in seen.items() if n}
    found = []
    for item in said:
        if not _fits(wanted, item.attribution):
            continue
        inside, around = content_keys(item.attribution.content), texts[item.passage.passage.id]
        if wanted.names and not wanted.names & (inside | around):
            continue
        parts = {
            key: 1.0 if key in inside else _PASSAGE_WEIGHT * (key in around) for key in wanted.topic
        }
        share = sum(parts.values()) / len(parts) if parts else 1.0
        near = _SCORE_WEIGHT * item.passage.score / best if best > 0 and share else 0.0
        if share + near >= _LEAST_TOPIC:
            rare = sum(parts[key] * weight for key, weight in rarity.items())
            score = (rare / sum(rarity.values()) if rarity else 1.0) + near
            score += _STANCE_WEIGHT * (item.attribution.stance in wanted.preferred)
            found.append((score + _NAME_WEIGHT * _is_name(item.attribution), item))
    return sorted(found, key=lambda pair: -pair[0])


def _is_name(attribution: Attribution) -> bool:
    """Whether a source is a name rather than a description, which may not be a speaker at all."""
    return bool(attribution.title) or attribution.source[:1].isupper()


def _context(item: Said) -> frozenset[str]:
    passage = item.passage.passage
    return content_keys(f"{passage.document.title} {passage.text}")
