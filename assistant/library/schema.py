"""The catalog's tables and the steps from older layouts to this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    literal_column,
    text,
)

__all__ = [
    "LEAVING",
    "SCHEMA_VERSION",
    "STAGED",
    "VISIBLE",
    "documents",
    "encoders",
    "extractions",
    "facets",
    "in_state",
    "library",
    "locations",
    "metadata",
    "migrate",
    "passages",
    "removals",
    "sources",
    "vectors",
]

SCHEMA_VERSION = 2

STAGED = "staged"
"""Complete in the catalog, seen by nobody."""
VISIBLE = "visible"
LEAVING = "leaving"
"""Seen by nobody any more, still in the indexes."""


class Foreign(TypeDecorator[str]):
    """Text from outside: what UTF-8 cannot say (lone surrogates) is stored as U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


metadata = MetaData()

library = Table(  # one row
    "library",
    metadata,
    Column("id", Text, primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("encoder", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # one more with each publication
    Column("lexical", Text, nullable=False),  # folder of the lexical index in use
)

encoders = Table(
    "encoders",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("id", Foreign, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Integer, nullable=False, server_default="0"),  # version that showed it first
    Column("title", Foreign, nullable=False),
    Column("publisher", Foreign, nullable=False),
    Column("author", Foreign, nullable=False),
    Column("published", Foreign, nullable=False),
    Column("language", Foreign, nullable=False),
    Column("uri", Foreign, nullable=False),
    Column("media_type", Foreign, nullable=False),
    Column("metadata", Text, nullable=False),  # JSON object of strings
    Column("page_starts", Text, nullable=False),  # JSON list
    # Bytes, since neither SQLite nor PostgreSQL keeps every Python string as text (NUL,
    # lone surrogates); last, so that a scan of the other columns need not read it.
    Column("text", LargeBinary, nullable=False),
    CheckConstraint(f"state in ('{STAGED}', '{VISIBLE}', '{LEAVING}')"),
    sqlite_autoincrement=True,  # a key is never given twice: indexes may lag behind
)
Index("document_id", documents.c.id)
Index("document_sha256", documents.c.sha256)
Index("document_published", documents.c.published)


def in_state(state: str) -> ColumnElement[bool]:
    """Say that a document is in a state, as a constant: so the indexes below apply.

    An index of all states would be chosen for any question about visible documents, which are
    nearly all of them.
    """
    return documents.c.state == literal_column(f"'{state}'")


for _state in (STAGED, VISIBLE):  # a document is there once
    _is = text(f"state = '{_state}'")
    Index(f"one_{_state}", documents.c.sha256, unique=True, sqlite_where=_is)
for _name, _column, _state in (
    ("since", documents.c.since, VISIBLE),
    ("leaving", documents.c.state, LEAVING),
):
    _is = text(f"state = '{_state}'")
    Index(f"document_{_name}", _column, sqlite_where=_is)

passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("document", ForeignKey("documents.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page", Integer),
    Column("sentences", Text, nullable=False),  # JSON list of pairs
    sqlite_autoincrement=True,
)

vectors = Table(
    "vectors",
    metadata,
    Column("passage", ForeignKey("passages.key", ondelete="CASCADE"), nullable=False),
    Column("encoder", ForeignKey("encoders.key"), nullable=False),
    Column("digest", LargeBinary, nullable=False),  # of the text that was embedded
    Column("vector", LargeBinary, nullable=False),  # float16, little endian
    PrimaryKeyConstraint("passage", "encoder"),
)
Index("vector_digest", vectors.c.digest, vectors.c.encoder)

facets = Table(  # what filters compare, case folded
    "facets",
    metadata,
    Column("name", Text, nullable=False),
    Column("value", Foreign, nullable=False),
    Column("document", ForeignKey("documents.key", ondelete="CASCADE"), nullable=False, index=True),
    PrimaryKeyConstraint("name", "value", "document"),
    sqlite_with_rowid=False,
)

sources = Table(
    "sources",
    metadata,
    Column("uri", Foreign, primary_key=True),
    Column("root", Foreign, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("reader", Foreign, nullable=False),
    Column("error", Foreign, nullable=False),
    Column("synced_at", Text, nullable=False),
)

locations = Table(
    "locations",
    metadata,
    Column("source", Foreign, ForeignKey("sources.uri", ondelete="CASCADE"), nullable=False),
    Column("part", Foreign, nullable=False),
    Column("declared_id", Foreign, nullable=False, index=True),
    Column("document", ForeignKey("documents.key"), nullable=False, index=True),
    PrimaryKeyConstraint("source", "part"),
)

removals = Table(  # passages that left at a version; the dense index follows them
    "removals",
    metadata,
    Column("passage", Integer, primary_key=True),
    Column("version", Integer, nullable=False, index=True),
)

extractions = Table(  # who says what in a document; made anew by a newer extractor
    "extractions",
    metadata,
    Column("document", ForeignKey("documents.key", ondelete="CASCADE"), primary_key=True),
    Column("extractor", Integer, nullable=False),
    Column("attributions", Text, nullable=False),  # JSON list, in the order of the text
)

_MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: extractions.create}
"""Version → the step from it to the next one."""


def migrate(connection: Connection, found: int) -> None:
    """Bring the catalog from version `found` to this one, in the caller's transaction."""
    for version in range(found, SCHEMA_VERSION):
        _MIGRATIONS[version](connection)
    connection.execute(library.update().values(schema_version=SCHEMA_VERSION))
