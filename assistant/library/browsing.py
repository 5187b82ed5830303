"""The library's documents as a list to leaf through: by words of what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from assistant.datatypes import DocumentRef
from assistant.library.rows import REF_COLUMNS, ref_of
from assistant.library.schema import VISIBLE, documents, in_state, passages, sources

__all__ = ["Browsed", "Facets", "Listed", "browse", "facets_in", "failures"]

_SEARCHED = (documents.c.title, documents.c.publisher, documents.c.author, documents.c.uri)


class Listed(NamedTuple):
    """One document of a list, with the number of its passages."""

    ref: DocumentRef
    passages: int


class Browsed(NamedTuple):
    """A part of the documents that were found, and how many there are."""

    total: int
    rows: tuple[Listed, ...]


class Facets(NamedTuple):
    """What documents can be narrowed by: each value with its number of documents."""

    publishers: Mapping[str, int]
    languages: Mapping[str, int]


def browse(connection: Connection, text: str, *, limit: int, offset: int) -> Browsed:
    """List documents, the newest first, whose title, publisher, author or place holds each word."""
    found = [in_state(VISIBLE)]
    found += [
        or_(*(column.icontains(word, autoescape=True) for column in _SEARCHED))
        for word in text.split()
    ]
    total = connection.execute(select(func.count()).select_from(documents).where(*found))
    counted = select(func.count()).where(passages.c.document == documents.c.key).scalar_subquery()
    statement = (
        select(*REF_COLUMNS, counted.label("counted"))
        .where(*found)
        .order_by(documents.c.key.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = tuple(Listed(ref_of(row), row.counted) for row in connection.execute(statement))
    return Browsed(total.scalar_one(), rows)


def facets_in(connection: Connection) -> Facets:
    """Count the documents of each publisher and each language."""

    def counted(name: str) -> dict[str, int]:
        column = documents.c[name]
        statement = (
            select(column, func.count()).where(in_state(VISIBLE), column != "").group_by(column)
        )
        found = connection.execute(statement.order_by(column))
        return {str(value): int(number) for value, number in found}

    return Facets(counted("publisher"), counted("language"))


def failures(connection: Connection) -> dict[str, str]:
    """Give the sources that could not be read when last tried, with the reason."""
    statement = select(sources.c.uri, sources.c.error).where(sources.c.error != "")
    found = connection.execute(statement.order_by(sources.c.uri))
    return {str(uri): str(error) for uri, error in found}
