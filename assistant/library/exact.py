"""The exact scan: every vector compared, recall 1.

For filters, for checks, and while the dense index is not ready.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from assistant.library.catalog import Catalog, CatalogState, VectorBatch

__all__ = ["ExactIndex", "best"]

_FEW = 8  # a filter that leaves one vector in so many is scanned alone


class _Snapshot(NamedTuple):
    version: int
    encoder: int
    keys: NDArray[np.int64]
    documents: NDArray[np.int64]
    vectors: NDArray[np.float32]


class ExactIndex:
    """The catalog's vectors in memory, brought up to date by what was added since.

    The arrays grow in place beyond what earlier snapshots can see, so that any number of
    threads may search while one of them reads what is new.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._guard = threading.Lock()
        self._snapshot: _Snapshot | None = None
        self._room: _Snapshot | None = None  # the arrays in full length

    def search(
        self,
        vector: NDArray[np.float32],
        limit: int,
        *,
        state: CatalogState,
        documents: NDArray[np.int64],
    ) -> list[tuple[int, float]]:
        """Rank the passages of the given documents: (passage key, cosine), best first.

        Args:
            state: what the library is at; vectors published until then are seen.
            documents: keys of those that may be found, ascending.
        """
        snapshot = self._at(state)
        allowed = _among(snapshot.documents, documents)
        chosen = np.flatnonzero(allowed)
        if len(chosen) * _FEW < len(allowed):
            scores = snapshot.vectors[chosen] @ vector
            return best(snapshot.keys[chosen], scores, limit)
        scores = snapshot.vectors @ vector
        scores[~allowed] = -np.inf
        return best(snapshot.keys, scores, min(limit, len(chosen)))

    def _at(self, state: CatalogState) -> _Snapshot:
        with self._guard:
            now = self._snapshot
            if now is None or now.encoder != state.encoder_key or now.version < state.version:
                with self._catalog.reading() as connection:
                    now = self._snapshot = self._refresh(connection)
            return now

    def _refresh(self, connection: Connection) -> _Snapshot:
        state = self._catalog.state(connection)
        old = self._snapshot
        if old is not None:
            visible = self._catalog.visible(connection)
            live = np.count_nonzero(_among(old.documents, visible))
            if old.encoder != state.encoder_key or 2 * live < len(old.keys):
                old = self._room = None  # begin anew rather than scan what has left
        if old is None:
            none = np.zeros(0, np.int64)
            vectors = np.zeros((0, state.encoder.dimension), np.float32)
            old = _Snapshot(state.version, state.encoder_key, none, none, vectors)
        after = int(old.keys[-1]) if len(old.keys) else 0
        batches = self._catalog.vectors(connection, state.encoder_key, after=after)
        length = len(old.keys)
        room = self._room or old
        for batch in batches:
            room = _append(room, length, batch)
            length += len(batch.keys)
        self._room = room
        return _Snapshot(
            state.version,
            state.encoder_key,
            room.keys[:length],
            room.documents[:length],
            room.vectors[:length],
        )


def best(
    keys: NDArray[np.int64], scores: NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    """Take the `limit` highest scores, equal ones in the order of their keys."""
    if limit < len(scores):
        top = np.argpartition(-scores, limit)[:limit] if limit else np.zeros(0, np.int64)
        keys, scores = keys[top], scores[top]
    order = np.lexsort((keys, -scores))
    return [(int(keys[i]), float(scores[i])) for i in order]


def _among(keys: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which keys are among the chosen ones, by a table: ten times as fast as `np.isin`."""
    highest = max(keys.max(initial=0), chosen.max(initial=0))
    table = np.zeros(highest + 1, np.bool_)
    table[chosen] = True
    return table[keys]


def _append(room: _Snapshot, length: int, batch: VectorBatch) -> _Snapshot:
    """Write a batch behind the first `length` rows, in larger arrays if there is no room."""
    needed = length + len(batch.keys)
    if needed > len(room.keys):
        capacity = max(needed, len(room.keys) * 3 // 2)
        room = room._replace(
            keys=_grown(room.keys, length, capacity),
            documents=_grown(room.documents, length, capacity),
            vectors=_grown(room.vectors, length, capacity),
        )
    room.keys[length:needed] = batch.keys
    room.documents[length:needed] = batch.documents
    # The rounding to float16 has left them not quite of length 1.
    lengths = np.linalg.norm(batch.vectors, axis=1, keepdims=True)
    room.vectors[length:needed] = batch.vectors / lengths
    return room


def _grown(array: NDArray[Any], length: int, capacity: int) -> NDArray[Any]:
    grown = np.empty((capacity, *array.shape[1:]), array.dtype)
    grown[:length] = array[:length]
    return grown
