"""Staging: documents with their passages and vectors go into the catalog, whole and unseen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, select

from assistant.datatypes import DocumentRef
from assistant.errors import InvalidInput
from assistant.library.catalog import CatalogState
from assistant.library.filters import facets_of
from assistant.library.publishing import known, set_state
from assistant.library.records import PreparedDocument
from assistant.library.rows import ref_of
from assistant.library.schema import LEAVING, STAGED, documents, facets, passages, vectors

__all__ = ["stage"]


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
            set_state(connection, [there.staged[sha256]], LEAVING)
        key = _insert_document(connection, item)
        there.staged[sha256] = key
        added[key] = item
    _insert_passages(connection, added, state.encoder_key)


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
