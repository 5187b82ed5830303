"""The words for a source → whom they name: names, titles, pronouns and descriptions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.attribution.names import (
    DETERMINER,
    NAME,
    NOT_HEAD,
    POSSESSIVE,
    Gender,
    beginning,
    gender_of,
    head_name,
    is_body,
    may_be_person,
    title_words,
    titles_around,
    without_honorific,
    word_list,
)
from assistant.datatypes import Span
from assistant.words import fold

__all__ = ["Speaker", "Speakers"]

_JOINED = re.compile(r"(?:, (?:and|et) | and | et | ainsi que | as well as |, )")
_EXAMPLES = re.compile(r"\b(?:such as|including|tels? que|telles? que|comme)\s", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\s*\([^)]*\)|\s*\[[^\]]*\]")

_KEEPS_COMING = 4  # times that a single name stands in a document

_HE = "he him his himself il lui -il -t-il celui-ci"
_SHE = "she her hers herself elle -elle -t-elle celle-ci"
_PRONOUNS: dict[str, Gender] = {
    **dict.fromkeys(_HE.split(), "m"),
    **dict.fromkeys(_SHE.split(), "f"),
    "ce dernier": "m",
    "cette dernière": "f",
    "the latter": "",
}
_PLURAL = frozenset("they it ils elles -ils -elles -t-ils them".split())
_OTHER_PRONOUNS = _PLURAL | frozenset(
    "eux -t-elles their its who qui that which on -on -t-on i je j' we nous you vous -je -nous"
    " -vous".split()
)


class Speaker(NamedTuple):
    """Whom a source names; `name` is as the document writes it, its fullest form."""

    name: str
    title: str = ""
    person: bool = False


@dataclass(slots=True)
class _Person:
    name: str
    gender: Gender
    places: list[int] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    speaks: bool = False


class Speakers:
    """The persons of one document, and who spoke last."""

    def __init__(self, text: str, quoted: Sequence[Span]) -> None:
        self._persons: dict[str, _Person] = {}
        self._last: list[tuple[int, Speaker]] = []
        self._outside: list[tuple[int, str]] = []  # all names that no quotation holds
        self._mentions: list[tuple[int, str]] = []  # of these, the persons'
        self._by_last: dict[str, list[str]] = {}
        self._by_first: dict[str, list[str]] = {}
        self._indexed = -1  # how many persons the two hold
        self._collect(text, quoted)

    def resolve(self, source: str, at: int, *, unit: Span, previous: Span) -> tuple[Speaker, ...]:
        """Give the speakers that a source names, resolving pronouns and descriptions.

        Args:
            source: the words, with their appositions.
            at: where they begin.
            unit: the sentence that holds them, and `previous` the one before.
        """
        plain = fold(source).strip()
        found: tuple[Speaker, ...]
        if plain in _PRONOUNS:
            person = self._antecedent(_PRONOUNS[plain], at, unit=unit, previous=previous)
            found = (person,) if person else (Speaker(source),)
        elif plain in _OTHER_PRONOUNS:
            last = self._last[-1] if self._last else None
            near = last is not None and last[0] >= previous[0]
            it = plain in _PLURAL
            found = (
                (last[1],) if last and near and it and not last[1].person else (Speaker(source),)
            )
        else:
            found = tuple(self._named(source, at))
        if found[0].name != source or found[0].person or plain not in _OTHER_PRONOUNS:
            self._last.append((at, found[0]))
        return found

    def _named(self, source: str, at: int) -> Iterable[Speaker]:
        cleaned = _PARENTHESIS.sub("", source).strip(" ,")
        if examples := _EXAMPLES.search(cleaned):
            parts = _JOINED.split(cleaned[examples.end() :])
            if parts[0] and all(NAME.match(DETERMINER.sub("", part)) for part in parts):
                return [self._canonical(DETERMINER.sub("", part), "", at) for part in parts]
        first = cleaned.split(",")[0]
        if " and " in first or " et " in first:
            parts = [p for p in _JOINED.split(cleaned) if p]
            named = [head_name(part) for part in parts]
            if parts and all(name for name, _ in named):
                return [self._canonical(name, title, at) for name, title in named]
        segments = [s.strip() for s in cleaned.split(",") if s.strip()]
        for n, segment in enumerate(segments[:3]):
            name, title = head_name(segment)
            if name:
                rest = [s for m, s in enumerate(segments) if m != n]
                return [self._canonical(name, ", ".join(filter(None, [title, *rest])), at)]
        return [self._described(cleaned, at)]

    def _canonical(self, name: str, title: str, at: int) -> Speaker:
        honorific, bare = without_honorific(name)
        title = ", ".join(filter(None, [honorific, title]))
        key = self._key(bare, at)
        if key is None and may_be_person(bare):
            key = self._add(bare, at)
        if key is None:
            return Speaker(bare or name, title, person=bool(honorific))
        person = self._persons[key]
        person.titles |= title_words(title)
        person.speaks = True
        person.gender = person.gender or gender_of(person.name, person.titles)
        return Speaker(person.name, title, person=True)

    def _key(self, name: str, at: int) -> str | None:
        """Find the person of a full name, a last name, or a first name that one person has."""
        folded = fold(name)
        if folded in self._persons or " " in folded or not folded:
            return folded if folded in self._persons else None
        if self._indexed != len(self._persons):
            self._index()
        same = self._by_last.get(folded) or self._by_first.get(folded) or []
        if len(same) == 1:
            return same[0]
        earlier = [k for k in same if self._persons[k].places[0] <= at]
        if earlier:
            return max(earlier, key=lambda k: max(p for p in self._persons[k].places if p <= at))
        return same[0] if same else None

    def _index(self) -> None:
        self._by_last, self._by_first = defaultdict(list), defaultdict(list)
        for key in self._persons:
            first, *_, last = key.split() * 2
            self._by_last[last].append(key)
            self._by_first[first].append(key)
        self._indexed = len(self._persons)

    def _add(self, name: str, at: int) -> str:
        """Note a person whom the document gives one name only."""
        key = fold(name)
        self._persons[key] = _Person(name, gender_of(name, ()), [at])
        self._place_mentions()
        return key

    def _described(self, source: str, at: int) -> Speaker:
        """Find who is called "the mayor" here, once the document named the mayor."""
        words = title_words(source) - NOT_HEAD
        roles = words & word_list("roles")
        definite = re.match(r"(?:the|le|la|l['’]|ce|cette)\b", source, re.IGNORECASE)
        if not roles or not definite or len(words) > 5:
            return Speaker(source)
        best = max(
            (p for p in self._persons.values() if p.titles & roles and p.places[0] < at),
            key=lambda p: (len(p.titles & words), max(x for x in p.places if x < at)),
            default=None,
        )
        if best is not None:
            return Speaker(best.name, source, person=True)
        if self._last and self._last[-1][1].person and at - self._last[-1][0] < 400:
            return Speaker(self._last[-1][1].name, source, person=True)
        return Speaker(source)

    def _antecedent(self, gender: Gender, at: int, *, unit: Span, previous: Span) -> Speaker | None:
        """Find whom "he" means: who stands earlier in the sentence, began the last, spoke last."""

        def fits(key: str) -> bool:
            person = self._persons.get(key)
            if person is None or (gender and person.gender not in {gender, ""}):
                return False
            return bool(person.gender or person.speaks or person.titles)

        here = [n for p, n in self._between(unit[0], at) if fits(n)]
        before = [(p, n) for p, n in self._between(previous[0], previous[1]) if fits(n)]
        spoke = [
            (place, last)
            for place, last in self._last
            if place >= previous[0] - 1500 and last.person and fits(fold(last.name))
        ]
        if spoke and spoke[-1][0] >= unit[0]:
            return spoke[-1][1]
        if here or (before and before[0][0] - previous[0] < 40):
            return self._speaker(here[0] if here else before[0][1])
        if spoke:
            return spoke[-1][1]
        earlier = [n for _, n in self._between(max(0, at - 2000), at) if fits(n)]
        names = [n for _, n in before[:1]] or earlier[-1:]
        return self._speaker(names[0]) if names else None

    def _between(self, start: int, end: int) -> list[tuple[int, str]]:
        first = bisect_right(self._mentions, (start - 1, "\uffff"))
        last = bisect_right(self._mentions, (end - 1, "\uffff"))
        return self._mentions[first:last]

    def _speaker(self, key: str) -> Speaker:
        return Speaker(self._persons[key].name, person=True)

    def _collect(self, text: str, quoted: Sequence[Span]) -> None:
        """Read all names of the document once."""
        runs = list(NAME.finditer(text))
        for run in runs:
            honorific, bare = without_honorific(beginning(POSSESSIVE.sub("", run[0])))
            many = len(bare.split()) > 1
            if not bare or not (many or honorific) or is_body(bare):
                continue
            if (
                text[max(0, run.start() - 4) : run.start()]
                .lower()
                .endswith(("the ", "la ", "le ", "l’", "l'"))
            ):
                continue
            person = self._persons.setdefault(fold(bare), _Person(bare, ""))
            person.places.append(run.start())
            person.titles |= title_words(honorific) | titles_around(text, run)
            person.gender = person.gender or gender_of(bare, person.titles | title_words(honorific))
        starts = [start for start, _ in quoted]
        for run in runs:
            at = bisect_right(starts, run.start()) - 1
            if not (at >= 0 and run.start() < quoted[at][1]):
                bare = without_honorific(beginning(POSSESSIVE.sub("", run[0])))[1]
                self._outside.append((run.start(), bare))
        self._merge()
        self._add_single_names()
        self._place_mentions()

    def _add_single_names(self) -> None:
        """Take a single name that keeps coming back for a person's: Trump, in much news."""
        count = Counter(name for _, name in self._outside)
        for at, name in self._outside:
            often = count[name] >= _KEEPS_COMING
            if often and may_be_person(name) and self._key(name, at) is None:
                self._persons[fold(name)] = _Person(name, gender_of(name, ()), [at], speaks=True)

    def _merge(self) -> None:
        """Let "Mr Adams" be the Clive Adams of the same document."""
        for key in [k for k in self._persons if " " not in k]:
            fuller = [k for k in self._persons if k.endswith(f" {key}")]
            if len(fuller) == 1:
                self._indexed = -1
                short, full = self._persons.pop(key), self._persons[fuller[0]]
                full.places = sorted([*full.places, *short.places])
                full.titles |= short.titles
                full.gender = full.gender or short.gender

    def _place_mentions(self) -> None:
        found = ((at, self._key(name, at)) for at, name in self._outside)
        self._mentions = [(at, key) for at, key in found if key is not None]
