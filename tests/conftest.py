"""Fixtures that every test may use: one encoder and one demo library for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.models.encoders import Encoder, load_encoder

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder; it takes seconds to load."""
    return load_encoder()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    """An assistant over the demo corpus, to be asked, not to be changed."""
    folder = tmp_path_factory.mktemp("demo")
    with Assistant.open(folder / "library", encoder=encoder) as assistant:
        report = assistant.add([CORPUS])
        assert report.ok, report.having("failed")
        yield assistant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser for the end: its event loop runs on, and others start one of their own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
