"""Which documents may answer: a filter, resolved in the catalog."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, or_, select

from assistant.datatypes import DocumentRef, Filter
from assistant.library.schema import VISIBLE, documents, facets, locations

__all__ = ["FilterKey", "facets_of", "filter_key", "matching"]

FilterKey = tuple[tuple[str, ...], ...]


def facets_of(ref: DocumentRef) -> Iterator[tuple[str, str]]:
    """Give what a document can be filtered by, as (name, case-folded value)."""
    found = {("publisher", ref.publisher), ("author", ref.author), ("language", ref.language)}
    found.add(("language", ref.language.partition("-")[0]))  # "fr" admits "fr-CA"
    found |= {(f"metadata.{name}", value) for name, value in ref.metadata.items()}
    yield from ((name, value.casefold()) for name, value in sorted(found) if value)


def filter_key(filter: Filter) -> FilterKey:
    """Give a hashable form of a filter."""
    metadata = tuple(sorted(f"{name}={value}" for name, value in filter.metadata.items()))
    dates = (filter.published_from, filter.published_to)
    return filter.publisher, filter.author, filter.language, filter.document, dates, metadata


def conditions(filter: Filter) -> Iterator[ColumnElement[bool]]:
    """Give what must hold of a row of `documents`, all of it."""
    wanted = [("publisher", filter.publisher), ("author", filter.author)]
    wanted.append(("language", filter.language))
    wanted += [(f"metadata.{name}", (value,)) for name, value in filter.metadata.items()]
    for name, values in wanted:
        if values:
            folded = [value.casefold() for value in values]
            matches = select(facets.c.document).where(
                facets.c.name == name, facets.c.value.in_(folded)
            )
            yield documents.c.key.in_(matches)
    if filter.document:
        alias = select(locations.c.document).where(locations.c.declared_id.in_(filter.document))
        yield or_(
            documents.c.id.in_(filter.document),
            documents.c.sha256.in_(filter.document),
            documents.c.key.in_(alias),
        )
    # ISO dates compare as text. "~" sorts after every character of theirs, so that the
    # end 2024 admits all of 2024.
    if filter.published_from:
        yield documents.c.published >= filter.published_from
    if filter.published_to:
        yield documents.c.published <= filter.published_to + "~"
        yield documents.c.published != ""


def matching(connection: Connection, filter: Filter) -> NDArray[np.int64]:
    """Give the keys of the visible documents that a filter admits, ascending."""
    statement = select(documents.c.key).where(documents.c.state == VISIBLE, *conditions(filter))
    return np.sort(np.fromiter(connection.execute(statement).scalars(), np.int64))
