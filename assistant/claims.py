"""The table of who says what about a topic; what is contested first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.attribution.questions import Wanted, names_in
from assistant.datatypes import Attribution, Citation, Stance
from assistant.said import Said, same_speaker
from assistant.speech import scored
from assistant.words import content_keys

__all__ = ["Claim", "Claims", "claims_of", "tabulate"]

# What an act of each of these stances says no to, and who else says the opposite.
_OPPOSITE: dict[Stance, frozenset[Stance]] = {
    "deny": frozenset({"assert", "confirm", "allege"}),
    "assert": frozenset({"deny"}),
    "confirm": frozenset({"deny"}),
    "allege": frozenset({"deny"}),
}
_IN_TABLE = 0.4
_RIGHT_BEFORE = 400  # characters
# Keys of words for what others said, which tell nothing of what it was.
_ABOUT_CLAIMS = content_keys(
    "claim allegation accusation charge rumour rumor information suggestion that idea false"
    " untrue baseless wrong faux fausse mensonge mensonger allégation rumeur infondé propos"
)

_Row = tuple[str, Stance, float, list[Said]]


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
    said: tuple[Attribution, ...] = ()
    """What each citation shows."""


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


def tabulate(topic: str, said: Sequence[Said], *, limit: int = 50) -> Claims:
    """Make the table of who says what about a topic; contradictions first, then by relevance."""
    about = Wanted(
        kind="speakers",
        stances=frozenset(),
        preferred=frozenset(),
        topic=content_keys(topic),
        names=names_in(topic),
        speaker="",
        language="",
    )
    return claims_of(about, topic, said, limit=limit)


def claims_of(
    wanted: Wanted, topic: str, said: Sequence[Said], *, limit: int = 50, near: float = _IN_TABLE
) -> Claims:
    """Make the table of who says what is wanted.

    Args:
        near: share of the best score that counts as being about the topic.
    """
    rows: list[_Row] = []
    ranked = scored(wanted, said)
    best = ranked[0][0] if ranked else 0.0
    for score, item in ranked:
        if score < near * best:
            break
        found = item.attribution
        for name, stance, _, items in rows:
            if stance == found.stance and same_speaker(name, found.source):
                items.append(item)
                break
        else:
            rows.append((found.source, found.stance, score, [item]))
    contested = [any(_contradict(row, other) for other in rows) for row in rows]
    order = sorted(range(len(rows)), key=lambda n: (not contested[n], -rows[n][2]))[:limit]
    return Claims(topic, tuple(_claim(rows[n], contested=contested[n]) for n in order))


def _contradict(row: _Row, other: _Row) -> bool:
    """Whether others take the opposite stance, and on the same: by words in common.

    A denial that has none of its own ("rejected it", "called the claims false") is of what was said
    right before.
    """
    (name, stance, _, items), (who, opposite, _, others) = row, other
    if opposite not in _OPPOSITE.get(stance, ()) or same_speaker(name, who):
        return False
    return any(_on_the_same(one, another) for one in items for another in others)


def _on_the_same(one: Said, other: Said) -> bool:
    a, b = (content_keys(item.attribution.content) - _ABOUT_CLAIMS for item in (one, other))
    if a and b:
        return bool(a & b)
    later, earlier = (one, other) if not a else (other, one)
    if later.passage.passage.document.sha256 != earlier.passage.passage.document.sha256:
        return False
    return 0 < later.attribution.span[0] - earlier.attribution.span[0] < _RIGHT_BEFORE


def _claim(row: _Row, *, contested: bool) -> Claim:
    name, stance, _, items = row
    best = items[0].attribution
    names = sorted((i.attribution.source for i in items), key=len)
    places = {(i.passage.passage.document.sha256, i.attribution.span): i for i in reversed(items)}
    shown = list(reversed(places.values()))
    return Claim(
        speaker=names[-1] or name,
        title=next((i.attribution.title for i in items if i.attribution.title), ""),
        stance=stance,
        contested=contested,
        date=best.date or items[0].passage.passage.document.published[:10],
        hedged=all(i.attribution.hedged for i in items),
        via=best.via,
        citations=tuple(_cite(n, i) for n, i in enumerate(shown, start=1)),
        said=tuple(i.attribution for i in shown),
    )


def _cite(n: int, item: Said) -> Citation:
    passage, (start, end) = item.passage.passage, item.attribution.span
    start, end = max(start, passage.start), min(end, passage.end)
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(
        n=n, document=passage.document, start=start, end=end, quote=quote, page=passage.page
    )
