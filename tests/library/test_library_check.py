"""Each kind of damage, done by hand, is found and named; a rebuild mends what can be derived."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from hashing import HashEncoder, prepare, record

from assistant.errors import LibraryCorrupt, LibraryIncompatible, LibraryNotFound
from assistant.library import Library
from assistant.library.lexical import LexicalDocument, LexicalIndex

ENCODER = HashEncoder()


@pytest.fixture
def closed(path: Path) -> Path:
    """A library of two documents that nobody has open."""
    items = [prepare("Musk denied it. Peskov too."), prepare("Kahl said yes.")]
    with Library.open(path, encoder=ENCODER.identity, write=True, create=True, chroma="off") as new:
        new.stage(items)
        new.publish([record(f"{n}.txt", item) for n, item in enumerate(items)])
    return path


def alter(path: Path, statement: str) -> None:
    with sqlite3.connect(path / "catalog.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def problems(path: Path) -> str:
    with Library.open(path, chroma="off") as library:
        return "\n".join(library.check().problems)


def test_a_sound_library_has_no_problems(closed: Path) -> None:
    with Library.open(closed, chroma="off") as library:
        report = library.check()
    assert report.ok
    assert (report.documents, report.passages) == (2, 3)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update documents set text = cast('Musk denied it. Peskov toe.' as blob) where key = 1",
         "not the one of its SHA-256"),
        ('update passages set "end" = 99 where key = 2', "offsets outside"),
        ("update passages set sentences = '[[0, 99]]' where key = 3", "offsets outside"),
        ("delete from vectors where passage = 2", "passage 2 .*no whole vector"),
        ("update vectors set vector = zeroblob(64) where passage = 2", "not of length 1"),
        ("update vectors set vector = x'00' where passage = 2", "no whole vector"),
        ("delete from locations where document = 1", "found nowhere"),
        ("update documents set state = 'staged' where key = 1", "located in a source, and not"),
        ("insert into passages values (9, 9, 0, 1, null, '[]')", "refers to a row of documents"),
        ("insert into passages values (9, 2, 0, 1, null, '[]')", "passage 9 .* is missing"),
        ("update passages set key = 8 where key = 3", "passage 3 .* is not in the catalog"),
    ],
)  # fmt: skip
def test_a_damaged_catalog_is_named(closed: Path, statement: str, said: str) -> None:
    import re

    alter(closed, statement)
    assert re.search(said, problems(closed))


def test_a_lexical_index_that_differs_is_named_and_rebuilt(closed: Path) -> None:
    index = LexicalIndex(closed / "lexical" / "gen-0001")
    index.remove([2])
    index.replace([LexicalDocument(7, "en", "", [(1, "Musk denied it.")])])
    index.commit()
    index.close()
    assert "passage 3 of document 2 is missing" in problems(closed)
    assert "passage 1 of document 7 is not in the catalog" in problems(closed)

    with Library.open(closed, chroma="off") as reader:
        assert reader.search_lexical("Kahl", 5) == []
        with Library.open(closed, write=True, chroma="off") as library:
            library.rebuild()
        assert [key for key, _ in reader.search_lexical("Kahl", 5)] == [3]
        assert reader.check().ok


@pytest.mark.parametrize("damage", ["missing", "emptied"])
def test_a_lost_lexical_index_is_told_to_readers_and_made_by_a_writer(closed, damage) -> None:
    folder = closed / "lexical" / "gen-0001"
    if damage == "missing":
        shutil.rmtree(folder)
    else:
        (folder / "meta.json").write_text("")
    with (
        Library.open(closed, chroma="off") as reader,
        pytest.raises(LibraryCorrupt, match="library rebuild"),
    ):
        reader.search_lexical("Kahl", 5)
    with Library.open(closed, write=True, chroma="off") as library:
        assert [key for key, _ in library.search_lexical("Kahl", 5)] == [3]
        assert library.check().ok


def test_a_file_that_is_no_catalog_is_told(path: Path) -> None:
    path.mkdir()
    (path / "catalog.sqlite").write_bytes(b"no database at all, " * 400)
    with pytest.raises(LibraryCorrupt, match=r"catalog\.sqlite"):
        Library.open(path)


def test_a_catalog_that_was_never_finished_is_no_library_yet(path: Path) -> None:
    path.mkdir()
    (path / "catalog.sqlite").touch()
    with pytest.raises(LibraryNotFound):
        Library.open(path)
    with Library.open(path, encoder=ENCODER.identity, write=True, create=True, chroma="off") as new:
        assert new.documents() == []


def test_a_newer_layout_is_refused(closed: Path) -> None:
    alter(closed, "update library set schema_version = 99")
    for write in (False, True):
        with pytest.raises(LibraryIncompatible, match="layout 99"):
            Library.open(closed, write=write, chroma="off")
