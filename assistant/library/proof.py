"""Proofs that a dense index holds what the catalog holds. Its own count proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import LibraryCorrupt
from assistant.library.catalog import VectorBatch

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

__all__ = ["MOST_MISSED", "Search", "compare", "missing", "rows", "same"]

MOST_MISSED = 0.05
"""Share of passages that the graph may fail to find. A sound one misses 0.002 of texts, and missed
0.03 of a hundred thousand noisy vectors; what damage was seen to cost begins at 0.08."""


def rows(batch: VectorBatch, chosen: NDArray[np.bool_]) -> VectorBatch:
    """Take some rows of a batch."""
    return VectorBatch(batch.keys[chosen], batch.documents[chosen], batch.vectors[chosen])


def same(held: set[int], expected: set[int]) -> None:
    """Hold the index's keys against the catalog's.

    Raises:
        LibraryCorrupt: they differ.
    """
    if held != expected:
        raise LibraryCorrupt(
            f"The dense index lacks {len(expected - held)} passages "
            f"and holds {len(held - expected)} foreign ones"
        )


def compare(collection: Collection, batch: VectorBatch) -> None:
    """Hold the index's vectors against the catalog's.

    Raises:
        LibraryCorrupt: one differs (cosine below 0.999).
    """
    got = collection.get(ids=[str(key) for key in batch.keys], include=["embeddings"])
    order = {int(key): place for place, key in enumerate(got["ids"])}
    stored = np.asarray(got["embeddings"], np.float32)[[order[int(key)] for key in batch.keys]]
    cosines = np.einsum("ij,ij->i", stored, batch.vectors)
    cosines /= np.linalg.norm(stored, axis=1) * np.linalg.norm(batch.vectors, axis=1)
    if not np.all(cosines >= 0.999):
        raise LibraryCorrupt(f"{np.sum(~(cosines >= 0.999))} vectors of the dense index differ")


class Search:
    """Asks an index for a sample of its passages by their own vectors, batch after batch."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._asked = 0
        self._missed = 0

    def ask(self, batch: VectorBatch, *, sample: int) -> None:
        """Ask for about so many of a batch."""
        step = max(1, len(batch.keys) // sample)
        keys, vectors = batch.keys[::step], batch.vectors[::step]
        self._asked += len(keys)
        self._missed += len(missing(self._collection, keys, vectors))

    def conclude(self) -> None:
        """Judge all that was asked: of one batch's few, a single miss would say nothing.

        Raises:
            LibraryCorrupt: more than `MOST_MISSED` are not found.
        """
        if self._missed > MOST_MISSED * self._asked:
            raise LibraryCorrupt(
                f"{self._missed} of {self._asked} vectors of the dense index cannot be found"
            )


def missing(
    collection: Collection, keys: NDArray[np.int64], vectors: NDArray[np.float32]
) -> list[int]:
    """List the passages that the index does not find by their own vectors.

    A passage whose place is taken by ten equal ones counts as found.
    """
    found = collection.query(query_embeddings=vectors, n_results=10, include=["distances"])
    rows = zip(keys.tolist(), found["ids"], found["distances"], strict=True)
    return [
        key
        for key, ids, distances in rows
        if str(key) not in ids and not (len(ids) == 10 and distances[-1] < 1e-3)
    ]
