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
from assistant.library import proof
from assistant.library.catalog import Catalog, CatalogState, VectorBatch
from assistant.library.dense import DenseState, collection_name, connect
from assistant.library.disk import full_disk_told, require_space, sync_folder, sync_tree
from assistant.library.failpoints import reach
from assistant.library.schema import VISIBLE, documents, in_state, passages, removals

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

    def check(self) -> int:
        """Compare everything that the index should hold; how many passages it does not find.

        Raises:
            LibraryCorrupt: something is missing, foreign or altered.
        """
        state = DenseState.load(self._folder)
        assert state is not None
        left, arrived = self._since(state.applied)
        client, collection = self._collection(state.generation)
        held = {int(key) for key in collection.get(include=[])["ids"]}
        statement = select(passages.c.key).where(passages.c.document.in_(arrived.tolist()))
        new = set(self._connection.execute(statement).scalars())
        proof.same(held - set(left.tolist()), self._expected() - new)
        missed: list[int] = []
        for batch in self._vectors():
            there = np.isin(batch.keys, sorted(held))
            known = proof.rows(batch, there)
            if len(known.keys):
                proof.compare(collection, known)
                missed += proof.missing(collection, known.keys, known.vectors)
        client.close()
        if len(missed) > proof.MOST_MISSED * len(held):
            raise LibraryCorrupt(f"{len(missed)} of {len(held)} passages cannot be found")
        return len(missed)

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
        arrived = select(documents.c.key).where(in_state(VISIBLE), documents.c.since > version)
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
                yield proof.rows(batch, chosen)

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
        proof.same(held, self._expected())
        search = proof.Search(collection)
        for batch in self._vectors(None if exhaustive else added):
            proof.compare(collection, batch)
            search.ask(batch, sample=20 if exhaustive else _SAMPLE)
        search.conclude()
        client.close()
        return len(held)

    def _expected(self) -> set[int]:
        statement = (
            select(passages.c.key)
            .join(documents, documents.c.key == passages.c.document)
            .where(in_state(VISIBLE))
        )
        return set(self._connection.execute(statement).scalars())

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


def main(mode: str, library: str, url: str) -> int:
    """Update the dense index (``update``), build it anew (``fresh``) or compare it (``check``)."""
    path = Path(library)
    catalog = Catalog(path / "catalog.sqlite")
    try:
        with full_disk_told(path), catalog.reading() as connection:
            writer = DenseWriter(path, url, catalog, connection)
            if mode == "fresh":
                writer.build()
            elif mode == "check":
                sys.stdout.write(f"{writer.check()}\n")
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
