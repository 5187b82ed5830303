"""PolNeAR: news articles with source, cue and content of each attribution, marked by hand.

https://github.com/networkdynamics/PolNeAR, Newell, Margolin and Ruths 2018, "An Attribution
Relations Corpus for Political News" (LREC). A folder holds `corpus.jsonl` as a suite's does, and
`attributions.jsonl`: `{doc_id, split, attributions: [{source: [{start, end}], cue, content}]}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from evals.attributions import Spans
from evals.loader import find_file, read_lines, read_record
from evals.suite import Record, SuiteDocument, SuiteError

__all__ = ["Annotated", "read_polnear"]


class Annotated(NamedTuple):
    """A document with its gold attributions."""

    document: SuiteDocument
    gold: tuple[Spans, ...]


class _Piece(Record):
    start: int
    end: int


class _Attribution(Record):
    source: tuple[_Piece, ...] = ()
    cue: tuple[_Piece, ...] = ()
    content: tuple[_Piece, ...] = ()


class _Line(Record):
    doc_id: str
    split: str = ""
    attributions: tuple[_Attribution, ...]


def read_polnear(folder: Path, *, split: str = "") -> Iterator[Annotated]:
    """Read the documents of a split, of all splits where it is empty; raises SuiteError."""
    corpus = find_file(folder, "corpus.jsonl")
    documents = {
        document.doc_id: document
        for number, line in read_lines(corpus)
        for document in [read_record(SuiteDocument, line, f"{corpus}:{number}")]
    }
    marked = find_file(folder, "attributions.jsonl")
    for number, line in read_lines(marked):
        record = read_record(_Line, line, f"{marked}:{number}")
        if record.doc_id not in documents:
            raise SuiteError(
                f"{marked}:{number}: expected a doc_id of {corpus}, found {record.doc_id}"
            )
        if split in {"", record.split}:
            gold = tuple(_spans(attribution) for attribution in record.attributions)
            yield Annotated(documents[record.doc_id], gold)


def _spans(attribution: _Attribution) -> Spans:
    roles = (attribution.source, attribution.cue, attribution.content)
    return Spans(*(tuple((piece.start, piece.end) for piece in role) for role in roles))
