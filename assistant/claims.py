"""Questions about reported speech, and answers to them from attributions: who says what, who not.

Pure functions: what a question wants (`analyse`), who fits it (`answer_from_attributions`), and
the table of all who spoke on a topic (`tabulate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from assistant.attribution.questions import named_after, reporting_stances
from assistant.datatypes import Attribution, Citation, Query, ScoredPassage, Stance
from assistant.words import asks_who, content_keys, fold

__all__ = [
    "Claim",
    "Claims",
    "Said",
    "Spoken",
    "Wanted",
    "analyse",
    "answer_from_attributions",
    "said_in",
    "tabulate",
]

Kind = Literal["speakers", "content", "agreement"]

# What an act of each of these stances says no to, and who else says the opposite.
_OPPOSITE: dict[Stance, frozenset[Stance]] = {
    "deny": frozenset({"assert", "confirm", "allege"}),
    "assert": frozenset({"deny"}),
    "confirm": frozenset({"deny"}),
    "allege": frozenset({"deny"}),
}
_PASSAGE_WEIGHT = 0.5  # a topic named around what is said counts half of one named in it
_SCORE_WEIGHT = 0.25
_NEAR_BEST = 0.6
_LEAST_TOPIC = 0.3  # share of the topic's words; below, nobody spoke about it

_AGREE = re.compile(
    r"\b(?:sources?|articles?|papers?|reports?|journaux|journalistes|documents?|they)\b.{0,20}"
    r"\b(?:agree|disagree|differ|contradict|concur|d'accord|s'accordent|accordent|contredisent"
    r"|divergent|concordent|unanimes)\b"
)
_CONTENT = re.compile(
    r"^\W*(?:(?:and|et|but|mais)\s)?(?:what|how)\b.{0,30}?\b(?:did|does|do|has|had|have|was|is)\b"
    r"|^\W*(?:et\s)?(?:que|qu'|quoi|comment|quel\w*)\b.{0,60}?\b(?:a|ont|avait|avaient|est|dit|-t-)"
    r"|\b(?:according to|selon|d'apres)\s(?!whom|who|qui)"
)
_WHICH = re.compile(r"^\W*(?:which|what|quels?|quelles?)\s(?!did|does|do|has|have|est|sont)\w+")
_NEGATIVE = re.compile(r"\b(?:not|never|no longer|nothing|none|ne|jamais|aucune?)\b|n't\b|\bn'")
_WHOM = re.compile(r"\b(?:according to whom|selon qui|d'apres qui|pour qui)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a question about reported speech asks for."""

    kind: Kind
    stances: frozenset[Stance]
    """Those that may answer; all of them where any will do."""
    topic: frozenset[str]
    """Keys of the words that say what it is about (`words.content_keys`)."""
    speaker: str
    """The one whose words are asked for; empty for any."""
    language: str


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


def analyse(query: Query) -> Wanted | None:
    """Tell what a question about reported speech wants; None where it is about something else."""
    question = query.standalone
    folded = fold(question)
    if _AGREE.search(folded):
        return _wanted(query, "agreement", frozenset({"assert", "confirm", "allege", "deny"}))
    asked = reporting_stances(question, query.language)
    if asks_who(question) or _WHOM.search(folded) or (_WHICH.search(folded) and asked):
        if not asked:
            return None
        return _wanted(query, "speakers", _admitted(asked, negative=_is_negative(folded)))
    speaker = named_after(question, query.language)
    if speaker and asked and _CONTENT.search(folded):
        return _wanted(query, "content", _content_stances(asked), speaker=speaker)
    return None


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
    fitting = [s for s in said if _fits(wanted, s.attribution)]
    scored = [(_score(wanted, s, said), s) for s in fitting]
    scored = [(score, s) for score, s in scored if score >= _LEAST_TOPIC]
    groups: list[tuple[str, list[tuple[float, Said]]]] = []
    for score, item in sorted(scored, key=lambda pair: -pair[0]):
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
        if items[0][0] >= _NEAR_BEST * best
    )


def same_speaker(one: str, other: str) -> bool:
    """Tell whether two names may be one speaker's: Musk and Elon Musk, Poutine and Putin."""
    a, b = content_keys(one), content_keys(other)
    return bool(a and b) and (a <= b or b <= a)


def tabulate(topic: str, said: Sequence[Said], *, limit: int = 50) -> Claims:
    """Make the table of who says what about a topic; contradictions first, then by relevance."""
    keys = content_keys(topic)
    wanted = Wanted(kind="speakers", stances=frozenset(), topic=keys, speaker="", language="")
    scored = [
        (score, s)
        for s in said
        if _is_named(s.attribution.source) and (score := _score(wanted, s, said)) >= _LEAST_TOPIC
    ]
    rows: list[tuple[str, Stance, float, list[Said]]] = []
    for score, item in sorted(scored, key=lambda pair: -pair[0]):
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
    citations = [_cite(n, item) for n, item in enumerate(items, start=1)]
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


def _wanted(query: Query, kind: Kind, stances: frozenset[Stance], *, speaker: str = "") -> Wanted:
    topic = content_keys(query.standalone) - content_keys(speaker) - stances
    return Wanted(kind=kind, stances=stances, topic=topic, speaker=speaker, language=query.language)


def _admitted(asked: frozenset[Stance], *, negative: bool) -> frozenset[Stance]:
    """Give the stances that answer: who "said" so may have warned or promised, but not denied."""
    if asked - {"assert"}:
        return asked - {"assert"}
    said: frozenset[Stance] = frozenset(
        {"assert", "confirm", "allege", "promise", "warn", "criticise", "praise", "ask", "order"}
    )
    return said | {"deny", "refuse"} if negative else said


def _content_stances(asked: frozenset[Stance]) -> frozenset[Stance]:
    return asked - {"assert"} if asked - {"assert"} else frozenset()


def _is_negative(folded: str) -> bool:
    return bool(_NEGATIVE.search(folded))


def _fits(wanted: Wanted, attribution: Attribution) -> bool:
    if not _is_named(attribution.source):
        return False
    if wanted.speaker:
        return same_speaker(wanted.speaker, attribution.source)
    return not wanted.stances or attribution.stance in wanted.stances


def _is_named(source: str) -> bool:
    """Whether a source is a name or a description, not a pronoun that nobody was found for."""
    return bool(content_keys(source))


def _score(wanted: Wanted, item: Said, all_said: Iterable[Said]) -> float:
    best = max((s.passage.score for s in all_said), default=0.0)
    near = item.passage.score / best if best > 0 else 0.0
    if not wanted.topic:
        return near
    attribution, passage = item.attribution, item.passage.passage
    inside = content_keys(attribution.content)
    around = content_keys(f"{passage.document.title} {passage.text}")
    share = sum(
        1.0 if key in inside else _PASSAGE_WEIGHT if key in around else 0.0 for key in wanted.topic
    ) / len(wanted.topic)
    return share + _SCORE_WEIGHT * near * (share > 0)
