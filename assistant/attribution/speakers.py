"""The words for a source → whom they name: names, titles, pronouns and descriptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.attribution.names import (
    DETERMINER,
    NAME,
    NOT_HEAD,
    POSSESSIVE,
    Gender,
    gender_of,
    head_name,
    is_body,
    may_be_person,
    title_words,
    without_honorific,
    word_list,
)
from assistant.attribution.persons import Persons
from assistant.datatypes import Span
from assistant.words import fold

__all__ = ["Speaker", "Speakers"]

_OF = re.compile(r"(?:of|de|du)\s|d['’]")
_JOINED = re.compile(r"(?:, (?:and|et) | and | et | ainsi que | as well as |, )")
_EXAMPLES = re.compile(r"\b(?:such as|including|tels? que|telles? que|comme)\s", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\s*\([^)]*\)|\s*\[[^\]]*\]")

_RELATIVE = re.compile(r",?\s(?:who|which|that|qui|dont|,)\b.*|,.*", re.DOTALL)

_OWNED = re.compile(r"['’]s? .*\b[a-z]+$|^(?:[A-Z]\w+ )?[a-zà-ÿ]+ [a-zà-ÿ]+$")  # "Togo's minister"
_THIS_PAPER = re.compile(
    r"(?:this|our|ce|cet|notre) "
    r"(?:newspaper|paper|magazine|website|site|journal|quotidien|hebdomadaire)"
)
_NEAR = 400  # characters from who spoke to a description of the same person
_LEAD = 300  # characters of a headline and its first sentence
_NO_TITLE = re.compile(r"(?:who|which|whose|qui|dont|aged|âgée?|\d+)\b")
_ASIDE = re.compile(r",\s(?:who|which|whose|asked|qui|dont|interrogée?s?)\b.*", re.DOTALL)
_SOON = 600  # characters before a name that a calling may announce

_HE = "he him his himself il lui -il -t-il celui-ci"
_SHE = "she her hers herself elle -elle -t-elle celle-ci"
_PRONOUNS: dict[str, Gender] = {
    **dict.fromkeys(_HE.split(), "m"),
    **dict.fromkeys(_SHE.split(), "f"),
    "ce dernier": "m",
    "cette dernière": "f",
    "the latter": "",
    **dict.fromkeys(("son", "sa", "ses"), ""),
}
_PLURAL = frozenset("they it ils elles -ils -elles -t-ils them".split())
_WRITER = frozenset("i je j' -je my mon ma mes moi".split())
_OTHER_PRONOUNS = _PLURAL | frozenset(
    "eux -t-elles their its who qui that which on -on -t-on i je j' we nous you vous -je -nous"
    " -vous".split()
)


class Speaker(NamedTuple):
    """Whom a source names; `name` is as the document writes it, its fullest form."""

    name: str
    title: str = ""
    person: bool = False


def _is_short_phrase(part: str) -> bool:
    """Whether a part of "the states and the Union" is a noun phrase of its own."""
    bare = DETERMINER.sub("", part)
    return (bare != part or part[:1].isupper()) and len(bare.split()) <= 4


def _names_first(segments: Sequence[str]) -> Sequence[str]:
    """Put the name first of « la responsable du groupe TPUSA, Candace Turner »."""
    described = segments and (DETERMINER.match(segments[0]) or _OWNED.search(segments[0]))
    if described and len(segments) > 1 and " " in segments[1] and NAME.fullmatch(segments[1]):
        return [segments[1], segments[0], *segments[2:]]
    return segments


class Speakers:
    """The persons of one document, and who spoke last."""

    def __init__(
        self, text: str, quoted: Sequence[Span], *, author: str = "", publisher: str = ""
    ) -> None:
        self._persons = Persons(text, quoted)
        self._last: list[tuple[int, Speaker]] = []
        self._author, self._publisher = author, publisher

    def hear(self, source: str, at: int) -> None:
        """Note that a single name speaks: a person, whom a pronoun before may stand for."""
        name = POSSESSIVE.sub("", source)
        if NAME.fullmatch(name) and may_be_person(name) and self._persons.key(name, at) is None:
            self._persons.add(name, at)
            self._persons[fold(name)].speaks = True

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
        elif plain in _WRITER and self._author:
            found = (Speaker(self._author, person=True),)
        elif self._publisher and _THIS_PAPER.fullmatch(plain):
            found = (Speaker(self._publisher),)
        elif plain in _OTHER_PRONOUNS:
            last = self._last[-1] if self._last else None
            near = last is not None and last[0] >= previous[0]
            meant = last[1] if last and near and plain in _PLURAL else None
            found = (meant if meant and self._may_be_it(meant) else Speaker(source),)
        else:
            found = tuple(self._named(source, at))
        if found[0].name != source or found[0].person or plain not in _OTHER_PRONOUNS:
            self._last.append((at, found[0]))
        return found

    def says_of_himself(self, source: str, speaker: Speaker) -> bool:
        """Whether "he" in what someone says may mean that one: "Ann Lee said she was late"."""
        gender = _PRONOUNS.get(fold(source).strip(), "")
        person = self._persons.get(fold(speaker.name))
        return bool(gender) and speaker.person and (not person or person.gender in {gender, ""})

    def may_mean(self, pronoun: str, subject: str) -> bool:
        """Whether "he" may mean who is called so: by a name, or by what he is."""
        gender = _PRONOUNS.get(fold(pronoun).strip(), "")
        name, words = head_name(subject)[0], title_words(subject)
        known = self._persons.get(fold(without_honorific(name)[1])) if name else None
        person = known or words & (word_list("roles") | word_list("callings"))
        own = known.gender if known else gender_of(name, words)
        return bool(gender and person) and own in {gender, ""}

    def _may_be_it(self, speaker: Speaker) -> bool:
        """Whether "it" and "they" may mean a speaker: a body, or a name that may be one's."""
        known = self._persons.get(fold(speaker.name))
        alone = known is not None and not known.gender and " " not in speaker.name
        return not speaker.person or alone

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
            of = any(_OF.match(part) for part in parts[1:])  # « la police d’Avon et du Somerset »
            if of or (len(named) == 2 and self._is_one_body(named[0][0], named[1][0], at)):
                return [Speaker(cleaned)]
            if parts and all(name for name, _ in named):
                return [self._canonical(name, title, at) for name, title in named]
            if len(parts) > 1 and all(map(_is_short_phrase, parts)):
                return [
                    self._canonical(name, title, at) if name else Speaker(part)
                    for part, (name, title) in zip(parts, named, strict=True)
                ]
        segments = [s.strip() for s in cleaned.split(",") if s.strip()]
        for segment in _names_first(segments[:3]):
            name, title = head_name(segment)
            if name:
                rest = [s for s in segments if s != segment and not _NO_TITLE.match(s)]
                return [self._canonical(name, ", ".join(filter(None, [title, *rest])), at)]
        return [self._described(cleaned, at)]

    def _is_one_body(self, one: str, other: str, at: int) -> bool:
        """Tell "Avon and Somerset Police" from "Macron and the Senate"."""
        single = len(one.split()) == 1 and self._persons.key(one, at) is None and not is_body(one)
        return single and " " in other and is_body(other)

    def _canonical(self, name: str, title: str, at: int) -> Speaker:
        honorific, bare = without_honorific(name)
        title = ", ".join(filter(None, [honorific, title]))
        key = self._persons.key(bare, at)
        if key is None and may_be_person(bare):
            key = self._persons.add(bare, at)
        if key is None:
            return Speaker(bare or name, title, person=bool(honorific))
        person = self._persons[key]
        person.titles |= title_words(title)
        person.speaks = True
        person.gender = person.gender or gender_of(person.name, person.titles)
        return Speaker(person.name, title, person=True)

    def _described(self, source: str, at: int) -> Speaker:
        """Find who is called "the mayor" here, once the document named the mayor."""
        bare = _RELATIVE.sub("", source)
        source = _ASIDE.sub("", source)
        words = title_words(bare) - NOT_HEAD
        callings = words & word_list("callings")
        roles = callings | (words & word_list("roles"))
        definite = re.match(r"(?:the|le|la|l['’]|ce|cette)\b", source, re.IGNORECASE)
        if not roles or not definite or len(words) > 5:
            return Speaker(source)
        until = at + _SOON if callings else at
        best = max(
            (p for p in self._persons.all() if p.titles & roles and p.places[0] < until),
            key=lambda p: (len(p.titles & words), -min(abs(x - at) for x in p.places)),
            default=None,
        )
        if best is not None:
            return Speaker(best.name, source, person=True)
        near, heading = self._near(at), self._of_headline(at)
        if near and self._persons.may_be_called(near.name, source, roles):
            return Speaker(near.name, source, person=True)
        # A headline tells no offices; else, another office is another person.
        own = self._persons.roles_of(heading.name) if heading else set[str]()
        if heading and not near and (not own or roles & own):
            return Speaker(heading.name, source, person=True)
        if callings and bare == source.partition(",")[0]:
            return self._most_named(gender_of("", callings), source, at)
        return Speaker(source, person=True)

    def _near(self, at: int) -> Speaker | None:
        """Give the person who spoke last, if that was near."""
        near = bool(self._last) and self._last[-1][1].person and at - self._last[-1][0] < _NEAR
        return self._last[-1][1] if near else None

    def _of_headline(self, at: int) -> Speaker | None:
        """Give whom the headline names alone: its lead describes that one."""
        named = {key for _, key in self._persons.between(0, min(at, _LEAD))}
        return self._speaker(named.pop()) if at < _LEAD and len(named) == 1 else None

    def _most_named(self, gender: Gender, source: str, at: int) -> Speaker:
        """Take "the actor" for the person whom the document named most."""
        named = Counter(n for _, n in self._persons.between(0, at) if " " in n)
        fit = [n for n in named if not gender or self._persons[n].gender in {gender, ""}]
        if not fit:
            return Speaker(source)
        return Speaker(self._persons[max(fit, key=lambda n: named[n])].name, source, person=True)

    def _antecedent(self, gender: Gender, at: int, *, unit: Span, previous: Span) -> Speaker | None:
        """Find whom "he" means: who stands earlier in the sentence, began the last, spoke last."""
        spoke = self._spoke_last(gender, previous[0] - 1500)
        known = self._persons.get(fold(spoke[1].name)) if spoke else None
        if spoke and (spoke[0] >= unit[0] or (known is None and spoke[0] >= previous[0])):
            return spoke[1]
        here = [n for _, n in self._fitting(gender, (unit[0], at))]
        before = self._fitting(gender, previous)
        if gender and known and known.gender:
            # A name that may be no person's ("Radio Four") gives way to a person who just spoke.
            here = [n for n in here if self._is_someone(n)]
            before = [(p, n) for p, n in before if self._is_someone(n)]
        elif gender and known and not known.titles and not here:
            # … and to a person who was just named, where it spoke itself.
            before = [(previous[0], n) for _, n in before if self._persons[n].gender][-1:] or before
        if here or (before and before[0][0] - previous[0] < 40):
            return self._speaker(here[0] if here else before[0][1])
        if spoke:
            return spoke[1]
        earlier = [n for _, n in self._fitting(gender, (max(0, at - 2000), at))]
        names = [n for _, n in before[:1]] or earlier[-1:]
        return self._speaker(names[0]) if names else None

    def _spoke_last(self, gender: Gender, since: int) -> tuple[int, Speaker] | None:
        """Give who spoke last, and where, of those that a pronoun may mean."""
        for place, last in reversed(self._last):
            key = fold(last.name)
            # "The mayor" may be one whom the document never names.
            unnamed = self._persons.get(key) is None
            if place >= since and last.person and (unnamed or self._fits(gender, key)):
                return place, last
        return None

    def _fits(self, gender: Gender, key: str) -> bool:
        person = self._persons[key]
        if gender and person.gender not in {gender, ""}:
            return False
        return self._is_someone(key) or person.speaks or bool(person.titles)

    def _is_someone(self, key: str) -> bool:
        return bool(self._persons[key].gender) or self._persons[key].who

    def _fitting(self, gender: Gender, span: Span) -> list[tuple[int, str]]:
        return [(p, n) for p, n in self._persons.between(*span) if self._fits(gender, n)]

    def _speaker(self, key: str) -> Speaker:
        return Speaker(self._persons[key].name, person=True)
