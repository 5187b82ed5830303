"""What a sample of searches says of an index: of the whole, not of each batch."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.errors import LibraryCorrupt
from assistant.library.catalog import VectorBatch
from assistant.library.proof import Search

BATCHES, SIZE = 50, 20


class Forgetful:
    """Answers as Chroma does, but has lost its way to some passages."""

    def __init__(self, lost: set[int]) -> None:
        self.lost = lost

    def query(self, *, query_embeddings: np.ndarray, n_results: int, include: list[str]) -> dict:
        keys = [int(vector[0]) for vector in query_embeddings]
        return {
            "ids": [["0" if key in self.lost else str(key)] for key in keys],
            "distances": [[0.5 if key in self.lost else 0.0] for key in keys],
        }


def search(lost: set[int]) -> Search:
    search = Search(Forgetful(lost))
    for start in range(1, BATCHES * SIZE, SIZE):
        keys = np.arange(start, start + SIZE)
        vectors = np.stack([keys, np.ones(SIZE)], axis=1).astype(np.float32)
        search.ask(VectorBatch(keys, keys, vectors), sample=SIZE)
    return search


def test_a_miss_here_and_there_is_what_a_sound_graph_does() -> None:
    search(lost={7, 305, 990}).conclude()


def test_many_misses_are_a_broken_graph() -> None:
    with pytest.raises(LibraryCorrupt, match="51 of 1000"):
        search(lost=set(range(100, 151))).conclude()
