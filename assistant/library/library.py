"""The library: a folder that holds documents and their indexes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Attribution, Document
from assistant.errors import (
    InvalidInput,
    LibraryError,
    LibraryLocked,
    LibraryNotFound,
)
from assistant.library import extractions, listing, publishing, reembedding
from assistant.library.catalog import Catalog
from assistant.library.check import check
from assistant.library.disk import full_disk_told
from assistant.library.locks import FileLock
from assistant.library.reader import LibraryReader
from assistant.library.records import CheckReport, PreparedDocument, SourceRecord, SourceStat
from assistant.library.schema import STAGED, VISIBLE
from assistant.library.writer import Writer
from assistant.models.encoders import EncoderIdentity

__all__ = ["Library"]

_log = logging.getLogger(__name__)
_CATALOG = "catalog.sqlite"
_REMEDY = "wait until it has finished, or let this command wait: --wait SECONDS"


class Library(LibraryReader):
    """Documents, their passages and vectors, and the searches over them.

    Any number of processes and threads may read while one writes; a reader sees each
    publication whole or not at all. Use as a context manager.
    """

    def __init__(
        self,
        path: Path,
        catalog: Catalog,
        *,
        encoder: EncoderIdentity | None,
        lock: FileLock | None,
        chroma: str,
    ) -> None:
        super().__init__(path, catalog, encoder=encoder, chroma=chroma)
        self._writer = Writer(path, catalog, lock) if lock is not None else None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        encoder: EncoderIdentity | None = None,
        write: bool = False,
        create: bool = False,
        wait: float = 0.0,
        chroma: str = "",
    ) -> Self:
        """Open a library; for writing, recover first what a killed writer left.

        Args:
            encoder: what the caller embeds with; refused unless the library was made with it.
            create: make the library if there is none (needs `write` and `encoder`).
            wait: seconds to wait for another writer.
            chroma: URL of a Chroma server, empty for the embedded one, ``off`` for exact
                scans only.

        Raises:
            LibraryNotFound, LibraryLocked, LibraryIncompatible, LibraryCorrupt, LibraryFull.
        """
        if not (path / _CATALOG).exists() and not (create and write):
            raise LibraryNotFound(f"No library at {path}: make one with `assistant ingest PATH`")
        if not write:
            return cls._opened(path, encoder, None, chroma)
        lock = FileLock(path / "write.lock", remedy=_REMEDY)
        with full_disk_told(path), ExitStack() as undo:
            path.mkdir(parents=True, exist_ok=True)
            lock.acquire(wait=wait)
            undo.callback(lock.release)
            opened = cls._opened(path, encoder, lock, chroma)
            undo.pop_all()
            return opened

    @classmethod
    def _opened(
        cls, path: Path, encoder: EncoderIdentity | None, lock: FileLock | None, chroma: str
    ) -> Self:
        catalog = Catalog(path / _CATALOG, writable=lock is not None)
        with ExitStack() as undo:
            undo.callback(catalog.close)
            catalog.prepare(encoder)
            opened = cls(path, catalog, encoder=encoder, lock=lock, chroma=chroma)
            undo.pop_all()
            return opened

    def close(self, *, purge: bool = True) -> None:
        """Bring the dense index up to date if this was the writer, and let everything go.

        Args:
            purge: forget what was staged and never published.
        """
        try:
            if self._writer is not None:
                self._pay_debt()
                self._writer.close(purge=purge)
        finally:
            self._writer = None
            if self._dense is not None:
                self._dense.close()
            self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(purge=kind is None)

    # --- writing: needs `write=True`

    def source_stats(self) -> dict[str, SourceStat]:
        """Give what tells an unchanged source, by URI."""
        with self._catalog.reading() as connection:
            return listing.stats(connection)

    def known(self, sha256s: Collection[str]) -> set[str]:
        """Tell which documents are there already, staged or visible."""
        with self._catalog.reading() as connection:
            found = publishing.known(connection, sha256s)
        return found.staged.keys() | found.visible.keys()

    def cached_vectors(self, digests: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Find the vectors of texts that were embedded before, by digest."""
        with self._catalog.reading() as connection:
            state = self._catalog.state(connection)
            return reembedding.cached(connection, digests, state.encoder_key)

    def stage(self, prepared: Sequence[PreparedDocument]) -> None:
        """Write documents whole and unseen, in one transaction; again is the same as once.

        A document that is visible with another reference or other passages is staged as its
        next version, and takes its place when published.
        """
        self._writing().stage(prepared)

    def publish(
        self, records: Sequence[SourceRecord], *, renewed: Collection[str] = frozenset()
    ) -> None:
        """Make the sources what the records say; acknowledged when this returns.

        Staged documents become visible, those without a location leave; a record with an
        error keeps its source's documents.

        Args:
            renewed: digests of visible documents whose staged versions take their places, without
                a word about their sources.
        """
        self._writing().publish(records, renewed)

    def remove(self, uris: Sequence[str]) -> int:
        """Forget sources; the number of documents that went with them."""
        return self._writing().remove(uris)

    def unextracted(self, extractor: int, *, staged: bool = False) -> list[int]:
        """List the documents, seen or still staged, that an extractor has not read yet."""
        with self._catalog.reading() as connection:
            state = STAGED if staged else VISIBLE
            return extractions.unextracted(connection, extractor, state)

    def documents_at(self, keys: Sequence[int]) -> dict[int, Document]:
        """Read documents whole, staged ones too, by key."""
        with self._catalog.reading() as connection:
            return listing.documents_at(connection, keys)

    def write_attributions(
        self, extractor: int, found: Mapping[int, Sequence[Attribution]]
    ) -> None:
        """Write what a version of the extractor found in documents, in one transaction."""
        self._writing().write_attributions(extractor, found)

    def catch_up(self) -> bool:
        """Bring the dense index to what readers see; False if another process has it open."""
        return self._dense is None or self._dense.update(self._catalog.state())

    # --- care

    def check(self) -> CheckReport:
        """Compare catalog, lexical and dense index item by item; changes nothing."""
        return check(self._catalog, self._lexical_at(self._view(None).state), self._dense)

    def rebuild(self) -> None:
        """Make both indexes anew from the catalog; questions are answered meanwhile.

        Raises:
            LibraryLocked: another process has the dense index open.
        """
        self._writing().rebuild_lexical()
        if self._dense and not self._dense.update(self._catalog.state(), fresh=True):
            raise LibraryLocked(
                f"The lexical index is built anew; the dense one is open in {self._dense.holder()}:"
                " close it and run `assistant library rebuild` again"
            )

    def unembedded(self, encoder: EncoderIdentity) -> list[int]:
        """List the passages that have no vector of an encoder yet: what a re-embedding does."""
        with self._catalog.reading() as connection:
            return reembedding.unembedded(connection, encoder)

    def write_vectors(
        self,
        encoder: EncoderIdentity,
        keys: Sequence[int],
        *,
        vectors: NDArray[np.float32],
        digests: Sequence[bytes],
    ) -> None:
        """Write an encoder's vectors beside those in use, in one transaction."""
        self._writing().write_vectors(encoder, keys, vectors=vectors, digests=digests)

    def adopt_encoder(self, encoder: EncoderIdentity) -> None:
        """Switch to an encoder that has vectors for every passage, and drop the old ones.

        Raises:
            InvalidInput: some passages have none.
        """
        self._writing().adopt_encoder(encoder)
        self._expected = encoder

    def _writing(self) -> Writer:
        if self._writer is None:
            raise InvalidInput(f"{self.path} was opened for reading: open it with write=True")
        return self._writer

    def _pay_debt(self) -> None:
        """Catch up where possible; what is left is paid by the next one, and scans answer."""
        try:
            if not self.catch_up():
                _log.info("The dense index is open elsewhere and catches up there")
        except LibraryError as error:
            _log.warning("The dense index stays behind: %s", error)
