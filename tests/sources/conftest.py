"""How the tests read: one reader for all, since starting its worker takes a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.datatypes import Document
from assistant.sources import Part, SourceFailure, SourceItem, SourceReader, find

Reading = Callable[[Path], list[Part | SourceFailure]]


@pytest.fixture(scope="session")
def reader() -> Iterator[SourceReader]:
    with SourceReader() as reader:
        yield reader


@pytest.fixture
def read(reader: SourceReader) -> Reading:
    """Find a file and read all of it."""

    def read(path: Path) -> list[Part | SourceFailure]:
        [item] = find([str(path)])
        assert isinstance(item, SourceItem), item
        return list(reader.read(item))

    return read


@pytest.fixture
def read_one(read: Reading) -> Callable[[Path], Document]:
    """Read a file that holds one document."""

    def read_one(path: Path) -> Document:
        [part] = read(path)
        assert isinstance(part, Part), part
        return part.document

    return read_one
