"""A library of two articles that disagree, and the API over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.integrations.app import build_api
from tests.bag_of_words import BagOfWords

OWL = """---
title: The owl
publisher: The Evening Owl
date: 2023-08-22
language: en
url: https://owl.example/call
---
Musk denied the call. The owl sleeps at noon.
"""
HIBOU = """---
title: Le hibou
publisher: Le Hibou du soir
language: fr
---
Le Kremlin a confirmé l'appel. 🦉 Le hibou dort à midi.
"""


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "owl.md").write_text(OWL, "utf-8")
    (folder / "hibou.md").write_text(HIBOU, "utf-8")
    return folder


@pytest.fixture(scope="session")
def library(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library to be read, not to be changed."""
    folder = tmp_path_factory.mktemp("library")
    with opened(folder) as assistant:
        assistant.add([articles])
    return folder


def opened(folder: Path, **settings: Any) -> Assistant:
    given = Settings(library=folder, chroma="off", **settings)
    return Assistant.open(settings=given, encoder=BagOfWords())


@pytest.fixture(scope="session")
def owls(library: Path) -> Iterator[Assistant]:
    # schemathesis gives the application the name "testserver"
    with opened(library, api_rate="100000/minute", hosts=("testserver",)) as assistant:
        yield assistant


@pytest.fixture
def client(owls: Assistant) -> Iterator[TestClient]:
    with TestClient(build_api(owls), base_url="http://127.0.0.1:7860") as client:
        yield client
