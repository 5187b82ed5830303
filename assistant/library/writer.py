"""The one writer of a library: the order in which catalog and lexical index change.

    stage     catalog: documents whole, unseen
    publish   lexical commit → catalog commit (the acknowledgement) → clean-up
    open      clean-up of what a killed writer left

Readers look at the catalog to know what is visible, so each catalog commit is the one moment
at which they see a change, all of it.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select

from assistant.datatypes import Attribution
from assistant.errors import LibraryCorrupt
from assistant.library import extractions, listing, publishing, reembedding, staging
from assistant.library.catalog import Catalog, chunks
from assistant.library.dense import DenseState
from assistant.library.disk import full_disk_told, require_space
from assistant.library.failpoints import reach
from assistant.library.lexical import LexicalDocument, LexicalIndex
from assistant.library.locks import FileLock
from assistant.library.records import PreparedDocument, SourceRecord
from assistant.library.schema import (
    LEAVING,
    STAGED,
    VISIBLE,
    documents,
    library,
    passages,
    removals,
)
from assistant.models.encoders import EncoderIdentity

__all__ = ["Writer"]

_log = logging.getLogger(__name__)
_BATCH = 200  # documents whose texts are held at once
_OVERHEAD = 2  # bytes written for each byte of text and vectors: indexes, journal


class Writer:
    """Holds the write lock and changes the library."""

    def __init__(self, path: Path, catalog: Catalog, lock: FileLock) -> None:
        self._path = path
        self._catalog = catalog
        self._lock = lock
        self._lexical = self._open_lexical()
        self._sweep_lexical()
        self._finish_leaving()

    def close(self, *, purge: bool) -> None:
        """Let go what was never published, finish the index, free the lock."""
        try:
            with full_disk_told(self._path):
                if purge:
                    self._purge()
                self._forget_removals()
                self._lexical.close()
        finally:
            self._lock.release()

    def stage(self, prepared: Sequence[PreparedDocument]) -> None:
        """Write documents whole and unseen, in one transaction."""
        size = sum(len(item.document.text) + item.vectors.nbytes for item in prepared)
        require_space(self._path, _OVERHEAD * size)
        with full_disk_told(self._path), self._catalog.writing() as connection:
            staging.stage(connection, prepared, self._catalog.state(connection))
        reach("after-stage")

    def publish(self, records: Sequence[SourceRecord], renewed: Collection[str]) -> None:
        """Make the records the truth; acknowledged when this returns."""
        with full_disk_told(self._path):
            with self._catalog.reading() as connection:
                wanted = {sha256 for record in records for _, sha256 in record.locations}
                wanted |= set(renewed)
                staged = publishing.known(connection, wanted).staged.values()
            self._fill(self._lexical, sorted(staged))
            reach("after-tantivy-commit")
            with self._catalog.writing() as connection:
                publishing.publish(connection, records, renewed)
        reach("after-publish")
        self._finish_leaving()

    def remove(self, uris: Sequence[str]) -> int:
        """Forget sources; the number of documents that went with them."""
        with full_disk_told(self._path), self._catalog.writing() as connection:
            publishing.remove(connection, uris)
        reach("after-publish")
        return self._finish_leaving()

    def write_vectors(
        self,
        encoder: EncoderIdentity,
        keys: Sequence[int],
        *,
        vectors: NDArray[np.float32],
        digests: Sequence[bytes],
    ) -> None:
        """Write an encoder's vectors beside those in use."""
        require_space(self._path, _OVERHEAD * vectors.nbytes)
        with full_disk_told(self._path), self._catalog.writing() as connection:
            reembedding.write(connection, encoder, keys=keys, new=vectors, digests=digests)

    def adopt_encoder(self, encoder: EncoderIdentity) -> None:
        """Switch to an encoder, in one transaction; what is staged has no vectors of it."""
        self._purge()
        with full_disk_told(self._path), self._catalog.writing() as connection:
            reembedding.adopt(connection, encoder, self._catalog.state(connection))

    def write_attributions(
        self, extractor: int, found: Mapping[int, Sequence[Attribution]]
    ) -> None:
        """Write what an extractor found in documents, in one transaction."""
        with full_disk_told(self._path), self._catalog.writing() as connection:
            extractions.write(connection, extractor, found)

    def rebuild_lexical(self) -> None:
        """Build the lexical index anew beside the old one, then switch all readers to it."""
        old, self._lexical = self._lexical, self._make_lexical()
        old.close()
        self._sweep_lexical()

    @property
    def _folder(self) -> Path:
        return self._path / "lexical"

    def _open_lexical(self) -> LexicalIndex:
        """Open the lexical index, or make it: the first time, or if it has lost something."""
        with self._catalog.reading() as connection:
            state = self._catalog.state(connection)
            passages = listing.counts(connection).passages
        try:
            index = LexicalIndex(self._folder / state.lexical)
            if index.size >= passages:
                return index
            _log.warning("The lexical index has lost passages and is built anew")
        except LibraryCorrupt as error:
            if state.version:
                _log.warning("%s; it is built anew now", error)
        return self._make_lexical()

    def _make_lexical(self) -> LexicalIndex:
        with full_disk_told(self._path):
            number = int(self._catalog.state().lexical.rpartition("-")[2]) + 1
            folder = self._folder / f"gen-{number:04d}"
            shutil.rmtree(folder, ignore_errors=True)
            index = LexicalIndex(folder, create=True)
            with self._catalog.reading() as connection:
                keys = publishing.keys_in_state(connection, VISIBLE)
            self._fill(index, keys)
            with self._catalog.writing() as connection:
                connection.execute(library.update().values(lexical=folder.name))
        return index

    def _fill(self, index: LexicalIndex, keys: Sequence[int]) -> None:
        """Put documents of the catalog into a lexical index, in one commit."""
        if not keys:
            return
        with ExitStack() as undo:
            undo.callback(index.rollback)
            with self._catalog.reading() as connection:
                for part in chunks(keys, _BATCH):
                    index.replace(_entries(connection, self._catalog, part))
            index.commit()
            undo.pop_all()

    def _finish_leaving(self) -> int:
        """Take leaving documents out of the lexical index, then out of the catalog."""
        with full_disk_told(self._path):
            with self._catalog.reading() as connection:
                leaving = publishing.keys_in_state(connection, LEAVING)
            if leaving:
                self._lexical.remove(leaving)
                self._lexical.commit()
                with self._catalog.writing() as connection:
                    publishing.drop(connection, leaving)
        return len(leaving)

    def _purge(self) -> None:
        with self._catalog.reading() as connection:
            staged = publishing.keys_in_state(connection, STAGED)
        if staged:
            with self._catalog.writing() as connection:
                publishing.purge(connection)
            self._finish_leaving()

    def _forget_removals(self) -> None:
        """Drop the note of removals that the dense index has followed."""
        dense = DenseState.load(self._path / "dense")
        with self._catalog.writing() as connection:
            done = dense.applied if dense else self._catalog.state(connection).version
            connection.execute(delete(removals).where(removals.c.version <= done))

    def _sweep_lexical(self) -> None:
        """Remove the folders of older indexes, and of one whose making was killed."""
        for folder in self._folder.iterdir():
            if folder != self._lexical.folder:
                shutil.rmtree(folder)


def _entries(
    connection: Connection, catalog: Catalog, keys: Sequence[int]
) -> Iterator[LexicalDocument]:
    """Read documents as the lexical index wants them."""
    texts = catalog.texts(connection, keys)
    columns = (documents.c.key, documents.c.language, documents.c.title)
    for row in connection.execute(select(*columns).where(documents.c.key.in_(keys))).all():
        cuts = connection.execute(
            select(passages.c.key, passages.c.start, passages.c.end)
            .where(passages.c.document == row.key)
            .order_by(passages.c.key)
        )
        text = texts[row.key]
        found = [(key, text[start:end]) for key, start, end in cuts]
        yield LexicalDocument(row.key, row.language, row.title, found)
