"""An encoder that costs microseconds, and documents cut into sentences for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from assistant.datatypes import Document, Passage
from assistant.library import Location, PreparedDocument, SourceRecord
from assistant.models.encoders import EncoderIdentity, Vectors

DIMENSION = 32


class HashEncoder:
    """Adds up one pseudo-random vector per word: texts that share words are near."""

    def __init__(self, name: str = "hash", dimension: int = DIMENSION) -> None:
        self.identity = EncoderIdentity(name, "1", dimension)
        self.max_tokens = 256
        self._vectors: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        cut = [re.findall(r"\w+", text.lower()) or [""] for text in texts]
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        for n, words in enumerate(cut):
            vectors[n] = sum(self._vector(word) for word in words)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _vector(self, word: str) -> Vectors:
        if word not in self._vectors:
            seed = hashlib.sha256(f"{self.identity.name} {word}".encode()).digest()[:8]
            random = np.random.default_rng(int.from_bytes(seed))
            self._vectors[word] = random.standard_normal(self.identity.dimension, np.float32)
        return self._vectors[word]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def prepare(text: str, encoder: HashEncoder | None = None, **fields: object) -> PreparedDocument:
    """Cut a text at its full stops, a passage each, and embed them."""
    encoder = encoder or HashEncoder()
    document = Document.of(text, **fields)
    spans = [found.span() for found in re.finditer(r"\S[^.]*\.?", text)]
    passages = tuple(
        Passage(document.ref, start, end, text[start:end], ((start, end),)) for start, end in spans
    )
    return PreparedDocument(
        document,
        passages,
        encoder.encode([passage.text for passage in passages]),
        tuple(
            hashlib.sha256(p.text.encode("utf-8", "surrogatepass")).digest()[:16] for p in passages
        ),
    )


def digest(text: str) -> bytes:
    """Give the 16 bytes that a vector is remembered by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def record(uri: str, *prepared: PreparedDocument, **fields: object) -> SourceRecord:
    """Say that a source holds these documents, one after the other."""
    many = len(prepared) > 1
    located = tuple(
        (Location(uri, f"row {n}" if many else "", item.document.id), item.document.ref.sha256)
        for n, item in enumerate(prepared, 1)
    )
    given = {"root": "", "size": 1, "mtime_ns": 1, "reader": "text 1", "locations": located}
    return SourceRecord(uri, **{**given, **fields})
