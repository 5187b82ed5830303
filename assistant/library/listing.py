"""What a library tells about itself: counts, sources, documents by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, or_, select

from assistant.datatypes import Document, DocumentRef, Filter
from assistant.errors import DocumentNotFound, InvalidInput
from assistant.library.filters import admitted
from assistant.library.records import Location, SourceRow, SourceStat
from assistant.library.rows import REF_COLUMNS, document_of, ref_of
from assistant.library.schema import (
    STAGED,
    VISIBLE,
    documents,
    in_state,
    locations,
    passages,
    sources,
)

__all__ = [
    "Counts",
    "counts",
    "document",
    "documents_at",
    "holds",
    "list_documents",
    "list_sources",
    "located",
    "stats",
]

_SHORTEST_DIGEST = 8


class Counts(NamedTuple):
    """How much a library holds; languages by number of documents."""

    documents: int
    staged: int
    passages: int
    sources: int
    failed: int
    languages: dict[str, int]


def counts(connection: Connection) -> Counts:
    """Count what readers see, and what is staged."""
    is_visible = in_state(VISIBLE)
    by_language = connection.execute(
        select(documents.c.language, func.count()).where(is_visible).group_by("language")
    )
    languages = {language or "und": number for language, number in by_language}

    def number(statement: Select[int]) -> int:
        return int(connection.execute(statement).scalar_one())

    of_visible = documents.join(passages, passages.c.document == documents.c.key)
    count = func.count()
    return Counts(
        documents=sum(languages.values()),
        staged=number(select(count).select_from(documents).where(in_state(STAGED))),
        passages=number(select(count).select_from(of_visible).where(is_visible)),
        sources=number(select(count).select_from(sources)),
        failed=number(select(count).select_from(sources).where(sources.c.error != "")),
        languages=dict(sorted(languages.items())),
    )


def list_sources(connection: Connection) -> list[SourceRow]:
    """List every source with the ids of its documents, by URI."""
    ids: dict[str, list[str]] = defaultdict(list)
    statement = (
        select(locations.c.source, documents.c.id)
        .join(documents, documents.c.key == locations.c.document)
        .order_by(locations.c.source, locations.c.document)
    )
    for uri, document_id in connection.execute(statement):
        ids[uri].append(document_id)
    return [
        SourceRow(
            uri=row.uri,
            root=row.root,
            status="failed" if row.error else "ok",
            error=row.error,
            documents=tuple(ids[row.uri]),
            synced_at=row.synced_at,
        )
        for row in connection.execute(select(sources).order_by(sources.c.uri))
    ]


def stats(connection: Connection) -> dict[str, SourceStat]:
    """Give what tells an unchanged source, by URI."""
    columns = (sources.c.uri, sources.c.size, sources.c.mtime_ns, sources.c.reader, sources.c.error)
    return {row[0]: SourceStat(*row[1:]) for row in connection.execute(select(*columns))}


def list_documents(
    connection: Connection, filter: Filter | None, *, limit: int | None = None
) -> list[DocumentRef]:
    """List the visible documents that a filter admits, in the order they came."""
    statement = select(*REF_COLUMNS).where(in_state(VISIBLE))
    for keys in admitted(filter or Filter()):
        statement = statement.where(documents.c.key.in_(keys))
    statement = statement.order_by(documents.c.key).limit(limit)
    return [ref_of(row) for row in connection.execute(statement)]


def holds(connection: Connection, *, id: str, uri: str) -> bool:
    """Tell whether a visible document has an id, or comes from a place where one is named."""
    named = documents.c.id == id
    if uri:
        named = or_(named, documents.c.uri == uri)
    statement = select(documents.c.key).where(in_state(VISIBLE), named).limit(1)
    return connection.execute(statement).first() is not None


def document(connection: Connection, id: str) -> Document:
    """Read a visible document by id, declared id, or SHA-256 (whole, or 8 digits and more).

    Raises:
        DocumentNotFound: there is none.
        InvalidInput: there are several.
    """
    alias = select(locations.c.document).where(locations.c.declared_id == id)
    by_name = or_(documents.c.id == id, documents.c.sha256 == id, documents.c.key.in_(alias))
    digest = id.lower()
    looks_like_digest = len(id) >= _SHORTEST_DIGEST and set(digest) <= set("0123456789abcdef")
    by_digest = documents.c.sha256.between(digest, digest + "g") if looks_like_digest else None
    for condition in (by_name, by_digest):
        if condition is None:
            continue
        statement = select(documents).where(in_state(VISIBLE), condition).limit(3)
        rows = connection.execute(statement).all()
        if len(rows) > 1:
            digests = ", ".join(row.sha256[:16] for row in rows)
            raise InvalidInput(f"{id!r} names several documents; give a digest: {digests}")
        if rows:
            return document_of(rows[0])
    raise DocumentNotFound(
        f"No document {id!r}: expected an id or at least {_SHORTEST_DIGEST} digits of a SHA-256; "
        "`assistant sources list` shows what is there"
    )


def documents_at(connection: Connection, keys: Sequence[int]) -> dict[int, Document]:
    """Read documents by key, in whatever state."""
    found = connection.execute(select(documents).where(documents.c.key.in_(keys)))
    return {row.key: document_of(row) for row in found}


def located(connection: Connection, id: str) -> list[Location]:
    """List where a document was found; raises as `document` does."""
    sha256 = document(connection, id).ref.sha256
    statement = (
        select(locations)
        .join(documents, documents.c.key == locations.c.document)
        .where(documents.c.sha256 == sha256, in_state(VISIBLE))
        .order_by(locations.c.source, locations.c.part)
    )
    rows = connection.execute(statement)
    return [Location(row.source, row.part, row.declared_id) for row in rows]
