"""Question + supporting sentences → the few words that answer, where the question asks for some.

Rules by the kind of question: who (names, those nearest to the words that report), when (dates),
how many (numbers). Everything given is a verbatim slice of a sentence. No guess is made for other
kinds of questions: the statements answer those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.datatypes import Span
from assistant.words import asks_who, content_keys, fold, stances

__all__ = ["short_answer"]

_PARTICLE = r"(?:of|the|de|du|des|d['’]|la|le|van|von|der|bin|al|et|and|&)"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ](?:[\w’'-]|\.(?=\s?[A-Z]))*"
_NAME = re.compile(rf"{_CAPITAL}(?:\s(?:{_PARTICLE}\s?)?{_CAPITAL})*")
_TITLE = re.compile(
    r"^(?:M\.|Mme|Mlle|Dr|Mr\.?|Mrs\.?|Ms\.?|Le|La|Les|L[’']|The|A|An|Un|Une|Selon|But|Mais|In|En)"
    r"\s?(?=[A-ZÀ-ÖØ-Þ])"
)
_MONTH = (
    r"(?:jan(?:uary|vier)|f(?:ebruary|évrier)|mar(?:ch|s)|a(?:pril|vril)|ma(?:y|i)|ju(?:ne|in)"
    r"|jui?l(?:y|let)|a(?:ugust|oût)|sept(?:ember|embre)|octob(?:er|re)|novemb(?:er|re)"
    r"|d[eé]cemb(?:er|re))"
)
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche)"
)
_DATE = re.compile(
    rf"\b(?:(?:{_DAY}\s)?\d{{1,2}}(?:er|st|nd|rd|th)?\s{_MONTH}(?:\s\d{{4}})?"
    rf"|{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?|{_MONTH}\s\d{{4}}|{_DAY}"
    r"|(?<![\d,.$€£])(?:1[5-9]|20)\d\d(?![\d%€]|,\d))\b",
    re.IGNORECASE,
)
_SPACE = r"[ \u00a0\u202f]"  # French groups digits and sets units with no-break spaces
_NUMBER = re.compile(
    rf"(?:[$€£]\s?)?\b\d+(?:(?:{_SPACE}(?=\d{{3}}\b)|[.,])\d+)*"
    rf"(?:{_SPACE}?(?:%|€|\$|£|percent|per cent|pour cent|millions?|billions?|milliards?|mille))*"
    rf"(?:{_SPACE}(?:d['’])?[a-zà-ÿ]{{3,}})?"
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|et|but|mais)\s)?"
    r"(?:when|quand|(?:in |en )?(?:what|which|quelle) (?:year|date|day|month|annee))\b"
)
_HOW_MANY = re.compile(r"\b(?:how (?:many|much|old|long|far)|combien|quel age)\b")


def short_answer(question: str, sentences: Sequence[str]) -> str:
    """Give the words that answer, joined by "; " over several sentences, or an empty text."""
    folded = fold(question)
    if asks_who(question):
        return _join(sentences, lambda s: _nearest_name(question, s))
    pattern = _DATE if _WHEN.search(folded) else _NUMBER if _HOW_MANY.search(folded) else None
    if pattern is None:
        return ""
    asked = content_keys(question)
    for sentence in sentences:
        matches = [m for m in pattern.finditer(sentence) if not content_keys(m.group()) <= asked]
        if matches:
            return min(matches, key=_distance_to_asked_words(asked, sentence)).group().strip()
    return ""


def _join(sentences: Sequence[str], extract: Callable[[str], str]) -> str:
    """Join what each sentence gives; "Musk" goes where "Elon Musk" is there."""
    found = list(dict.fromkeys(text for sentence in sentences if (text := extract(sentence))))
    keys = [content_keys(text) for text in found]
    return "; ".join(
        t for t, own in zip(found, keys, strict=True) if not any(own < k for k in keys)
    )


def _nearest_name(question: str, sentence: str) -> str:
    """The name nearest to a word that reports; without one, to the question's own words.

    Whose word reported speech is, the attributions tell (`speech.attributed`); this is the guess
    where they tell nothing.
    """
    names = _names(question, sentence)
    if not names:
        return ""
    if acts := _reports(sentence):
        return min(names, key=lambda n: min(max(a - n.end, n.start - b, 0) for a, b in acts)).text
    near = _distance_to_asked_words(content_keys(question), sentence)
    return min(names, key=lambda name: near(name.match)).text


def _names(question: str, sentence: str) -> list[_Name]:
    """The names of a sentence that the question does not hold already."""
    asked = content_keys(question)
    found = [_Name.of(match) for match in _NAME.finditer(sentence)]
    return [name for name in found if name and not content_keys(name.text) & asked]


def _reports(sentence: str) -> list[Span]:
    """Where a sentence has a word that reports."""
    words = re.finditer(r"\w+", sentence)
    return [(word.start(), word.end()) for word in words if stances(word.group())]


class _Name:
    """A capitalised run without the article or title before it."""

    def __init__(self, match: re.Match[str], text: str) -> None:
        self.match = match
        self.text = text
        self.end = match.end()
        self.start = self.end - len(text)

    @classmethod
    def of(cls, match: re.Match[str]) -> _Name | None:
        text = match.group()
        while stripped := _TITLE.match(text):
            text = text[stripped.end() :]
        return cls(match, text) if content_keys(text) else None


def _distance_to_asked_words(
    asked: frozenset[str], sentence: str
) -> Callable[[re.Match[str]], int]:
    places = [
        (word.start() + word.end()) // 2
        for word in re.finditer(r"\w+", sentence)
        if content_keys(word.group()) & asked
    ]

    def distance(match: re.Match[str]) -> int:
        middle = (match.start() + match.end()) // 2
        return min((abs(middle - place) for place in places), default=match.start())

    return distance
