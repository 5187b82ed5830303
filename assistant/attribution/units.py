"""Document → units: sentences, joined where a quotation runs over them, as tokens.

A quotation is one token, so that what is around it can be read as one sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.datatypes import Span
from assistant.sentences import sentences

__all__ = ["PARENTHESIS", "QUOTE", "Token", "Unit", "tokens", "units", "words"]

QUOTE = "«»"
"""The `low` of a token that is a whole quotation."""
PARENTHESIS = "()"

_ENGLISH = re.compile(
    r"['’](?:s|re|ve|ll|d|m|t)\b|--+|\d+(?:[.,]\d+)+|[^\W_]+(?:[-.&@/][^\W_]+)*(?:\.(?=\s+[\w“\"(]))?|[^\w\s]|_+"
)
_FRENCH = re.compile(
    r"-(?:t-)?(?:il|elle|ils|elles|on|je|nous|vous|ce)\b|[Aa]ujourd['’]hui"
    r"|(?:[ldnsjmtcLDNSJMTC]|[Qq]u|[Ll]orsqu|[Pp]uisqu|[Jj]usqu|[Qq]uoiqu)['’]|--+"
    r"|\d+(?:[.,\u00a0\u202f]\d+)+|[^\W_]+(?:[-.&@/](?!(?:t-)?(?:ils?|elles?|on|je|nous|vous|ce)\b)[^\W_]+)*"
    r"(?:\.(?=\s+[\w“\"(]))?|[^\w\s]|_+"
)
_PARENTHESIS = re.compile(r"\([^()\n]{1,80}\)|\[[^\[\]\n]{1,40}\]")


class Token(NamedTuple):
    """A word, a mark, or a whole quotation or parenthesis."""

    text: str
    low: str
    """Lower case with straight apostrophes, or `QUOTE`, `PARENTHESIS`."""
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Unit:
    """One or more whole sentences with their tokens."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    paragraph: int
    """Which paragraph of the document begins it."""

    @property
    def is_quotation(self) -> bool:
        """Whether it is a quotation and nothing else."""
        return all(t.low == QUOTE or not t.text[0].isalnum() for t in self.tokens)


def units(text: str, language: str, quoted: Sequence[Span]) -> Iterator[Unit]:
    """Cut a text into units."""
    ends = [end for _, end in quoted]
    begin, paragraph, last = -1, 0, 0
    for start, end in sentences(text, language):
        if begin < 0:
            begin = start
            paragraph += "\n" in text[last:start]
        at = bisect_left(ends, end)
        if at < len(quoted) and quoted[at][0] < end < quoted[at][1]:
            continue  # the sentence ends within a quotation
        yield Unit(begin, end, tuple(tokens(text, (begin, end), quoted, language)), paragraph)
        begin, last = -1, end
    if begin >= 0:
        yield Unit(begin, end, tuple(tokens(text, (begin, end), quoted, language)), paragraph)


def tokens(text: str, span: Span, quoted: Sequence[Span], language: str) -> Iterator[Token]:
    """Cut a span into tokens; a quotation that lies within it is one."""
    at, stop = span
    first = bisect_left(quoted, (at, 0))
    for start, end in quoted[first:]:
        if start >= stop:
            break
        if end > stop:
            continue
        yield from _parentheses(text, at, start, language)
        yield Token(text[start:end], QUOTE, start, end)
        at = end
    yield from _parentheses(text, at, stop, language)


def _parentheses(text: str, at: int, stop: int, language: str) -> Iterator[Token]:
    for found in _PARENTHESIS.finditer(text, at, stop):
        yield from _words(text, at, found.start(), language)
        yield Token(found[0], PARENTHESIS, found.start(), found.end())
        at = found.end()
    yield from _words(text, at, stop, language)


def words(text: str, offset: int, language: str) -> Iterator[Token]:
    """Cut a text that begins at an offset of its document into words and marks."""
    for token in _words(text, 0, len(text), language):
        yield token._replace(start=token.start + offset, end=token.end + offset)


def _words(text: str, at: int, stop: int, language: str) -> Iterator[Token]:
    pattern = _FRENCH if language == "fr" else _ENGLISH
    for found in pattern.finditer(text, at, stop):
        word = found[0]
        yield Token(word, word.lower().replace("’", "'"), found.start(), found.end())
