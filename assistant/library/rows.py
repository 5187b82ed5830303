"""Rows of the catalog → the nouns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Document, DocumentRef, Passage
from assistant.library.schema import documents

__all__ = ["REF_COLUMNS", "document_of", "passage_of", "ref_of", "unpack"]

REF_COLUMNS = (
    documents.c.key, documents.c.id, documents.c.sha256, documents.c.title, documents.c.publisher,
    documents.c.author, documents.c.published, documents.c.language, documents.c.uri,
    documents.c.media_type, documents.c.metadata,
)  # fmt: skip


def document_of(row: Any) -> Document:
    """Make a document of a whole row."""
    text = row.text.decode("utf-8", "surrogatepass")
    return Document(text, ref_of(row), tuple(json.loads(row.page_starts)))


def ref_of(row: Any) -> DocumentRef:
    """Make a document's reference of a row that has its columns."""
    return DocumentRef(
        id=row.id,
        sha256=row.sha256,
        title=row.title,
        publisher=row.publisher,
        author=row.author,
        published=row.published,
        language=row.language,
        uri=row.uri,
        media_type=row.media_type,
        metadata=json.loads(row.metadata),
    )


def passage_of(row: Any, ref: DocumentRef, text: str) -> Passage:
    """Make a passage of its row, cut out of the document's text."""
    return Passage(
        document=ref,
        start=row.start,
        end=row.end,
        text=text[row.start : row.end],
        sentences=tuple((start, end) for start, end in json.loads(row.sentences)),
        page=row.page,
    )


def unpack(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Read stored vectors (float16) into one matrix."""
    if not blobs:
        return np.zeros((0, 0), np.float32)
    flat = np.frombuffer(b"".join(blobs), "<f2")
    return flat.reshape(len(blobs), -1).astype(np.float32)
