"""What the writer does to the catalog: stage, publish, remove. Each runs in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from assistant.errors import InvalidInput
from assistant.library.catalog import chunks
from assistant.library.records import SourceRecord
from assistant.library.schema import (
    LEAVING,
    STAGED,
    VISIBLE,
    documents,
    in_state,
    library,
    locations,
    passages,
    removals,
    sources,
)

__all__ = [
    "drop",
    "keys_in_state",
    "known",
    "publish",
    "purge",
    "remove",
    "set_state",
]


class _Known(NamedTuple):
    staged: dict[str, int]
    visible: dict[str, int]


def known(connection: Connection, sha256s: Collection[str]) -> _Known:
    """Find the documents that are there already, by digest: their keys by state."""
    found = _Known({}, {})
    for part in chunks(sorted(sha256s)):
        statement = select(documents.c.key, documents.c.sha256, documents.c.state).where(
            documents.c.sha256.in_(part), documents.c.state != LEAVING
        )
        for key, sha256, state in connection.execute(statement):
            (found.staged if state == STAGED else found.visible)[sha256] = key
    return found


def publish(
    connection: Connection, records: Sequence[SourceRecord], renewed: Collection[str]
) -> None:
    """Let the sources be what the records say; the caller's commit is the acknowledgement.

    Staged documents of the records become visible, those that are renewed where the visible ones
    of the same text were found; those left without a location leave.

    Raises:
        InvalidInput: a record names a document that was never staged, or none is there to renew.
    """
    read = [record for record in records if not record.error]
    wanted = {sha256 for record in read for _, sha256 in record.locations}
    there = known(connection, wanted.union(renewed))
    if missing := (wanted - there.staged.keys()).union(renewed) - there.visible.keys():
        raise InvalidInput(
            f"Documents must be staged before they are published; {len(missing)} were not: "
            f"{', '.join(sorted(missing))[:200]}"
        )
    touched = _located_in(connection, [record.uri for record in read])
    _write_sources(connection, records)
    for part in chunks([record.uri for record in read]):
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
    for part in chunks(list(uris)):
        connection.execute(sources.delete().where(sources.c.uri.in_(part)))
    _swap(connection, touched, [])


def purge(connection: Connection) -> None:
    """Let go what was staged and never published."""
    statement = documents.update().where(in_state(STAGED)).values(state=LEAVING)
    connection.execute(statement)


def keys_in_state(connection: Connection, state: str) -> list[int]:
    """List the keys of the documents in a state."""
    statement = select(documents.c.key).where(in_state(state))
    return list(connection.execute(statement).scalars())


def drop(connection: Connection, keys: Iterable[int]) -> None:
    """Delete leaving documents for good, with all that hangs on them."""
    for part in chunks(list(keys)):
        connection.execute(documents.delete().where(documents.c.key.in_(part), in_state(LEAVING)))


def _swap(connection: Connection, touched: Collection[int], arriving: Sequence[int]) -> None:
    """Show what arrives, hide what has no location left, and count one more version if any."""
    leaving = _without_location(connection, touched)
    if not leaving and not arriving:
        return
    version = connection.execute(select(library.c.version)).scalar_one() + 1
    connection.execute(library.update().values(version=version))
    set_state(connection, leaving, LEAVING)
    for part in chunks(leaving):
        gone = select(passages.c.key, bindparam("version", version)).where(
            passages.c.document.in_(part)
        )
        connection.execute(removals.insert().from_select(["passage", "version"], gone))
    set_state(connection, arriving, VISIBLE, since=version)


def set_state(connection: Connection, keys: Sequence[int], state: str, **also: int) -> None:
    """Move documents to a state."""
    for part in chunks(keys):
        statement = documents.update().where(documents.c.key.in_(part))
        connection.execute(statement.values(state=state, **also))


def _located_in(connection: Connection, uris: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for part in chunks(list(uris)):
        statement = select(locations.c.document).where(locations.c.source.in_(part))
        found.update(connection.execute(statement).scalars())
    return found


def _without_location(connection: Connection, keys: Collection[int]) -> list[int]:
    located = select(locations.c.document).where(locations.c.document == documents.c.key).exists()
    found: list[int] = []
    for part in chunks(sorted(keys)):
        statement = select(documents.c.key).where(documents.c.key.in_(part), ~located)
        found += connection.execute(statement).scalars()
    return found


def _write_sources(connection: Connection, records: Sequence[SourceRecord]) -> None:
    """Write the sources' own rows, new or known."""
    there: set[str] = set()
    for part in chunks([record.uri for record in records]):
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
