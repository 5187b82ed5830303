"""Finding a quoted passage in a text: exactly, else with plain spaces, quotes and dashes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from assistant.datatypes import Span

__all__ = ["find_all", "nearest_text", "occurrences"]

_PLAIN = str.maketrans("’‘‚ʼ“”„«»–—‑", '\'\'\'\'"""""---')


def occurrences(text: str, quote: str) -> list[Span]:
    """Give the places where a quote stands in a text, by the text's own offsets.

    Typed quotes seldom have a text's narrow spaces and curly marks: where the very characters are
    found nowhere, white space of any kind and length is one space, and marks are plain.

    >>> occurrences("Elle a dit : « non ».", 'a dit : "non".')
    [(5, 20)]
    """
    quote = quote.strip()
    if not quote:
        return []
    if exact := list(find_all(text, quote)):
        return [(start, start + len(quote)) for start in exact]
    plain, offsets = _simplified(text)
    wanted, _ = _simplified(quote)
    return [
        (offsets[start], offsets[start + len(wanted) - 1] + 1) for start in find_all(plain, wanted)
    ]


def nearest_text(text: str, quote: str) -> str:
    """Give the part of a text that shares most with a quote that it does not hold."""
    from difflib import SequenceMatcher  # slow on long texts: only where something is to be told

    plain, offsets = _simplified(text)
    wanted, _ = _simplified(quote)
    match = SequenceMatcher(None, plain, wanted, autojunk=False).find_longest_match()
    if not match.size:
        return ""
    start = max(0, match.a - match.b)
    end = min(len(plain), start + len(wanted))
    return text[offsets[start] : offsets[end - 1] + 1]


def find_all(text: str, part: str) -> Iterator[int]:
    """Give the offsets at which the very characters stand, overlaps too."""
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _simplified(text: str) -> tuple[str, list[int]]:
    """Simplify a text, with the offset at which each of its characters stood."""
    kept: list[tuple[str, int]] = []
    for offset, character in enumerate(text):
        if unicodedata.category(character) == "Cf":  # soft hyphens, zero-width marks
            continue
        if character.isspace():
            # One space for many; none within « … », as plain marks have none.
            if kept and kept[-1][0] != " " and text[kept[-1][1]] != "«":
                kept.append((" ", offset))
            continue
        if character == "»" and kept and kept[-1][0] == " ":
            kept.pop()
        kept.append((character.translate(_PLAIN), offset))
    return "".join(character for character, _ in kept), [offset for _, offset in kept]
