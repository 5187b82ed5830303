"""Reading a library: what is there, and the searches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Attribution, Document, DocumentRef, Filter, Passage
from assistant.errors import InvalidInput, LibraryCorrupt, LibraryIncompatible
from assistant.library import browsing, extractions, listing
from assistant.library.catalog import Catalog, CatalogState
from assistant.library.dense import DenseIndex
from assistant.library.disk import size_of
from assistant.library.exact import ExactIndex
from assistant.library.lexical import LexicalIndex
from assistant.library.records import LibraryInfo, Location, SourceRow
from assistant.library.view import View, Views
from assistant.models.encoders import EncoderIdentity

__all__ = ["LibraryReader"]

_T = TypeVar("_T")


class LibraryReader:
    """What any number of processes and threads may ask of a library, at any time."""

    def __init__(
        self, path: Path, catalog: Catalog, *, encoder: EncoderIdentity | None, chroma: str
    ) -> None:
        self.path = path
        self._catalog = catalog
        self._expected = encoder
        self._views = Views(catalog)
        self._exact = ExactIndex(catalog)
        self._dense = None if chroma == "off" else DenseIndex(path, chroma)
        self._lexical: tuple[CatalogState, LexicalIndex] | None = None
        self._guard = threading.Lock()
        self._scanned = 0
        self._check_encoder(catalog.state().encoder)

    @property
    def version(self) -> int:
        """Count of publications; a search that spans two of them may miss what moved."""
        return self._catalog.state().version

    @property
    def encoder(self) -> EncoderIdentity:
        return self._catalog.state().encoder

    def consistently(self, read: Callable[[], _T], *, attempts: int = 5) -> _T:
        """Call `read` until nothing was published meanwhile; after `attempts`, take the last.

        What it raises while something was published (a document that just left) is no error.
        """
        for _ in range(attempts - 1):
            before = self.version
            try:
                result = read()
            except InvalidInput:
                if self.version == before:
                    raise
                continue
            if self.version == before:
                return result
        return read()

    def info(self) -> LibraryInfo:
        """Say what the library holds and in what state it is."""
        with self._catalog.reading() as connection:
            state = self._catalog.state(connection)
            counts = listing.counts(connection)
        return LibraryInfo(
            path=str(self.path),
            library_id=state.id,
            schema_version=state.schema_version,
            version=state.version,
            encoder=state.encoder,
            bytes_on_disk=size_of(self.path),
            dense=self._dense.status(state) if self._dense else "off",
            **counts._asdict(),
        )

    def sources(self) -> list[SourceRow]:
        """List every source, by URI."""
        with self._catalog.reading() as connection:
            return listing.list_sources(connection)

    def documents(self, filter: Filter | None = None) -> list[DocumentRef]:
        """List the documents that a filter admits, in the order they came."""
        with self._catalog.reading() as connection:
            return listing.list_documents(connection, filter)

    def holds(self, *, id: str, uri: str) -> bool:
        """Tell whether a document has an id, or comes from a place where one is named."""
        with self._catalog.reading() as connection:
            return listing.holds(connection, id=id, uri=uri)

    def admits(self, filter: Filter) -> bool:
        """Tell whether a filter lets any document pass."""
        with self._catalog.reading() as connection:
            return bool(listing.list_documents(connection, filter, limit=1))

    def browse(self, text: str = "", *, limit: int = 100, offset: int = 0) -> browsing.Browsed:
        """List documents by words of their title, publisher, author or place, newest first."""
        with self._catalog.reading() as connection:
            return browsing.browse(connection, text, limit=limit, offset=offset)

    def facets(self) -> browsing.Facets:
        """Count the documents of each publisher and each language."""
        with self._catalog.reading() as connection:
            return browsing.facets_in(connection)

    def failures(self) -> dict[str, str]:
        """Give the sources that could not be read when last tried, with the reason."""
        with self._catalog.reading() as connection:
            return browsing.failures(connection)

    def document(self, id: str) -> Document:
        """Read a document by id, declared id, or SHA-256 (whole, or 8 digits and more).

        Raises:
            DocumentNotFound: there is none.
            InvalidInput: there are several.
        """
        with self._catalog.reading() as connection:
            return listing.document(connection, id)

    def attributions(self, sha256s: Sequence[str]) -> dict[str, tuple[Attribution, ...]]:
        """Give who says what in documents, by digest, in the order of each text."""
        with self._catalog.reading() as connection:
            return extractions.read(connection, sha256s)

    def locations(self, id: str) -> list[Location]:
        """List where a document was found; raises as `document` does."""
        with self._catalog.reading() as connection:
            return listing.located(connection, id)

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """Read passages by key, in the order asked; those that are not visible are left out."""
        with self._catalog.reading() as connection:
            return self._catalog.passages(connection, keys)

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """Read visible passages' vectors: shape ``(len(keys), dimension)``.

        Raises:
            InvalidInput: one is not there.
        """
        with self._catalog.reading() as connection:
            return self._catalog.vectors_of(connection, keys)

    def search_dense(
        self, vector: NDArray[np.float32], limit: int, *, filter: Filter | None = None
    ) -> list[tuple[int, float]]:
        """Rank passages by cosine to a unit vector: (key, cosine), best first.

        Chroma answers where it is current, nothing is filtered and the library is not so small that
        a scan was preferred; the exact scan elsewhere.
        """
        view = self._view(filter)
        if vector.shape != (view.state.encoder.dimension,):
            raise InvalidInput(
                f"Expected a vector of {view.state.encoder.dimension} dimensions, "
                f"found shape {vector.shape}"
            )
        wanted = np.ascontiguousarray(vector, np.float32)
        if not filter and self._dense is not None and not self._is_small():
            found = self._dense.search(wanted, limit, view.state)
            if found is not None:
                return found
        return self._exact.search(wanted, limit, state=view.state, documents=view.documents)

    def search_lexical(
        self, text: str, limit: int, *, filter: Filter | None = None
    ) -> list[tuple[int, float]]:
        """Rank passages by BM25 to a text, taken as words and nothing else: (key, score)."""
        view = self._view(filter)
        if not len(view.documents):
            return []
        return self._lexical_at(view.state).search(text, limit, documents=view.documents)

    def keep_current(self) -> None:
        """Let this process, a long-lived one, bring the dense index up to date in the background.

        It then does so whenever a search finds the index behind; scans answer meanwhile.
        """
        self._scanned = 0
        if self._dense is not None:
            self._dense.keep_current()

    def prefer_scan(self, *, passages: int) -> None:
        """Search a library of at most so many passages by scans: loading Chroma takes longer.

        That is for a process that asks a few questions; `keep_current` ends it.
        """
        self._scanned = passages

    def _is_small(self) -> bool:
        if not self._scanned:
            return False
        with self._catalog.reading() as connection:
            return self._catalog.most_passages(connection) <= self._scanned

    def _view(self, filter: Filter | None) -> View:
        view = self._views.now(filter)
        self._check_encoder(view.state.encoder)  # another process may have re-embedded
        return view

    def _check_encoder(self, found: EncoderIdentity) -> None:
        if self._expected not in {None, found}:
            raise LibraryIncompatible(
                f"{self.path} was made with the encoder {_name(found)}, this is "
                f"{_name(self._expected)}: use the first, or give the library the second with "
                "`assistant library rebuild --reembed`"
            )

    def _lexical_at(self, state: CatalogState) -> LexicalIndex:
        """Give the lexical index with everything in it that is visible then."""
        with self._guard:
            if self._lexical is not None and self._lexical[0].lexical == state.lexical:
                seen, index = self._lexical
                if seen.version >= state.version:
                    return index
                index.reload()
            else:
                index = self._open_lexical(state)
            self._lexical = (state, index)
            return index

    def _open_lexical(self, state: CatalogState) -> LexicalIndex:
        try:
            return LexicalIndex(self.path / "lexical" / state.lexical)
        except LibraryCorrupt:
            now = self._catalog.state()
            if now.lexical == state.lexical:
                raise
            return self._open_lexical(now)  # it was rebuilt meanwhile, and the old one swept


def _name(encoder: EncoderIdentity | None) -> str:
    assert encoder is not None
    return f"{encoder.name} {encoder.revision} ({encoder.dimension} dimensions)"
