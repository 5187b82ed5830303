"""Extracted attributions against gold ones: source, cue and content, exactly and by tokens.

PARC and PolNeAR's terms. An attribution of the one side is paired with at most one of the other:
pairs that share most tokens first. Three readings of each role's precision and recall:

exact: spans of pairs that hold the same words.
linked: words that pairs share in a role; a word that the partner lacks counts against it, and so
    does an attribution without a partner.
tokens: words that have the role at all, in whichever attribution; the field's "token overlap".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from assistant.datatypes import Span

__all__ = ["Counts", "Role", "RoleScores", "Spans", "Tally", "pair"]

Role = Literal["source", "cue", "content"]
Reading = Literal["exact", "linked", "tokens"]

_WORD = re.compile(r"\w+")


class Spans(NamedTuple):
    """An attribution as the spans of its roles; a role may have several spans, or none."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]


@dataclass(slots=True)
class Counts:
    """What was found of what is there."""

    right: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0

    def add(self, right: int, found: int, gold: int) -> None:
        self.right += right
        self.found += found
        self.gold += gold


RoleScores = dict[Role, dict[Reading, Counts]]


class _Words(NamedTuple):
    """The words of one attribution, by where they begin."""

    source: frozenset[int]
    cue: frozenset[int]
    content: frozenset[int]


class Tally:
    """Counts over documents."""

    def __init__(self) -> None:
        self.roles: RoleScores = {
            role: {reading: Counts() for reading in get_args(Reading)} for role in get_args(Role)
        }

    def add(self, text: str, found: Sequence[Spans], gold: Sequence[Spans]) -> None:
        """Count one document in."""
        starts = [match.start() for match in _WORD.finditer(text)]
        ours = [_words(starts, spans) for spans in found]
        theirs = [_words(starts, spans) for spans in gold]
        pairs = pair(ours, theirs)
        for at, role in enumerate(get_args(Role)):
            counts = self.roles[role]
            ours_all = frozenset[int]().union(*(words[at] for words in ours))
            theirs_all = frozenset[int]().union(*(words[at] for words in theirs))
            counts["tokens"].add(len(ours_all & theirs_all), len(ours_all), len(theirs_all))
            counts["linked"].add(
                sum(len(ours[a][at] & theirs[b][at]) for a, b in pairs),
                sum(len(words[at]) for words in ours),
                sum(len(words[at]) for words in theirs),
            )
            counts["exact"].add(
                sum(bool(ours[a][at]) and ours[a][at] == theirs[b][at] for a, b in pairs),
                sum(bool(words[at]) for words in ours),
                sum(bool(words[at]) for words in theirs),
            )


def pair(ours: Sequence[_Words], theirs: Sequence[_Words]) -> list[tuple[int, int]]:
    """Pair attributions that share words of cue or content, those that share most first."""
    shared = []
    for a, words in enumerate(ours):
        for b, gold in enumerate(theirs):
            cue, content = len(words.cue & gold.cue), len(words.content & gold.content)
            if cue or 2 * content > len(gold.content):
                shared.append((3 * cue + 2 * len(words.source & gold.source) + content, -a, -b))
    pairs: list[tuple[int, int]] = []
    used_a: set[int] = set()
    used_b: set[int] = set()
    for _, a, b in sorted(shared, reverse=True):
        if -a not in used_a and -b not in used_b:
            used_a.add(-a)
            used_b.add(-b)
            pairs.append((-a, -b))
    return pairs


def _words(starts: Sequence[int], spans: Spans) -> _Words:
    return _Words(*(frozenset(_within(starts, role)) for role in spans))


def _within(starts: Sequence[int], spans: Iterable[Span]) -> Iterable[int]:
    for start, end in spans:
        yield from starts[bisect_left(starts, start) : bisect_left(starts, end)]
