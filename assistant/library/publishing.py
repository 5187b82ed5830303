"""What the writer does to the catalog: stage, publish, remove. Each runs in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, bindparam, select

from assistant.datatypes import DocumentRef
from assistant.errors import InvalidInput
from assistant.library.catalog import CatalogState, chunks, ref_of
from assistant.library.filters import facets_of
from assistant.library.records import PreparedDocument, SourceRecord
from assistant.library.schema import (
    LEAVING,
    STAGED,
    VISIBLE,
    documents,
    facets,
    library,
    locations,
    passages,
    removals,
    sources,
    vectors,
)

__all__ = ["drop", "keys_in_state", "known", "publish", "purge", "remove", "stage", "write_sources"]

_IN_LIST = 10_000


class _Known(NamedTuple):
    staged: dict[str, int]
    visible: dict[str, int]


def known(connection: Connection, sha256s: Collection[str]) -> _Known:
    """Find the documents that are there already, by digest: their keys by state."""
    found = _Known({}, {})
    for part in chunks(sorted(sha256s), _IN_LIST):
        statement = select(documents.c.key, documents.c.sha256, documents.c.state).where(
            documents.c.sha256.in_(part), documents.c.state != LEAVING
        )
        for key, sha256, state in connection.execute(statement):
            (found.staged if state == STAGED else found.visible)[sha256] = key
    return found


def stage(
    connection: Connection, prepared: Sequence[PreparedDocument], state: CatalogState
) -> None:
    """Write documents whole and unseen; what is there already with the same content stays.

    Raises:
        InvalidInput: a passage is not the slice it says, or a vector is not the encoder's.
    """
    there = known(connection, {item.document.ref.sha256 for item in prepared})
    added: dict[int, PreparedDocument] = {}
    for item in prepared:
        _validate(item, state.encoder.dimension)
        sha256 = item.document.ref.sha256
        latest = there.staged.get(sha256) or there.visible.get(sha256)
        if latest is not None and (latest in added or _unchanged(connection, latest, item, state)):
            continue
        if sha256 in there.staged:  # its passages may have reached the lexical index
            _set_state(connection, [there.staged[sha256]], LEAVING)
        key = _insert_document(connection, item)
        there.staged[sha256] = key
        added[key] = item
    _insert_passages(connection, added, state.encoder_key)


def publish(connection: Connection, records: Sequence[SourceRecord]) -> None:
    """Let the sources be what the records say; the caller's commit is the acknowledgement.

    Staged documents of the records become visible; those left without a location leave.

    Raises:
        InvalidInput: a record names a document that was never staged.
    """
    read = [record for record in records if not record.error]
    wanted = {sha256 for record in read for _, sha256 in record.locations}
    there = known(connection, wanted)
    if missing := wanted - there.staged.keys() - there.visible.keys():
        raise InvalidInput(
            f"Documents must be staged before they are published; {len(missing)} were not: "
            f"{', '.join(sorted(missing))[:200]}"
        )
    touched = _located_in(connection, [record.uri for record in read])
    write_sources(connection, records)
    for part in chunks([record.uri for record in read], _IN_LIST):
        connection.execute(locations.delete().where(locations.c.source.in_(part)))
    replaced = {key: there.staged[sha] for sha, key in there.visible.items() if sha in there.staged}
    for old, new in replaced.items():
        moved = locations.update().where(locations.c.document == old)
        connection.execute(moved.values(document=new))
    rows = [
        {
            "source": record.uri,
            "part": location.part,
            "declared_id": location.declared_id,
            "document": there.staged.get(sha256) or there.visible[sha256],
        }
        for record in read
        for location, sha256 in record.locations
    ]
    if rows:
        connection.execute(locations.insert(), rows)
    _swap(connection, touched | replaced.keys(), list(there.staged.values()))


def remove(connection: Connection, uris: Sequence[str]) -> None:
    """Forget sources; documents left without a location leave."""
    touched = _located_in(connection, uris)
    for part in chunks(list(uris), _IN_LIST):
        connection.execute(sources.delete().where(sources.c.uri.in_(part)))
    _swap(connection, touched, [])


def purge(connection: Connection) -> None:
    """Let go what was staged and never published."""
    statement = documents.update().where(documents.c.state == STAGED).values(state=LEAVING)
    connection.execute(statement)


def keys_in_state(connection: Connection, state: str) -> list[int]:
    """List the keys of the documents in a state."""
    statement = select(documents.c.key).where(documents.c.state == state)
    return list(connection.execute(statement).scalars())


def drop(connection: Connection, keys: Iterable[int]) -> None:
    """Delete leaving documents for good, with all that hangs on them."""
    for part in chunks(list(keys), _IN_LIST):
        connection.execute(
            documents.delete().where(documents.c.key.in_(part), documents.c.state == LEAVING)
        )


def _swap(connection: Connection, touched: Collection[int], arriving: Sequence[int]) -> None:
    """Show what arrives, hide what has no location left, and count one more version if any."""
    leaving = _without_location(connection, touched)
    if not leaving and not arriving:
        return
    version = connection.execute(select(library.c.version)).scalar_one() + 1
    connection.execute(library.update().values(version=version))
    _set_state(connection, leaving, LEAVING)
    for part in chunks(leaving, _IN_LIST):
        gone = select(passages.c.key, bindparam("version", version)).where(
            passages.c.document.in_(part)
        )
        connection.execute(removals.insert().from_select(["passage", "version"], gone))
    _set_state(connection, arriving, VISIBLE, since=version)


def _set_state(connection: Connection, keys: Sequence[int], state: str, **also: int) -> None:
    for part in chunks(keys, _IN_LIST):
        statement = documents.update().where(documents.c.key.in_(part))
        connection.execute(statement.values(state=state, **also))


def _located_in(connection: Connection, uris: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for part in chunks(list(uris), _IN_LIST):
        statement = select(locations.c.document).where(locations.c.source.in_(part))
        found.update(connection.execute(statement).scalars())
    return found


def _without_location(connection: Connection, keys: Collection[int]) -> list[int]:
    located = select(locations.c.document).where(locations.c.document == documents.c.key).exists()
    found: list[int] = []
    for part in chunks(sorted(keys), _IN_LIST):
        statement = select(documents.c.key).where(documents.c.key.in_(part), ~located)
        found += connection.execute(statement).scalars()
    return found


def write_sources(connection: Connection, records: Sequence[SourceRecord]) -> None:
    """Write the sources' own rows, new or known."""
    there: set[str] = set()
    for part in chunks([record.uri for record in records], _IN_LIST):
        statement = select(sources.c.uri).where(sources.c.uri.in_(part))
        there.update(connection.execute(statement).scalars())
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = {
        record.uri: {
            "b_uri": record.uri,
            "root": record.root,
            "size": record.size,
            "mtime_ns": record.mtime_ns,
            "reader": record.reader,
            "error": record.error,
            "synced_at": now,
        }
        for record in records
    }
    old = [row for uri, row in rows.items() if uri in there]
    new = [row for uri, row in rows.items() if uri not in there]
    if old:
        connection.execute(sources.update().where(sources.c.uri == bindparam("b_uri")), old)
    if new:
        connection.execute(sources.insert().values(uri=bindparam("b_uri")), new)


