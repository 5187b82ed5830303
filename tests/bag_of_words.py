"""A real, tiny encoder: each word adds one to a component. Texts that share words are close."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from assistant.models.encoders import EncoderIdentity, Vectors

DIMENSION = 64


class BagOfWords:
    """Counts what it was asked to embed, so that a test can see what was not embedded again."""

    def __init__(self, name: str = "bag-of-words", max_tokens: int = 64) -> None:
        self.identity = EncoderIdentity(name, "1", DIMENSION)
        self.max_tokens = max_tokens
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not query:
            self.embedded += texts
        vectors = np.full((len(texts), DIMENSION), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % DIMENSION] += 1
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]
