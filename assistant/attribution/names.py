"""Names in French and English texts: titles, genders, and what is no person."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from assistant.attribution.lexicon import load_lexicon
from assistant.words import content_keys, counterparts, fold

__all__ = [
    "DETERMINER",
    "Gender",
    "NAME",
    "NOT_HEAD",
    "POSSESSIVE",
    "beginning",
    "gender_of",
    "head_name",
    "is_body",
    "may_be_person",
    "title_words",
    "titles_around",
    "without_honorific",
    "word_list",
]

Gender = Literal["f", "m", ""]

_UPPER = "A-ZÀ-ÖØ-Þ" + "".join(c for c in map(chr, range(0x100, 0x180)) if c.isupper())
_CAPITAL = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Det|Insp|Capt|Brig|Adm|Prof|St|M)\."
    rf"|(?:[A-Z]\.)+|[{_UPPER}](?:[\w’'-]*\w)?)"
)
_PARTICLE = r"(?:de la|de|du|des|d['’]|la|le|van der|van|von|der|den|bin|ibn|al|el|ben|da|dos|di)"
_RUN = rf"{_CAPITAL}(?:[ \u00a0](?:{_PARTICLE}[ \u00a0-]?)?{_CAPITAL})*"
NAME = re.compile(_RUN)
_TRAILING = re.compile(rf"(?P<before>\S+)?[ \u00a0](?P<name>{_RUN})$")
POSSESSIVE = re.compile(r"['’]s?$")
DETERMINER = re.compile(
    r"^(?:(?:the|a|an|le|la|les|un|une|des|du|some|certains|certaines|this|ce|cette|cet|ces)"
    r"[ \u00a0]|l['’])",
    re.IGNORECASE,
)
_ELIDED = re.compile(r"[ldLD]['’][A-ZÀ-ÖØ-Þ]")  # « l’AS Monaco »
_APPOSED = re.compile(r",\s+((?:[^\W\d_]|['’ \u00a0-]){3,70})[,.;:]")
_BREAK = re.compile(r"[,.;:«»“”\"()\n]")
NOT_HEAD = frozenset(
    "of de du des d' for at the in on le la les from with to à au aux pour l' a an un une and et"
    " & sur dans chez par sous vers via by as about during after before depuis entre".split()
)


def head_name(segment: str) -> tuple[str, str]:
    """Split "Kremlin spokesman Dmitry Peskov" into its name and the rest; no name: ""."""
    bare = DETERMINER.sub("", segment)
    whole = NAME.match(bare)
    if bare != segment and title_words(bare) <= word_list("roles"):  # "The President"
        return "", ""
    if whole and whole.end() == len(bare):
        return POSSESSIVE.sub("", segment), ""
    if whole and bare == segment and " " in whole[0] and fold(whole[0]) not in _opening_words():
        rest = bare[whole.end() :]
        if re.match(r"\s(?:of|from|de|du|des|d['’]|for|at|in|who|qui|à|au)\b", rest):
            return whole[0], rest.strip()
    trailing = _TRAILING.search(segment)
    if trailing:
        before = (trailing["before"] or "").lower().replace("’", "'")
        elided = before.endswith(("l'", "d'")) or _ELIDED.match(trailing["before"] or "")
        if before not in NOT_HEAD and not elided:
            return trailing["name"], segment[: trailing.start("name")].strip()
        skipped = _first_name_within(trailing["name"])  # « le patron de Renault Luca de Meo »
        if skipped:
            at = trailing.start("name") + skipped
            return segment[at:], segment[:at].strip()
    return "", ""


def _first_name_within(name: str) -> int:
    """Give where a person's name begins in one that opens with a body's; 0 where it does not."""
    words = list(re.finditer(r"\S+", name))
    for word in words[1:-1]:
        if fold(word[0]).split("-")[0] in word_list("men") | word_list("women"):
            return word.start()
    return 0


def titles_around(text: str, run: re.Match[str]) -> frozenset[str]:
    """Give the words for what a person is, in the apposition before or behind the name."""
    after = _APPOSED.match(text, run.end())
    behind = title_words(after[1]) if after else frozenset[str]()
    before = _BREAK.split(text[max(0, run.start() - 60) : run.start()].rstrip(" \u00a0,"))[-1]
    if before.split()[-1:] and fold(before.split()[-1]) in NOT_HEAD:  # "spokesman of X" is not X
        before = ""
    roles = word_list("roles") | word_list("callings")
    return ((behind | title_words(before)) & roles) | (behind & word_list("feminine"))


def title_words(title: str) -> frozenset[str]:
    """Give the words of a title, folded."""
    return frozenset(re.findall(r"[\w-]+", fold(title)))


def gender_of(name: str, titles: Iterable[str]) -> Gender:
    """Guess a person's gender by titles, else by the first name; empty where neither tells."""
    titles = set(titles)
    if titles & word_list("feminine"):
        return "f"
    if titles & word_list("masculine"):
        return "m"
    first = fold(name.split(maxsplit=1)[0]).split("-")[0] if name else ""
    return "f" if first in word_list("women") else "m" if first in word_list("men") else ""


@lru_cache(maxsize=65536)
def without_honorific(name: str) -> tuple[str, str]:
    """Split "Foreign Minister Bob Ray" into ("Foreign Minister", "Bob Ray")."""
    words = name.split()
    plain = [fold(word).rstrip(".") for word in words]
    n = 0
    while n < len(words) - 1 and plain[n] in word_list("honorifics"):
        n += 1
    for at in range(len(words) - 3, n - 1, -1):  # two words at least are left for the name
        if plain[at] in word_list("honorifics") | word_list("roles"):
            n = at + 1
            break
    return " ".join(words[:n]), " ".join(words[n:])


@lru_cache(maxsize=65536)
def beginning(name: str) -> str:
    """Take off what stands before a name only because it begins a sentence: "Selon Kit"."""
    words = name.split()
    while len(words) > 1 and (fold(words[0]) in _opening_words() or not content_keys(words[0])):
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=1)
def _opening_words() -> frozenset[str]:
    found = frozenset[str]()
    for language in ("en", "fr"):
        grammar = load_lexicon(language).grammar
        found |= grammar.prepositions | grammar.determiners | grammar.subordinators | grammar.time
        found |= grammar.coordinators | grammar.adverbs | grammar.auxiliaries
    return frozenset(map(fold, found)) | {"selon"}


def may_be_person(name: str) -> bool:
    """Whether a single name that speaks may be a person's: no place, no initials."""
    return (
        len(name.split()) == 1
        and name.isalpha()
        and not is_body(name)
        and not counterparts(name)
        and bool(content_keys(name))
    )


def is_body(name: str) -> bool:
    """Tell a party, a ministry or a newspaper from a person."""
    return any(fold(word) in word_list("bodies") for word in name.split()) or name.isupper()


@lru_cache(maxsize=8)
def word_list(name: str) -> frozenset[str]:
    """Give a list of `people.toml`."""
    data = tomllib.loads((files(__package__) / "people.toml").read_text("utf-8"))
    return frozenset(data[name].split())
