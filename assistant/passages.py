"""Document → Passages: runs of whole sentences, slices of the text by exact offsets."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from assistant.datatypes import Document, Passage, Span
from assistant.errors import InvalidInput
from assistant.sentences import sentences

__all__ = ["CountTokens", "embedding_digest", "embedding_text", "sentences", "split"]


class _Piece(NamedTuple):
    """A sentence, or a part of one that is too long for the encoder."""

    start: int
    end: int
    tokens: int
    ends_paragraph: bool


CountTokens = Callable[[Sequence[str]], list[int]]


def embedding_text(passage: Passage) -> str:
    """Give the text that is embedded for a passage: its document's title, then its text."""
    return _with_title(passage.document.title, passage.text)


def embedding_digest(text: str) -> bytes:
    """Give the key under which a text's vector is kept: 16 bytes."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def split(
    document: Document,
    *,
    count_tokens: CountTokens,
    max_tokens: int,
    target_tokens: int = 96,  # measured: training/EXPERIMENTS.md
) -> list[Passage]:
    """Divide a document into runs of whole sentences, each read in full by the encoder.

    Only a sentence that the encoder could not read in full is cut, at a clause, else at a word.

    Args:
        count_tokens: that of the encoder; called with many texts at once.
        max_tokens: what the encoder reads; no `embedding_text` has more.
        target_tokens: what a passage's own text has at most, a longer sentence apart.

    Raises:
        InvalidInput: `max_tokens` leaves no room beside the title.
    """
    spans = sentences(document.text, document.ref.language)
    if not spans:
        return []
    room = max_tokens - count_tokens([_with_title(document.ref.title, "")])[0]
    while room >= _LEAST_ROOM:
        pieces = _pieces(document.text, spans, count_tokens, room)
        runs = _runs(pieces, min(target_tokens, room))
        passages = [_passage(document, run) for run in runs]
        # Joined texts may have more tokens than their parts: not with WordPiece, with others.
        excess = max(count_tokens([embedding_text(p) for p in passages])) - max_tokens
        if excess <= 0:
            return passages
        room -= excess
    raise InvalidInput(
        f"max_tokens is {max_tokens}: expected room for {_LEAST_ROOM} tokens of text beside the "
        f"title of document {document.id}; use an encoder that reads more"
    )


_LEAST_ROOM = 16
_TITLE_BYTES = 120  # no tokenizer makes more tokens of a title than it has bytes


def _with_title(title: str, text: str) -> str:
    shown = (
        " ".join(title.split()).encode("utf-8", "replace")[:_TITLE_BYTES].decode("utf-8", "ignore")
    )
    return f"{shown}\n{text}" if shown else text


def _passage(document: Document, run: Sequence[_Piece]) -> Passage:
    start, end = run[0].start, run[-1].end
    return Passage(
        document=document.ref,
        start=start,
        end=end,
        text=document.text[start:end],
        sentences=tuple((piece.start, piece.end) for piece in run),
        page=document.page_at(start),
    )


def _runs(pieces: Sequence[_Piece], target: int) -> Iterator[Sequence[_Piece]]:
    """Group the pieces up to the target, ending with a paragraph where the last third has one."""
    weights = [piece.tokens for piece in pieces]
    for first, stop in _packed(weights, [piece.ends_paragraph for piece in pieces], target):
        yield pieces[first:stop]


def _packed(weights: Sequence[int], good: Sequence[bool], room: int) -> Iterator[tuple[int, int]]:
    """Divide a sequence into runs that have room, ending at a good place in their last third."""
    first = stop = size = size_to_stop = 0
    for n, weight in enumerate(weights):
        while n > first and size + weight > room:
            if 3 * size_to_stop <= 2 * room:
                stop, size_to_stop = n, size
            yield first, stop
            first, size, size_to_stop = stop, size - size_to_stop, 0
        size += weight
        if good[n]:
            stop, size_to_stop = n + 1, size
    yield first, len(weights)


def _pieces(text: str, spans: Sequence[Span], count_tokens: CountTokens, room: int) -> list[_Piece]:
    """Weigh the sentences, all at once, and cut those that the encoder would not read in full."""
    pieces: list[_Piece] = []
    gaps = [text[a[1] : b[0]] for a, b in itertools.pairwise([*spans, (len(text), 0)])]
    for span, tokens, gap in zip(spans, _weights(text, spans, count_tokens), gaps, strict=True):
        if tokens <= room:
            pieces.append(_Piece(*span, tokens, ends_paragraph="\n" in gap))
        else:
            pieces += _cut(text, span, count_tokens, room)
    return pieces


def _weights(text: str, spans: Sequence[Span], count_tokens: CountTokens) -> list[int]:
    """Count the tokens of each span and of the gap to the next; 16 characters weigh at least one.

    WordPiece reads a word of more than 100 characters as one unknown token: without a least
    weight, a megabyte without a space would be one short passage.
    """
    ends = [start for start, _ in spans[1:]] + [spans[-1][1]]
    texts = [text[start:end] for (start, _), end in zip(spans, ends, strict=True)]
    counts = count_tokens(texts)
    return [max(n, len(t) // 16) for n, t in zip(counts, texts, strict=True)]


def _cut(text: str, span: Span, count_tokens: CountTokens, room: int) -> Iterator[_Piece]:
    """Cut a sentence into pieces that have room, after a clause where the last third has one."""
    atoms = list(_atoms(text, span, max(1, min(64, room // 4))))  # a code point: at most 4 bytes
    weights = _weights(text, atoms, count_tokens)
    clauses = [text[end - 1] in ",;:)»”–—" for _, end in atoms]
    for first, stop in _packed(weights, clauses, room):
        tokens = sum(weights[first:stop])
        yield _Piece(atoms[first][0], atoms[stop - 1][1], tokens, ends_paragraph=False)


def _atoms(text: str, span: Span, longest: int) -> Iterator[Span]:
    """Find the words; one that is too long in parts, none of which begins with a mark."""
    start, end = span
    atom = re.compile(rf"\S{{1,{longest}}}")
    while match := atom.search(text, start, end):
        start, stop = match.span()
        if stop < end:  # only marks and nothing else: cut anywhere
            stop = next((c for c in range(stop, start, -1) if not _joined(text, c)), stop)
        yield start, stop
        start = stop


def _joined(text: str, at: int) -> bool:
    """Tell whether a cut here would part a base from its mark, or an emoji sequence."""
    return unicodedata.category(text[at]).startswith("M") or "\u200d" in text[at - 1 : at + 1]
