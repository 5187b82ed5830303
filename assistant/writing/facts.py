"""Text → the names, numbers, dates and quotations in it, in a form that both languages share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.datatypes import Span
from assistant.words import MONTHS, WEEKDAYS, content_keys, fold, stances

__all__ = ["Facts", "facts_of", "locate", "quotations"]

_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?!\d)"
_NUMBER = re.compile(rf"(?<!\d)(?P<grouped>{_GROUPED})(?:[.,](?P<rest>\d+))?|\d+(?:[.,]\d+)?")
_SCALES = {
    **dict.fromkeys(("hundred", "cent", "cents"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "mille"), 1e3),
    **dict.fromkeys(("million", "millions", "mn"), 1e6),
    **dict.fromkeys(("billion", "billions", "milliard", "milliards", "bn", "md", "mds"), 1e9),
}
# What "un" and "one" count is seldom counted; larger ones may stand as digits in the source.
_COUNTED = {
    word: float(n)
    for n, words in {
        2: "two deux",
        3: "three trois",
        4: "four quatre",
        5: "five cinq",
        6: "six",
        7: "seven sept",
        8: "eight huit",
        9: "nine neuf",
        10: "ten dix",
        11: "eleven onze",
        12: "twelve douze dozen",
        13: "thirteen treize",
        14: "fourteen quatorze",
        15: "fifteen quinze",
        16: "sixteen seize",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty vingt",
        30: "thirty trente",
        40: "forty quarante",
        50: "fifty cinquante",
        60: "sixty soixante",
        70: "seventy",
        80: "eighty",
        90: "ninety",
    }.items()
    for word in words.split()
}
# "May" and "mars" are words as well: they count as months beside a day or a year only.
_DAY_OF = r"(?:\d{1,2}(?:st|nd|rd|th|er)?|\d{4})"
_MONTH = re.compile(
    rf"\b(?:{_DAY_OF}\s(?:of\s)?({'|'.join(MONTHS)})\b|({'|'.join(MONTHS)})\.?\s{_DAY_OF}\b"
    rf"|({'|'.join(m for m in MONTHS if len(m) > 4)})\b)"
)
_ISO = re.compile(r"\b(\d{4})-(0\d|1[0-2])-(\d\d)(?:T[\d:.]+Z?)?\b")

_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]*")
_SENTENCE_HEAD = re.compile(r"(?:\A|[.!?:…][\"”»’')\]]*\s+|[\"“«]\s?)\Z")
_WORD = re.compile(r"\w+")
_ROOT = 4  # Russia, Russian, russe
_DATED = frozenset({*MONTHS, *WEEKDAYS})

# Countries and their people, where the first letters differ within a language or between the two.
_NATIONS = {
    form: group.split()[0]
    for group in (
        "fran fren|germ alle|spai span espa|engl angl|neth dutc neer holl|gree grec|denm dani dane"
        "|turk turc turq|swit swis suis|japa japo|moro maro|kore core|wale wels gall"
    ).split("|")
    for form in group.split()
}

_QUOTATION = re.compile(r"“([^”\n]+)”|«\s?([^»\n]+?)\s?»|(?<!\w)\"([^\"\n]+)\"")
_LEAST_QUOTED = 4  # words; fewer are a name, a title, or held at a distance
_FLAT = str.maketrans("’‘“”«»–—‑\u00a0\u202f\n\t", '\'\'""""---    ')


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be looked up of a statement, in a form that both languages share."""

    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[float]
    counted: frozenset[float]
    """Numbers written as words; small ones are often counted, not read."""
    dates: frozenset[str]
    """Months and days of the week; days and years are among the numbers."""
    acts: frozenset[str]
    """Denied, confirmed, promised …: kinds of reporting words."""

    @property
    def sayings(self) -> frozenset[str]:
        """The words beside names and numbers: what is said of them."""
        return frozenset(w for w in self.words if w.isalpha() and _root(w) not in self.names)

    @property
    def roots(self) -> frozenset[str]:
        """What a name must be among to be there."""
        return frozenset(map(_root, self.words))


@lru_cache(maxsize=2048)
def facts_of(text: str) -> Facts:
    """Find the facts of a text."""
    return Facts(
        words=content_keys(text),
        names=frozenset(_names(text)),
        numbers=frozenset(_numbers(_ISO.sub(r"\1 \3", text))),
        counted=frozenset(_counted(fold(text))),
        dates=frozenset(_dates(fold(text))),
        acts=stances(text) - {"assert"},
    )


def quotations(text: str) -> list[str]:
    """Give what a text quotes at length, without the quotation marks."""
    found = ("".join(match.groups(default="")) for match in _QUOTATION.finditer(text))
    return [quoted for quoted in found if len(quoted.split()) >= _LEAST_QUOTED]


def locate(quoted: str, text: str) -> Span | None:
    """Find a quotation in a text, whatever its apostrophes, dashes and blanks look like.

    Case counts but for the first letter, and a full stop at the end may be the quoting sentence's.
    """
    words = [re.escape(word) for word in quoted.translate(_FLAT).strip(" .,;").split()]
    if not words:
        return None
    first = words[0]
    words[0] = f"[{first[0].upper()}{first[0].lower()}]{first[1:]}" if first[0].isalpha() else first
    found = re.search(
        r" +".join(words), text.translate(_FLAT)
    )  # one character for one: offsets hold
    return found.span() if found else None


def _names(text: str) -> Iterator[str]:
    """Give the roots of words with a capital, but for that which begins a sentence alone."""
    for match in _NAME.finditer(text):
        begins = _SENTENCE_HEAD.search(text, 0, match.start())
        alone = not _NAME.match(text, match.end() + 1) and not match[0][1:].isupper()
        if (begins and alone) or fold(match[0]) in _DATED or fold(match[0]) in _COUNTED:
            continue
        yield from (_root(key) for key in content_keys(match[0]) if key.isalpha() and len(key) > 1)


def _root(key: str) -> str:
    return _NATIONS.get(key[:_ROOT], key[:_ROOT])


def _numbers(text: str) -> Iterator[float]:
    """Read numbers as either language writes them: 1,500 and 1 500 and 1.500; 1.5 and 1,5."""
    for match in _NUMBER.finditer(text):
        if match["grouped"]:
            value = float(f"{re.sub(r'[^0-9]', '', match['grouped'])}.{match['rest'] or 0}")
        else:
            value = float(match[0].replace(",", "."))
        yield value * _scale(text, match.end())


def _counted(folded: str) -> Iterator[float]:
    for word in _WORD.finditer(folded):
        if word[0] in _COUNTED:
            yield _COUNTED[word[0]] * _scale(folded, word.end())


def _scale(text: str, at: int) -> float:
    word = _WORD.match(text, at) or _WORD.match(text, at + 1)  # £2.8bn, 2.8 billion
    return _SCALES.get(fold(word[0]), 1.0) if word else 1.0


def _dates(folded: str) -> Iterator[str]:
    for match in _MONTH.finditer(folded):
        yield f"month {MONTHS[next(filter(None, match.groups()))]}"
    for match in _ISO.finditer(folded):
        yield f"month {int(match[2])}"
    for word in _WORD.findall(folded):
        if word in WEEKDAYS:
            yield f"day {WEEKDAYS[word]}"