def _insert_document(connection: Connection, item: PreparedDocument) -> int:
    document, ref = item.document, item.document.ref
    result = connection.execute(
        documents.insert().values(
            sha256=ref.sha256,
            id=ref.id,
            state=STAGED,
            title=ref.title,
            publisher=ref.publisher,
            author=ref.author,
            published=ref.published,
            language=ref.language,
            uri=ref.uri,
            media_type=ref.media_type,
            metadata=json.dumps(dict(ref.metadata), ensure_ascii=False),
            page_starts=json.dumps(document.page_starts),
            text=document.text.encode("utf-8", "surrogatepass"),
        )
    )
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def _insert_passages(
    connection: Connection, added: dict[int, PreparedDocument], encoder: int
) -> None:
    passage_rows: list[dict[str, object]] = []
    facet_rows: list[dict[str, object]] = []
    vector_rows: list[dict[str, object]] = []
    for key, item in added.items():
        for name, value in facets_of(item.document.ref):
            facet_rows.append({"name": name, "value": value, "document": key})
        for passage in item.passages:
            passage_rows.append(
                {
                    "document": key,
                    "start": passage.start,
                    "end": passage.end,
                    "page": passage.page,
                    "sentences": json.dumps(passage.sentences, separators=(",", ":")),
                }
            )
    if facet_rows:
        connection.execute(facets.insert(), facet_rows)
    if not passage_rows:
        return
    connection.execute(passages.insert(), passage_rows)
    for key, item in added.items():
        statement = select(passages.c.key).where(passages.c.document == key)
        keys = connection.execute(statement.order_by(passages.c.key)).scalars()
        packed = np.ascontiguousarray(item.vectors, "<f2")
        for passage, digest, vector in zip(keys, item.embedded_as, packed, strict=True):
            blob = vector.tobytes()
            vector_rows.append(
                {"passage": passage, "encoder": encoder, "digest": digest, "vector": blob}
            )
    connection.execute(vectors.insert(), vector_rows)


def _unchanged(
    connection: Connection, key: int, item: PreparedDocument, state: CatalogState
) -> bool:
    """Tell whether a stored document has the same reference, passages and embedded texts."""
    row = connection.execute(select(documents).where(documents.c.key == key)).one()
    statement = (
        select(passages.c.start, passages.c.end, vectors.c.digest)
        .join(vectors, vectors.c.passage == passages.c.key)
        .where(passages.c.document == key, vectors.c.encoder == state.encoder_key)
        .order_by(passages.c.key)
    )
    stored = [tuple(found) for found in connection.execute(statement)]
    given = zip(item.passages, item.embedded_as, strict=True)
    return (
        ref_of(row) == _plain(item.document.ref)
        and tuple(json.loads(row.page_starts)) == item.document.page_starts
        and stored == [(passage.start, passage.end, digest) for passage, digest in given]
    )


def _plain(ref: DocumentRef) -> DocumentRef:
    return replace(ref, metadata=dict(ref.metadata))


def _validate(item: PreparedDocument, dimension: int) -> None:
    shape = (len(item.passages), dimension)
    if item.vectors.shape != shape or len(item.embedded_as) != len(item.passages):
        raise InvalidInput(
            f"Document {item.document.id}: expected vectors of shape {shape} and as many digests, "
            f"found {item.vectors.shape} and {len(item.embedded_as)}"
        )
    lengths = np.linalg.norm(item.vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < 0.01):
        raise InvalidInput(f"Document {item.document.id}: expected vectors of length 1")
    for passage in item.passages:
        if item.document.text[passage.start : passage.end] != passage.text or not passage.text:
            raise InvalidInput(f"Passage {passage.id} is not the slice of its document it says")
