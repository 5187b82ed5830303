"""A reply, chunk by chunk → its text and the citation marks in it, wherever the chunks are cut.

Models write ``[1]``, ``【1】``, ``[1, 2]``, ``[[1]]``, ``[1-3]``. What looks like a mark inside
code or inside a quotation is the quotation's own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Mark", "MarkReader", "Piece"]


class Mark(NamedTuple):
    """The numbers that a mark cites; none where all were out of range."""

    numbers: tuple[int, ...]


Piece = str | Mark

_BLANK = r"[ \t\u00a0\u202f]"
_RANGE = re.compile(rf"(\d{{1,3}})(?:{_BLANK}*[-–—−‑]{_BLANK}*(\d{{1,3}}))?")
_LIST = rf"(?:{_RANGE.pattern}(?:{_BLANK}*(?:[,;&]|and|et){_BLANK}*{_RANGE.pattern})*)"
_INSIDE = rf"{_BLANK}*(?:\^|(?:source|passage|extrait)s?{_BLANK}*)?{_LIST}{_BLANK}*"
_WHOLE = re.compile(rf"\[\[{_INSIDE}\]\]|\[{_INSIDE}\]|【{_INSIDE}(?:†[^】\n]*)?】", re.IGNORECASE)
_BEGUN = re.compile(
    rf"\[\[?(?:{_BLANK}|[\da-z,;&^–—−‑-])*\]?|【(?:{_BLANK}|[\da-z,;&^–—−‑-])*(?:†[^】\n]*)?",
    re.IGNORECASE,
)
_LONGEST_MARK = 60

# Where plain text ends: before a mark (with the blanks that go with it), a quotation, or code.
# A run of blanks is looked at once, from its head: linear on any input.
_TURN = re.compile(rf"(?<!{_BLANK}){_BLANK}*+(?:[\[【]|\Z)|[\"“«]|`+")
_DOUBT = re.compile(rf"(?<!{_BLANK}){_BLANK}*+(?:[\[【]|\Z)")
_CLOSING = {'"': '"', "“": "”", "«": "»"}
_LONGEST_QUOTE = 600
_FENCE = "```"


class MarkReader:
    """Tells text from marks as chunks come in; what cannot be told yet is held back.

    Any way to cut a reply into chunks gives the same text with the same marks at the same places.
    The blanks before a mark go with it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = ""
        self._told = 0  # characters of what is held that were given already
        self._before = ""  # the character before what is held
        self._fenced = False

    def feed(self, chunk: str) -> list[Piece]:
        """Give what is sure by now."""
        self._held += chunk
        return list(self._pieces(last=False))

    def end(self) -> list[Piece]:
        """Give the rest: no more comes."""
        return list(self._pieces(last=True))

    def _pieces(self, *, last: bool) -> Iterator[Piece]:
        held, at = self._held, 0
        while at < len(held):
            if self._fenced:
                to, sure = self._code(at, last=last)
                yield from self._text(to)
                at = to
                if not sure:
                    break
                continue
            turn = _TURN.search(held, at)
            if turn is None:
                yield from self._text(len(held))
                at = len(held)
                break
            yield from self._text(turn.start())
            at = turn.start()
            found = self._at_turn(turn, last=last)
            if found is None:
                yield from self._text(self._sure_until(at))
                break
            to, mark = found
            if mark is None:
                yield from self._text(to)
            else:
                self._told = max(self._told, to)
                yield mark
            at = to
        self._before = held[at - 1] if at else self._before
        self._held, self._told = held[at:], max(self._told - at, 0)

    def _text(self, to: int) -> Iterator[str]:
        if to > self._told:
            yield self._held[self._told : to]
            self._told = to

    def _sure_until(self, at: int) -> int:
        """What is plain text whatever comes: all up to the first bracket and its blanks."""
        doubt = _DOUBT.search(self._held, at)
        return doubt.start() if doubt else len(self._held)

    def _at_turn(self, turn: re.Match[str], *, last: bool) -> tuple[int, Mark | None] | None:
        """Say how far it goes and whether it is a mark; None where more must come first."""
        opening = turn[0][-1:]
        if opening in ("[", "【"):
            return self._bracket(turn.end() - 1, last=last)
        if opening == "`":
            return self._backticks(turn, last=last)
        if opening in _CLOSING:
            return self._quotation(turn.start(), last=last)
        return (turn.end(), None) if last else None  # blanks

    def _bracket(self, at: int, *, last: bool) -> tuple[int, Mark | None] | None:
        text = self._held[at : at + _LONGEST_MARK]
        if whole := _WHOLE.match(text):
            return at + whole.end(), Mark(tuple(self._numbers(whole[0])))
        may_come = len(text) < _LONGEST_MARK and _BEGUN.fullmatch(text) and not last
        return None if may_come else (at + 1, None)

    def _numbers(self, mark: str) -> Iterator[int]:
        """Give the numbers in range, each once. A year or a huge range is cut to it."""
        numbers: list[int] = []
        for first, final in _RANGE.findall(mark.partition("†")[0]):
            ends = sorted((int(first), int(final or first)))
            numbers += range(max(ends[0], 1), min(ends[1], self._most) + 1)
        yield from dict.fromkeys(numbers)

    def _quotation(self, at: int, *, last: bool) -> tuple[int, None] | None:
        opening = self._held[at]
        before = self._held[at - 1] if at else self._before
        if opening == '"' and before.isalnum():  # inches, or the end of what was opened far away
            return at + 1, None
        return self._until(_CLOSING[opening], at, at + 1, last=last)

    def _backticks(self, turn: re.Match[str], *, last: bool) -> tuple[int, None] | None:
        if turn.end() == len(self._held) and not last:
            return None
        if len(turn[0]) >= len(_FENCE):
            self._fenced = True
            return turn.end(), None
        return self._until(turn[0], turn.start(), turn.end(), last=last)

    def _until(self, closing: str, at: int, start: int, *, last: bool) -> tuple[int, None] | None:
        """Go to what closes on the same line; past the opening character alone if nothing does."""
        text = self._held[start : start + _LONGEST_QUOTE]
        line, newline, _ = text.partition("\n")
        end = line.find(closing)
        if end >= 0:
            return start + end + len(closing), None
        undecided = not newline and len(text) < _LONGEST_QUOTE and not last
        return None if undecided else (start, None)

    def _code(self, at: int, *, last: bool) -> tuple[int, bool]:
        """Go to the end of a fence; where it is not there yet, only so far as is surely code."""
        end = self._held.find(_FENCE, at)
        if end < 0:
            return (len(self._held) if last else len(self._held.rstrip("`"))), False
        while self._held[end : end + 1] == "`":
            end += 1
        if end == len(self._held) and not last:
            return at, False
        self._fenced = False
        return end, True
