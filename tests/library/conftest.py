"""A fresh library for each test, with scans in place of Chroma where Chroma is not the matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hashing import HashEncoder, prepare, record

from assistant.library import Library

ENCODER = HashEncoder()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(
        path, encoder=ENCODER.identity, write=True, create=True, chroma="off"
    ) as opened:
        yield opened


@pytest.fixture
def put(library: Library) -> Callable[..., str]:
    """Publish a text at a URI and give the document's SHA-256."""

    def publish(uri: str, text: str, **fields: object) -> str:
        prepared = prepare(text, ENCODER, **fields)
        library.stage([prepared])
        library.publish([record(uri, prepared)])
        return prepared.document.ref.sha256

    return publish
