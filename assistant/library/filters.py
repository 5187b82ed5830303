"""Which documents may answer: a filter, resolved in the catalog."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, select

from assistant.datatypes import DocumentRef, Filter
from assistant.library.schema import documents, facets, locations

__all__ = ["FilterKey", "admitted", "facets_of", "filter_key", "matching"]

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


def admitted(filter: Filter) -> Iterator[Select[int]]:
    """Give one question for each condition of a filter: the keys of the documents that meet it.

    Each is answered from an index alone.
    """
    wanted = [("publisher", filter.publisher), ("author", filter.author)]
    wanted.append(("language", filter.language))
    wanted += [(f"metadata.{name}", (value,)) for name, value in filter.metadata.items()]
    for name, values in wanted:
        if values:
            folded = [value.casefold() for value in values]
            has = (facets.c.name == name) & facets.c.value.in_(folded)
            yield select(facets.c.document).where(has)
    if filter.document:
        alias = select(locations.c.document).where(locations.c.declared_id.in_(filter.document))
        yield select(documents.c.key).where(
            documents.c.id.in_(filter.document)
            | documents.c.sha256.in_(filter.document)
            | documents.c.key.in_(alias)
        )
    # ISO dates compare as text. "~" sorts after every character of theirs, so that the
    # end 2024 admits all of 2024.
    if filter.published_from or filter.published_to:
        yield select(documents.c.key).where(
            documents.c.published >= (filter.published_from or "0"),
            documents.c.published <= filter.published_to + "~",
        )


def matching(
    connection: Connection, filter: Filter, visible: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give those of the visible documents that a filter admits, ascending."""
    for statement in admitted(filter):
        keys = np.fromiter(connection.execute(statement).scalars(), np.int64)
        visible = np.intersect1d(visible, keys)
    return visible
