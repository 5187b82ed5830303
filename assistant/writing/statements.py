"""Text and marks, as they come → sentences, each with the numbers that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.sentences import sentences
from assistant.writing.marks import Mark, Piece

__all__ = ["StatementReader", "Written", "without_thoughts"]

# The splitter looks no further past a full stop to decide whether it ends a sentence.
_LOOKAHEAD = 100

_LIST_ITEM = re.compile(r"\A\s*(?:(?:[-*•–]|\d{1,2}[.)]|#{1,6}|>)\s+)+")
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*])")
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


class Written(NamedTuple):
    """A sentence as a model wrote it, without marks, lists and emphasis."""

    text: str
    cited: tuple[int, ...]


class StatementReader:
    """Cuts a reply into sentences, the same however it came in. A line's end ends a sentence."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._text = ""
        self._marks: list[tuple[int, tuple[int, ...]]] = []

    def feed(self, pieces: Iterable[Piece]) -> Iterator[Written]:
        """Give the sentences that are whole by now."""
        for piece in pieces:
            if isinstance(piece, Mark):
                self._marks.append((len(self._text), piece.numbers))
            else:
                follows = bool(self._marks) and self._marks[-1][0] == len(self._text) > 0
                glued = follows and self._text[-1:].strip() and piece[0].isalnum()
                self._text += f" {piece}" if glued else piece
        yield from self._whole(last=False)

    def end(self) -> Iterator[Written]:
        """Give the rest: no more comes."""
        yield from self._whole(last=True)

    def _whole(self, *, last: bool) -> Iterator[Written]:
        while self._text:
            line, newline, _ = self._text.partition("\n")
            spans = sentences(line, self._language)
            if not spans:
                if not newline:
                    return
                self._skip(len(line) + 1)
                continue
            start, end = spans[0]
            if not (newline or last or len(line) >= end + _LOOKAHEAD):
                return
            yield self._take(start, end)

    def _skip(self, end: int) -> None:
        """Cut an empty line off; a mark that stands alone goes with the next sentence."""
        self._marks = [(max(at - end, 0), numbers) for at, numbers in self._marks]
        self._text = self._text[end:]

    def _take(self, start: int, end: int) -> Written:
        """Cut the text off up to `end`, with the marks that stand in it or right after it."""
        text = _EMPHASIS.sub("", _LIST_ITEM.sub("", self._text[start:end], count=1)).strip()
        cited = [n for at, numbers in self._marks if at <= end for n in numbers]
        self._marks = [(at - end, numbers) for at, numbers in self._marks if at > end]
        self._text = self._text[end:]
        return Written(text, tuple(dict.fromkeys(cited)))


def without_thoughts(chunks: Iterable[str]) -> Iterator[str]:
    """Leave out what a model thinks aloud before it replies."""
    begun, replying = "", False
    for chunk in chunks:
        if replying:
            yield chunk
            continue
        begun += chunk
        head = begun.lstrip()[:7]
        if thought := _THOUGHT.match(begun):
            begun = begun[thought.end() :]
        elif head == "<think>" or "<think>".startswith(head):
            continue
        replying = True
        yield begun
    if not replying and not begun.lstrip().startswith("<think>"):
        yield begun
