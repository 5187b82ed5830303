"""A library takes another encoder: new vectors beside the old ones, then one switch.

Questions go on with the old vectors until `adopt`; a re-embedding that is killed goes on
where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, select

from assistant.errors import InvalidInput
from assistant.library.catalog import CatalogState, chunks
from assistant.library.rows import unpack
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

__all__ = ["adopt", "cached", "unembedded", "write"]


def cached(
    connection: Connection, digests: Collection[bytes], encoder: int
) -> dict[bytes, NDArray[np.float32]]:
    """Find vectors of texts that this encoder was given before, by digest."""
    found: dict[bytes, bytes] = {}
    for part in chunks(sorted(digests)):
        statement = select(vectors.c.digest, vectors.c.vector).where(
            vectors.c.digest.in_(part), vectors.c.encoder == encoder
        )
        found.update((digest, vector) for digest, vector in connection.execute(statement))
    return dict(zip(found, unpack(list(found.values())), strict=True))


def unembedded(connection: Connection, encoder: EncoderIdentity) -> list[int]:
    """List the visible passages that have no vector of an encoder yet."""
    has = (
        select(vectors.c.passage)
        .join(encoders, encoders.c.key == vectors.c.encoder)
        .where(vectors.c.passage == passages.c.key, _is(encoder))
        .exists()
    )
    statement = (
        select(passages.c.key)
        .join(documents, documents.c.key == passages.c.document)
        .where(in_state(VISIBLE), ~has)
        .order_by(passages.c.key)
    )
    return list(connection.execute(statement).scalars())


def write(
    connection: Connection,
    encoder: EncoderIdentity,
    *,
    keys: Sequence[int],
    new: NDArray[np.float32],
    digests: Sequence[bytes],
) -> None:
    """Write vectors of an encoder that the library may take."""
    if new.shape != (len(keys), encoder.dimension) or len(digests) != len(keys):
        raise InvalidInput(
            f"Expected {len(keys)} digests and vectors of shape {(len(keys), encoder.dimension)}, "
            f"found {len(digests)} and {new.shape}"
        )
    encoder_key = _key(connection, encoder)
    packed = np.ascontiguousarray(new, "<f2")
    rows = [
        {"passage": key, "encoder": encoder_key, "digest": digest, "vector": vector.tobytes()}
        for key, digest, vector in zip(keys, digests, packed, strict=True)
    ]
    if rows:
        connection.execute(vectors.insert(), rows)


def adopt(connection: Connection, encoder: EncoderIdentity, state: CatalogState) -> None:
    """Switch to an encoder, once every passage has its vector.

    Raises:
        InvalidInput: some have not.
    """
    if missing := unembedded(connection, encoder):
        raise InvalidInput(
            f"{len(missing)} passages have no vector of {encoder.name} {encoder.revision} yet"
        )
    key = _key(connection, encoder)
    connection.execute(library.update().values(encoder=key, version=state.version + 1))
    connection.execute(vectors.delete().where(vectors.c.encoder != key))


def _key(connection: Connection, encoder: EncoderIdentity) -> int:
    found = connection.execute(select(encoders.c.key).where(_is(encoder))).scalar()
    if found is not None:
        return int(found)
    row = {"name": encoder.name, "revision": encoder.revision, "dimension": encoder.dimension}
    result = connection.execute(encoders.insert().values(row))
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def _is(encoder: EncoderIdentity) -> ColumnElement[bool]:
    return (
        (encoders.c.name == encoder.name)
        & (encoders.c.revision == encoder.revision)
        & (encoders.c.dimension == encoder.dimension)
    )
