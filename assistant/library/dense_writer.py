"""The dense index, written: ``python -m assistant.library.dense_writer MODE LIBRARY URL``.

A process of its own, started by `DenseIndex.update`, which holds ``dense.lock`` and hands it
down. Whatever it does ends with a proof by a second look at the files: the same keys as the
catalog, the same vectors, and found when asked for. Only then is the state clean.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from assistant.errors import AssistantError, LibraryCorrupt
from assistant.library.catalog import Catalog, CatalogState, VectorBatch
from assistant.library.dense import DenseState, collection_name, connect
from assistant.library.disk import full_disk_told, require_space, sync_folder, sync_tree
from assistant.library.failpoints import reach
from assistant.library.schema import VISIBLE, documents, passages, removals

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

__all__ = ["main"]

_BATCH = 1000  # Chroma persists once in so many operations; also its server's limit is beyond
_SAMPLE = 500
_MOST_TOMBSTONES = 0.2
# https://docs.trychroma.com/docs/collections/configure
_HNSW = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}


class DenseWriter:
    """Builds or updates the index from one snapshot of the catalog."""

    def __init__(self, library: Path, url: str, catalog: Catalog, connection: Connection) -> None:
        self._folder = library / "dense"
        self._folder.mkdir(exist_ok=True)
        self._url = url
        self._catalog = catalog
        self._connection = connection
        self._at: CatalogState = catalog.state(connection)
        self._visible = catalog.visible(connection)

    def update(self) -> None:
        """Apply what changed since the state, or build anew where that is not possible."""
        state = DenseState.load(self._folder)
        if state is None or not self._usable(state):
            self.build()
            return
        left, arrived = self._since(state.applied)
        tombstones = state.tombstones + len(left)
        if tombstones > _MOST_TOMBSTONES * (state.live + len(arrived)):
            self.build()
            return
        replace(state, dirty=True).save(self._folder)
        client, collection = self._collection(state.generation)
        for start in range(0, len(left), _BATCH):
            collection.delete(ids=[str(key) for key in left[start : start + _BATCH]])
        self._add(collection, only=arrived)
        client.close()
        live = self._prove(state.generation, exhaustive=state.dirty, added=arrived)
        reach("before-dense-clean")
        done = replace(state, applied=self._at.version, dirty=False, live=live)
        replace(done, tombstones=tombstones).save(self._folder)

    def build(self) -> None:
        """Make a new generation, prove it, let it take the old one's place."""
        import chromadb

        old = DenseState.load(self._folder)
        generation = old.generation + 1 if old else 1
        self._clean_up(keep=old.generation if old else 0)
        client, collection = self._collection(generation, suffix=".tmp", create=True)
        self._add(collection)
        client.close()
        live = self._prove(generation, suffix=".tmp", exhaustive=True)
        reach("generation-rename")
        if not self._url:
            built = self._folder / f"gen-{generation:04d}.tmp"
            sync_tree(built)
            built.rename(built.with_suffix(""))
            sync_folder(self._folder)
        DenseState(
            generation=generation,
            applied=self._at.version,
            dirty=False,
            live=live,
            tombstones=0,
            chromadb=chromadb.__version__,
            encoder=self._at.encoder_key,
            url=self._url,
        ).save(self._folder)
        self._clean_up(keep=generation)

    def _usable(self, state: DenseState) -> bool:
        import chromadb

        same = (chromadb.__version__, self._at.encoder_key, self._url)
        return (state.chromadb, state.encoder, state.url) == same

    def _since(self, version: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the passages that left and the documents that arrived after a version."""
        left = select(removals.c.passage).where(removals.c.version > version)
        arrived = select(documents.c.key).where(
            documents.c.state == VISIBLE, documents.c.since > version
        )
        answers = [self._connection.execute(statement).scalars() for statement in (left, arrived)]
        first, second = (np.sort(np.fromiter(answer, np.int64)) for answer in answers)
        return first, second

    def _vectors(self, only: NDArray[np.int64] | None = None) -> Iterator[VectorBatch]:
        """Stream the visible passages' vectors, of some documents or of all."""
        wanted = self._visible if only is None else only
        if not len(wanted):
            return
        first = select(passages.c.key).where(passages.c.document == int(wanted[0]))
        after = self._connection.execute(first.order_by(passages.c.key).limit(1)).scalar() or 1
        batches = self._catalog.vectors(
            self._connection, self._at.encoder_key, after=after - 1, batch=_BATCH
        )
        for batch in batches:
            chosen = np.isin(batch.documents, wanted)
            if chosen.any():
                keys, owners = batch.keys[chosen], batch.documents[chosen]
                yield VectorBatch(keys, owners, batch.vectors[chosen])

    def _add(self, collection: Collection, only: NDArray[np.int64] | None = None) -> None:
        for batch in self._vectors(only):
            require_space(self._folder, batch.vectors.nbytes)
            ids = [str(key) for key in batch.keys]
            collection.upsert(ids=ids, embeddings=batch.vectors)
            reach("during-dense")

    def _prove(
        self,
        generation: int,
        *,
        suffix: str = "",
        exhaustive: bool,
        added: NDArray[np.int64] | None = None,
    ) -> int:
        """Open the files again and compare; how many vectors there are.

        Raises:
            LibraryCorrupt: something is missing, foreign, altered or not found.
        """
        client, collection = self._collection(generation, suffix=suffix)
        held = {int(key) for key in collection.get(include=[])["ids"]}
        statement = (
            select(passages.c.key)
            .join(documents, documents.c.key == passages.c.document)
            .where(documents.c.state == VISIBLE)
        )
        expected = set(self._connection.execute(statement).scalars())
        if held != expected:
            raise LibraryCorrupt(
                f"The dense index lacks {len(expected - held)} passages "
                f"and holds {len(held - expected)} foreign ones"
            )
        for batch in self._vectors(None if exhaustive else added):
            compare(collection, batch)
            find(collection, batch, sample=_SAMPLE if not exhaustive else 20)
        client.close()
        return len(held)

    def _collection(
        self, generation: int, *, suffix: str = "", create: bool = False
    ) -> tuple[ClientAPI, Collection]:
        client = connect(self._folder, generation, self._url, suffix=suffix)
        name = collection_name(self._at.id, generation, self._url)
        if create:
            made = client.create_collection(name, embedding_function=None, configuration=_HNSW)
            return client, made
        return client, client.get_collection(name, embedding_function=None)

    def _clean_up(self, keep: int) -> None:
        """Remove every generation but one, and what a killed build left."""
        for path in self._folder.glob("gen-*"):
            if path.name != f"gen-{keep:04d}" or self._url:
                shutil.rmtree(path)
        if self._url:
            kept = collection_name(self._at.id, keep, self._url)
            client = connect(self._folder, keep, self._url)
            for collection in client.list_collections():
                ours = collection.name.startswith(kept.rpartition("-")[0])
                if ours and collection.name != kept:
                    client.delete_collection(collection.name)
            client.close()


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


def find(collection: Collection, batch: VectorBatch, *, sample: int) -> None:
    """Ask for some passages by their own vectors.

    Raises:
        LibraryCorrupt: more than 2 % are not found; a sound graph misses 0.2 %.
    """
    step = max(1, len(batch.keys) // sample)
    missed = missing(collection, batch.keys[::step], batch.vectors[::step])
    if len(missed) > 0.02 * len(batch.keys[::step]):
        raise LibraryCorrupt(f"{len(missed)} vectors of the dense index cannot be found")


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


def main(mode: str, library: str, url: str) -> int:
    """Update the dense index (``update``) or build it anew (``fresh``)."""
    path = Path(library)
    catalog = Catalog(path / "catalog.sqlite")
    try:
        with full_disk_told(path), catalog.reading() as connection:
            writer = DenseWriter(path, url, catalog, connection)
            if mode == "fresh":
                writer.build()
            else:
                writer.update()
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    finally:
        catalog.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
