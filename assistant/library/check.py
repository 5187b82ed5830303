"""The exhaustive check: catalog, lexical and dense index held against each other, item by item."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection, select

from assistant.library.catalog import Catalog, CatalogState
from assistant.library.dense import DenseIndex
from assistant.library.lexical import LexicalIndex
from assistant.library.records import CheckReport
from assistant.library.rows import document_of, unpack
from assistant.library.schema import (
    LEAVING,
    VISIBLE,
    documents,
    in_state,
    locations,
    passages,
    vectors,
)

__all__ = ["check"]

_SHOWN = 20  # problems of a kind that are listed one by one


def check(catalog: Catalog, lexical: LexicalIndex, dense: DenseIndex | None) -> CheckReport:
    """Compare everything with everything; nothing is changed."""
    with catalog.reading() as connection:
        state = catalog.state(connection)
        problems = list(_database(connection))
        problems += _shortened(_documents(connection, state), "documents and passages")
        problems += _shortened(_places(connection), "locations")
        problems += _shortened(_lexical(connection, lexical), "lexical index")
        visible = in_state(VISIBLE)
        keys = connection.execute(select(documents.c.key).where(visible)).all()
        joined = select(passages.c.key).join(documents, documents.c.key == passages.c.document)
        number = len(connection.execute(joined.where(visible)).all())
    report = CheckReport(
        documents=len(keys), passages=number, problems=tuple(problems), notes=()
    )  # fmt: skip
    return report if dense is None else dense.check(state, report)


def _shortened(problems: Iterator[str], where: str) -> list[str]:
    found = list(problems)
    rest = len(found) - _SHOWN
    return found if rest <= 0 else [*found[:_SHOWN], f"{where}: {rest} more problems"]


def _database(connection: Connection) -> Iterator[str]:
    for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if told != "ok":
            yield f"catalog: {told}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"catalog: row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


def _documents(connection: Connection, state: CatalogState) -> Iterator[str]:
    """Check each document's digest, and each passage's offsets and vector."""
    keys = connection.execute(select(documents.c.key).order_by(documents.c.key)).scalars().all()
    for key in keys:
        row = connection.execute(select(documents).where(documents.c.key == key)).one()
        if row.state == LEAVING:
            yield f"document {row.id}: was removed and is not gone; any writer clears it"
            continue
        text = document_of(row).text
        if hashlib.sha256(row.text).hexdigest() != row.sha256:
            yield f"document {row.id}: its text is not the one of its SHA-256"
        cuts = connection.execute(
            select(passages, vectors.c.vector)
            .outerjoin(
                vectors,
                (vectors.c.passage == passages.c.key) & (vectors.c.encoder == state.encoder_key),
            )
            .where(passages.c.document == key)
        ).all()
        for cut in cuts:
            spans = [(cut.start, cut.end), *json.loads(cut.sentences)]
            if not all(0 <= start < end <= len(text) for start, end in spans):
                yield f"passage {cut.key} of document {row.id}: offsets outside of the text"
            if cut.vector is None or len(cut.vector) != 2 * state.encoder.dimension:
                yield f"passage {cut.key} of document {row.id}: no whole vector"
            elif not abs(np.linalg.norm(unpack([cut.vector])) - 1) < 0.01:
                yield f"passage {cut.key} of document {row.id}: its vector is not of length 1"


def _places(connection: Connection) -> Iterator[str]:
    located = set(connection.execute(select(locations.c.document)).scalars())
    visible = select(documents.c.key, documents.c.id).where(in_state(VISIBLE))
    there = {row.key: row.id for row in connection.execute(visible)}
    for key in there.keys() - located:
        yield f"document {there[key]}: found nowhere, and still answers"
    for key in located - there.keys():
        yield f"document with the key {key}: located in a source, and not visible"


def _lexical(connection: Connection, index: LexicalIndex) -> Iterator[str]:
    """Compare the lexical index's passages with the catalog's, each there exactly once."""
    held, times = np.unique(index.pairs(), axis=0, return_counts=True)
    for document, passage in held[times > 1]:
        yield f"lexical index: passage {passage} of document {document} is there more than once"
    statement = select(documents.c.state, passages.c.document, passages.c.key).join(
        documents, documents.c.key == passages.c.document
    )
    states = {(document, key): state for state, document, key in connection.execute(statement)}
    pairs = {(int(document), int(passage)) for document, passage in held}
    for document, passage in pairs - states.keys():
        yield f"lexical index: passage {passage} of document {document} is not in the catalog"
    for pair, state in states.items():
        if state == VISIBLE and pair not in pairs:
            yield f"lexical index: passage {pair[1]} of document {pair[0]} is missing"
