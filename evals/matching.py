"""Where spans and names match: pure functions on places and strings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from evals.normalise import content_words

__all__ = ["Place", "characters", "common", "hits", "holds", "overlap", "same_name", "union"]


class Place(NamedTuple):
    """Characters ``[start, end)`` of a document of the suite.

    `document` is the doc_id of the first document of that text, so that duplicates are one.
    """

    document: str
    start: int
    end: int
    whole: bool = False
    """The whole document is meant, whatever part of it is met."""

    @property
    def length(self) -> int:
        return max(0, self.end - self.start)

    def __str__(self) -> str:
        return self.document if self.whole else f"{self.document} {self.start}-{self.end}"


def overlap(a: Place, b: Place) -> int:
    """Count the characters that two places share."""
    if a.document != b.document:
        return 0
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def hits(citation: Place, gold: Place) -> bool:
    """Tell whether a citation is right: it shares half of the shorter of the two, or more."""
    shared = overlap(citation, gold)
    return shared > 0 and 2 * shared >= min(citation.length, gold.length)


def holds(passage: Place, span: Place) -> bool:
    """Tell whether a passage contains at least half of a span's characters.

    Where the gold is a whole document, any passage of it does: nothing finer was annotated.
    """
    shared = overlap(passage, span)
    return shared > 0 and (span.whole or 2 * shared >= span.length)


def union(places: Iterable[Place]) -> list[Place]:
    """Merge places that touch or overlap, ordered by document and start."""
    merged: list[Place] = []
    for place in sorted(place for place in places if place.length):
        last = merged[-1] if merged else None
        if last and last.document == place.document and place.start <= last.end:
            merged[-1] = last._replace(end=max(last.end, place.end))
        else:
            merged.append(place._replace(whole=False))
    return merged


def characters(places: Iterable[Place]) -> int:
    """Count the characters of a union, each once."""
    return sum(place.length for place in union(places))


def common(a: Iterable[Place], b: Iterable[Place]) -> int:
    """Count the characters that are in both unions."""
    by_document = {name: list(group) for name, group in groupby(union(b), lambda p: p.document)}
    return sum(overlap(x, y) for x in union(a) for y in by_document.get(x.document, ()))


def same_name(name: str, aliases: Sequence[str]) -> int:
    """Count the content words by which a name matches one of the aliases; 0 = no match.

    They match when one's content words contain the other's.
    """
    words = content_words(name)
    shared = 0
    for alias in map(content_words, aliases):
        if words and alias and (words <= alias or alias <= words):
            shared = max(shared, len(words & alias))
    return shared
