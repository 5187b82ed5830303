"""Where a text quotes: spans that begin and end with a quotation mark."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from assistant.datatypes import Span

__all__ = ["quotes"]

_MARK = re.compile(r"[“”„«»\"]|''|``")
# In British news: 'It is late,' she said. Closed behind a stop; apostrophes stand within words.
_SINGLE = re.compile(
    r"(?<![^\s(\[])['‘](?=\w)"
    r"(?:[^\n'’‘“”\"«»]|(?<=\w)['’](?=\w)|(?<=s)['’](?= \w)){8,600}?"
    r"[.,!?…]['’](?![^\s.,;:)])"
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_OPENING = {"“", "«", "„", "``"}
_CLOSING = {"”", "»"}
_CLOSES = {"“": '”"', "„": "“”»", "«": "»", '"': '"”', "''": "''", "``": "''"}
# No quotation runs on for longer: a mark that is never closed must not swallow the document.
_LONGEST = 3000


def quotes(text: str) -> list[Span]:
    """Find the outermost quotations, marks included, in order and disjoint.

    A quotation that runs over paragraphs, each of which opens it anew and only the last closes it,
    is one. What is not closed where its paragraph ends, or within 3,000 characters, is no
    quotation. Single marks count where a word and a stop tell them from apostrophes: 'It is late,'.
    """
    double = list(_pairs(text))
    return sorted([*double, *_single(text, double)])


def _single(text: str, double: list[Span]) -> Iterator[Span]:
    """Find what stands between single marks outside of other quotations."""
    starts = [start for start, _ in double]
    for found in _SINGLE.finditer(text):
        at = bisect_right(starts, found.end()) - 1
        if at < 0 or double[at][1] <= found.start():
            yield found.span()


def _pairs(text: str) -> Iterator[Span]:
    start, opened = -1, [""]  # the open marks, outermost first, behind a sentinel
    last, closed = 0, -1  # the last mark, and where the last one that closed ends
    for mark in _MARK.finditer(text):
        sign, at = mark[0], mark.start()
        if len(opened) > 1 and (at - start > _LONGEST or _is_lost(text, last, at)):
            opened = [""]
        last = at
        if sign == "«" and len(opened) > 1 and closed >= 0 and not text[closed:at].strip():
            yield start, closed  # « Il dit : « Non ! » « Si », dit-il: the first was never closed
            opened = [""]
        if _opens(text, mark, opened[-1]):
            if sign == opened[-1] and _begins_paragraph(text, at):
                continue  # the same quotation goes on
            if len(opened) == 1:
                start = at
            opened.append(sign)
        elif len(opened) > 1:
            while len(opened) > 2 and sign not in _CLOSES[opened[-1]]:
                opened.pop()
            opened.pop()
            closed = mark.end()
            if len(opened) == 1:
                yield start, mark.end()


def _is_lost(text: str, last: int, at: int) -> bool:
    """Whether a quotation whose paragraph ended was never closed: another one is opened."""
    spaced = text[at - 1 : at].isspace() and text[at] not in _CLOSING
    opens = spaced or text[at] in _OPENING
    return opens and bool(_PARAGRAPH.search(text, last, at)) and not _begins_paragraph(text, at)


def _opens(text: str, mark: re.Match[str], innermost: str) -> bool:
    if mark[0] in _OPENING:
        return True
    if mark[0] in _CLOSING or mark[0] == "''" == innermost:
        return False
    if _begins_paragraph(text, mark.start()):
        return True
    before = text[mark.start() - 1 : mark.start()]
    if innermost == mark[0]:  # within: "They say: "How could you?""
        return text[: mark.start()].endswith(": ") and text[mark.end() : mark.end() + 1].isalnum()
    if before.isspace() or before in {"(", "["}:
        return True
    # A mark that hangs on a word ('the boys" school') is a slip for an apostrophe.
    return not innermost and not before.isalnum()


def _begins_paragraph(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at]
    return before.rstrip(" \t\u00a0") == "" or before.rstrip(" \t\u00a0").endswith("\n")
