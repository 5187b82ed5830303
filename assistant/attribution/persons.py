"""The persons that a document names: fullest names, titles, genders, and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.attribution.names import (
    NAME,
    POSSESSIVE,
    Gender,
    beginning,
    gender_of,
    is_body,
    may_be_person,
    title_words,
    titles_around,
    without_honorific,
    word_list,
)
from assistant.datatypes import Span
from assistant.words import fold

__all__ = ["Person", "Persons"]

_ARTICLE = re.compile(r"(?<!\w)(?:(?:the|la|le)\s|l['’])\Z", re.IGNORECASE)
# What anyone may be called, whatever else he or she is.
_ANYONES = frozenset(
    """homme femme man woman mere pere mother father husband wife democrat republican lawmaker
    candidate nominee star candidat elu elue candidate""".split()
)
_KEEPS_COMING = 4  # times that a single name stands in a document


@dataclass(slots=True)
class Person:
    """Someone with a name."""

    name: str
    gender: Gender
    places: list[int] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    speaks: bool = False
    who: bool = False
    """Whether "who" follows the name somewhere: a person, even of unknown gender."""


class Persons:
    """The persons of one document, by key: the folded name."""

    def __init__(self, text: str, quoted: Sequence[Span]) -> None:
        self._persons: dict[str, Person] = {}
        self._outside: list[tuple[int, str]] = []  # all names that no quotation holds
        self._mentions: list[tuple[int, str]] = []  # of these, the persons'
        self._by_last: dict[str, list[str]] = {}
        self._by_first: dict[str, list[str]] = {}
        self._indexed = -1  # how many persons the two hold
        self._collect(text, quoted)

    def __getitem__(self, key: str) -> Person:
        return self._persons[key]

    def get(self, key: str) -> Person | None:
        return self._persons.get(key)

    def all(self) -> Iterable[Person]:
        return self._persons.values()

    def key(self, name: str, at: int) -> str | None:
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

    def add(self, name: str, at: int) -> str:
        """Note a person whom the document gives one name only; gives the key."""
        key = fold(name)
        self._persons[key] = Person(name, gender_of(name, ()), [at])
        self._place_mentions()
        return key

    def between(self, start: int, end: int) -> list[tuple[int, str]]:
        """Give where persons are named in a span, outside quotations, with their keys."""
        first = bisect_right(self._mentions, (start - 1, "\uffff"))
        last = bisect_right(self._mentions, (end - 1, "\uffff"))
        return self._mentions[first:last]

    def roles_of(self, name: str) -> set[str]:
        """Give the offices and callings that the document says a person has."""
        person = self.get(fold(name))
        return person.titles & (word_list("roles") | word_list("callings")) if person else set()

    def may_be_called(self, name: str, source: str, roles: frozenset[str]) -> bool:
        """Whether a description fits: another office is another person, as is another gender."""
        own, person = self.roles_of(name), self.get(fold(name))
        if roles & (own | word_list("callings") | _ANYONES):
            return True
        article: dict[str, Gender] = {"le": "m", "la": "f"}
        gender = gender_of("", roles) or article.get(source.split(maxsplit=1)[0].lower(), "")
        named = person is not None and bool(person.gender) and gender in {person.gender, ""}
        return named and not own

    def _index(self) -> None:
        self._by_last, self._by_first = defaultdict(list), defaultdict(list)
        for key in self._persons:
            first, *_, last = key.split() * 2
            self._by_last[last].append(key)
            if last.startswith("al-"):
                self._by_last[last.removeprefix("al-")].append(key)
            self._by_first[first].append(key)
        self._indexed = len(self._persons)

    def _collect(self, text: str, quoted: Sequence[Span]) -> None:
        """Read all names of the document once."""
        runs = list(NAME.finditer(text))
        for run in runs:
            honorific, bare = without_honorific(beginning(POSSESSIVE.sub("", run[0])))
            many = len(bare.split()) > 1
            if not bare or not (many or honorific) or is_body(bare):
                continue
            if _ARTICLE.search(text, max(0, run.start() - 5), run.start()):
                continue
            person = self._persons.setdefault(fold(bare), Person(bare, ""))
            person.places.append(run.start())
            person.who |= text.startswith((" who ", ", who "), run.end())
            person.titles |= title_words(honorific) | titles_around(text, run)
            person.gender = person.gender or gender_of(bare, person.titles | title_words(honorific))
        starts = [start for start, _ in quoted]
        for run in runs:
            at = bisect_right(starts, run.start()) - 1
            if not (at >= 0 and run.start() < quoted[at][1]):
                bare = without_honorific(beginning(POSSESSIVE.sub("", run[0])))[1]
                self._outside.append((run.start(), bare))
        self._merge()
        self._add_single_names(text)
        self._place_mentions()

    def _add_single_names(self, text: str) -> None:
        """Take a single name that keeps coming back for a person's: Trump, in much news."""
        count = Counter(name for _, name in self._outside)
        for at, name in self._outside:
            if text.endswith((" of ", " of the "), 0, at):  # "Game of Thrones"
                count[name] -= 1
        for at, name in self._outside:
            often = count[name] >= _KEEPS_COMING
            if often and may_be_person(name) and self.key(name, at) is None:
                self._persons[fold(name)] = Person(name, gender_of(name, ()), [at], speaks=True)

    def _merge(self) -> None:
        """Let "Mr Adams" be the Clive Adams of the document, and "Late Clive Adams" as well."""
        for key in sorted(self._persons, key=lambda k: -k.count(" ")):
            fuller = [k for k in self._persons if k.endswith(f" {key}")]
            if " " in key:
                for longer in fuller:
                    self._unite(longer, key)
            elif len(fuller) == 1:
                self._unite(key, fuller[0])

    def _unite(self, gone: str, kept: str) -> None:
        self._indexed = -1
        one, other = self._persons.pop(gone), self._persons[kept]
        other.places = sorted([*other.places, *one.places])
        other.titles |= one.titles
        other.gender = other.gender or one.gender

    def _place_mentions(self) -> None:
        found = ((at, self.key(name, at)) for at, name in self._outside)
        self._mentions = [(at, key) for at, key in found if key is not None]
