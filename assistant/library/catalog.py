"""The catalog: one SQLite file that is the truth. Connections, and what readers ask of it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, inspect, select

from assistant.datatypes import DocumentRef, Passage
from assistant.errors import InvalidInput, LibraryCorrupt, LibraryIncompatible, LibraryNotFound
from assistant.library import schema
from assistant.library.database import connect, damage_told
from assistant.library.rows import REF_COLUMNS, passage_of, ref_of, unpack
from assistant.library.schema import (
    VISIBLE,
    documents,
    encoders,
    in_state,
    library,
    passages,
    vectors,
)
from assistant.models.encoders import EncoderIdentity

__all__ = ["Catalog", "CatalogState", "VectorBatch", "chunks"]


class CatalogState(NamedTuple):
    """The catalog's one row: which version readers see, and what goes with it."""

    id: str
    schema_version: int
    version: int
    lexical: str
    encoder_key: int
    encoder: EncoderIdentity


class VectorBatch(NamedTuple):
    """Vectors in the order of their passages' keys."""

    keys: NDArray[np.int64]
    documents: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Catalog:
    """Snapshots for any number of readers, transactions for the one that holds the write lock."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self._path = path
        self._reader = connect(path, writable=False)
        self._writer = connect(path, writable=True) if writable else None
        self._writing = threading.RLock()

    def close(self) -> None:
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a snapshot: everything read within sees one moment."""
        with self._damage_told(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction; it is durable when the block ends, undone when it raises."""
        assert self._writer is not None, "the library was not opened for writing"
        with self._damage_told(), self._writing, self._writer.begin() as connection:
            yield connection

    def _damage_told(self) -> AbstractContextManager[None]:
        remedy = "put a copy in its place, or ingest the sources into another folder"
        return damage_told(self._path, what="a catalog", remedy=remedy)

    def prepare(self, encoder: EncoderIdentity | None) -> None:
        """Lay out the tables if there are none, or bring older ones to this layout.

        Raises:
            LibraryIncompatible: the layout is newer, or older and this is a reader.
            LibraryCorrupt: this is not a catalog.
            InvalidInput: a new library was not given an encoder.
        """
        with self.reading() if self._writer is None else self.writing() as connection:
            if not inspect(connection).get_table_names():  # new, or killed while being made
                if self._writer is None:
                    raise LibraryNotFound("The library is empty: `assistant ingest PATH` fills it")
                if encoder is None:
                    raise InvalidInput("A new library needs to know its encoder")
                self._create(connection, encoder)
        found = self.state().schema_version
        if found > schema.SCHEMA_VERSION:
            raise LibraryIncompatible(
                f"The library has layout {found}, this program reads up to "
                f"{schema.SCHEMA_VERSION}: use a newer version of source-assistant"
            )
        if found < schema.SCHEMA_VERSION and self._writer is None:
            raise LibraryIncompatible(
                f"The library has the older layout {found}; the next `assistant ingest` or "
                "`assistant library rebuild` brings it up to date"
            )
        if found < schema.SCHEMA_VERSION:
            with self.writing() as connection:
                schema.migrate(connection, found)

    def _create(self, connection: Connection, encoder: EncoderIdentity) -> None:
        schema.metadata.create_all(connection)
        row = {"name": encoder.name, "revision": encoder.revision}
        connection.execute(encoders.insert().values(key=1, dimension=encoder.dimension, **row))
        connection.execute(
            library.insert().values(
                id=uuid.uuid4().hex,
                schema_version=schema.SCHEMA_VERSION,
                encoder=1,
                version=0,
                lexical="gen-0000",  # none yet
            )
        )

    def state(self, connection: Connection | None = None) -> CatalogState:
        """Read the one row.

        Raises:
            LibraryCorrupt: this is not a catalog.
        """
        if connection is None:
            with self.reading() as own:
                return self.state(own)
        statement = select(library, encoders).join(encoders, library.c.encoder == encoders.c.key)
        row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise LibraryCorrupt("The catalog has lost its first row: restore it from a backup")
        encoder = EncoderIdentity(row["name"], row["revision"], row["dimension"])
        return CatalogState(
            row["id"], row["schema_version"], row["version"], row["lexical"], row["key"], encoder
        )

    def visible(self, connection: Connection) -> NDArray[np.int64]:
        """Give the keys of the visible documents, ascending."""
        statement = select(documents.c.key).where(in_state(VISIBLE))
        found = np.fromiter(connection.execute(statement).scalars(), np.int64)
        return np.sort(found)

    def most_passages(self, connection: Connection) -> int:
        """Bound the number of passages, at no cost: by their highest key."""
        return connection.execute(select(func.max(passages.c.key))).scalar() or 0

    def vectors(
        self, connection: Connection, encoder: int, *, after: int = 0, batch: int = 10_000
    ) -> Iterator[VectorBatch]:
        """Stream the vectors of one encoder, of passages whose key is beyond `after`."""
        statement = (
            select(vectors.c.passage, passages.c.document, vectors.c.vector)
            .join(passages, passages.c.key == vectors.c.passage)
            .where(vectors.c.encoder == encoder, vectors.c.passage > after)
            .order_by(vectors.c.passage)
            .execution_options(yield_per=batch)
        )
        for rows in connection.execute(statement).partitions():
            yield VectorBatch(
                np.fromiter((row[0] for row in rows), np.int64, len(rows)),
                np.fromiter((row[1] for row in rows), np.int64, len(rows)),
                unpack([row[2] for row in rows]),
            )

    def passages(self, connection: Connection, keys: Sequence[int]) -> dict[int, Passage]:
        """Read visible passages by key; the others are left out."""
        rows: list[Any] = []
        for part in chunks(list(keys)):
            statement = (
                select(passages, *REF_COLUMNS[1:])
                .join(documents, documents.c.key == passages.c.document)
                .where(passages.c.key.in_(part), in_state(VISIBLE))
            )
            rows += connection.execute(statement).all()
        texts = self.texts(connection, sorted({row.document for row in rows}))
        refs: dict[int, DocumentRef] = {}
        found = {}
        for row in rows:
            ref = refs.setdefault(row.document, ref_of(row))
            found[row.key] = passage_of(row, ref, texts[row.document])
        return {key: found[key] for key in keys if key in found}

    def vectors_of(self, connection: Connection, keys: Sequence[int]) -> NDArray[np.float32]:
        """Read passages' vectors of the library's encoder, in the order asked.

        Raises:
            InvalidInput: one is not there.
        """
        state = self.state(connection)
        found: dict[int, bytes] = {}
        for part in chunks(list(keys)):
            statement = select(vectors.c.passage, vectors.c.vector).where(
                vectors.c.passage.in_(part), vectors.c.encoder == state.encoder_key
            )
            found.update((key, vector) for key, vector in connection.execute(statement))
        if missing := set(keys) - found.keys():
            raise InvalidInput(f"No passages with the keys {sorted(missing)[:10]}")
        if not keys:
            return np.zeros((0, state.encoder.dimension), np.float32)
        return unpack([found[key] for key in keys])

    def texts(self, connection: Connection, keys: Sequence[int]) -> dict[int, str]:
        """Read documents' texts by document key."""
        found = {}
        for part in chunks(list(keys)):
            statement = select(documents.c.key, documents.c.text).where(documents.c.key.in_(part))
            for row in connection.execute(statement):
                found[row.key] = row.text.decode("utf-8", "surrogatepass")
        return found


def chunks(items: Sequence[Any], size: int = 10_000) -> Iterator[Sequence[Any]]:
    """Cut a sequence into pieces; SQLite takes 32,766 parameters in a statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
