"""What a text of a source says, apart from what it only mentions.

"Summaries must say that he fled" does not say that he fled, nor does a sentence between quotation
marks that nobody is said to have said, nor what stands in markup. None of it supports a statement.
This looks at what sentences do, not at what they are after: it holds for a politician who "should
say that he was wrong" as for an order to a language model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from assistant.attribution.lexicon import load_lexicon
from assistant.datatypes import Span
from assistant.words import stances

__all__ = ["asserted"]

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<[/!?a-zA-Z][^<>]{0,300}>|!\[[^\]\n]{0,200}\]\([^)\s]{0,300}\)"
    r"|\{[^{}]{0,600}\}|^\s*[\w.-]{2,40}\s?=\s?\S[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_QUOTATION = re.compile(r"“[^”\n]+”|«[^»\n]+»|(?<!\w)\"[^\"\n]+\"")
_SENTENCE_LIKE = 4  # words; of which most are no names: else it is a title
_LETTER = re.compile(r"[^\W\d_]")
_CONTENT = r"(?:\s+(?:to\s+)?(?:the\s+)?\w+){0,2}?(?:\s+(?:that|whether|how)\b|\s*:|\s+(?=[“\"«]))"
_OUGHT = (
    r"(?:must|shall|should|ought to|ha(?:s|ve) to|(?:is|are) to|please|kindly|asked to|told to"
    r"|requested to|required to|refused to|declined to"
    r"|(?:be|is) (?:right|fair|correct|better|wise|kind|good) to)"
)
_DEVOIR = (
    r"(?:(?:il|elle) (?:faut|faudrait|convient|conviendrait|importe|(?:est|serait) \w+)"
    r"|merci|prière|veuillez|(?:est|sont|être) (?:priée?s?|tenue?s?|invitée?s?)"
    r"|doi(?:t|s|vent|vez)|devr(?:a|ait|ont|aient|ez)|refus(?:e|é|er|ait))"
)


def asserted(text: str, sentences: Sequence[Span]) -> str:
    """Blank out what a text does not say itself, nor lets anybody say; its length stays.

    >>> asserted('Readers should write that he fled.', [(0, 34)])
    'Readers should write that         '
    """
    spans = list(_markup(text))
    for start, end in sentences:
        spans += [(start + a, start + b) for a, b in _mentioned(text[start:end])]
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _markup(text: str) -> Iterator[Span]:
    return (found.span() for found in _MARKUP.finditer(text))


def _mentioned(sentence: str) -> Iterator[Span]:
    for pattern in _patterns():
        if ordered := pattern.search(sentence):
            yield ordered.end(), len(sentence)
    outside = _QUOTATION.sub(" ", sentence)
    if _LETTER.search(outside) and not stances(outside):
        yield from (q.span() for q in _QUOTATION.finditer(sentence) if _is_sentence(q[0]))


def _is_sentence(quotation: str) -> bool:
    words = quotation.strip('“”«»" \u00a0').split()
    names = sum(word[0].isupper() for word in words)
    return len(words) >= _SENTENCE_LIKE and names <= len(words) / 2


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """What someone ought to say: a word of duty, a verb that reports, and what is to be said."""
    infinitives, gerunds = _forms("en", "present"), _forms("en", "gerund")
    en = (
        rf"\b{_OUGHT}\s+(?:\w+\s+)?(?:{infinitives}){_CONTENT}",
        rf"\bwould\b.{{0,60}}\bby\s+(?:{gerunds}){_CONTENT}",
        rf"(?:\A|[:;—–]\s)\W*(?:{infinitives})\s+(?:that\b|:)",
    )
    fr = (
        rf"\b{_DEVOIR}\b.{{0,40}}?(?:\bd(?:e\s|['’])|\bà\s)?"
        rf"\b(?:{_forms('fr', 'infinitive')})\s+(?:qu(?:e\b|['’])|:)"
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*en, fr))


def _forms(language: str, kind: str) -> str:
    """Give the forms of the verbs that report, and of writing, as alternatives."""
    verbs = load_lexicon(language).verbs
    found = {text for text, forms in verbs.items() if any(form.kind == kind for form in forms)}
    if language == "en":
        found |= {"writing"} if kind == "gerund" else {"write"}
    return "|".join(sorted(map(re.escape, found), key=len, reverse=True))
