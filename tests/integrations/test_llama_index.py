"""The real llama_index.core over a real library; sockets are blocked for the whole run."""

from __future__ import annotations

import asyncio
import doctest
import subprocess
import sys
from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from assistant.datatypes import Filter
from assistant.integrations import llama_index
from assistant.integrations.llama_index import SourceRetriever
from assistant.models.encoders import Encoder

ENGLISH = """---
title: The call
publisher: The Evening Owl
date: 2023-08-22
language: en
---
Musk denied the call. Musk denied the call. Nobody at the Kremlin denied the weather.
"""
FRENCH = """---
title: La météo
publisher: Le Hibou du soir
language: fr
---
🌧️ Il pleut à Brest. Il pleut à Brest aussi le dimanche.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("llama")
    (folder / "call.md").write_text(ENGLISH, "utf-8")
    (folder / "météo.md").write_text(FRENCH, "utf-8")
    with Assistant.open(folder / "library", encoder=encoder) as assistant:
        assistant.add([folder / "call.md", folder / "météo.md"])
        yield assistant


def test_nodes_stand_at_their_exact_places(assistant: Assistant) -> None:
    nodes = SourceRetriever(assistant).retrieve("Il pleut à Brest ?")
    assert {found.node.metadata["publisher"] for found in nodes} == {
        "The Evening Owl",
        "Le Hibou du soir",
    }
    for found in nodes:
        document = assistant.library.document(found.node.ref_doc_id)
        start, end = found.node.start_char_idx, found.node.end_char_idx
        assert document.text[start:end] == found.node.text
        assert found.node.node_id == f"{document.id}:{start}-{end}"


def test_ranking_and_scores_are_the_assistants(assistant: Assistant) -> None:
    question = "Who denied the call?"
    expected = [(s.passage.id, s.score) for s in assistant.retrieve(question)]
    found = SourceRetriever(assistant).retrieve(question)
    assert [(f.node.node_id, f.score) for f in found] == expected
    again = asyncio.run(SourceRetriever(assistant).aretrieve(question))
    assert [(f.node.node_id, f.score) for f in again] == expected


def test_a_filter_and_a_limit_hold(assistant: Assistant) -> None:
    french = SourceRetriever(assistant, filters=Filter(language=("fr",)))
    assert {f.node.metadata["language"] for f in french.retrieve("Who denied the call?")} == {"fr"}
    assert len(SourceRetriever(assistant, limit=1).retrieve("Who denied the call?")) == 1


def test_a_language_model_is_shown_the_source_but_no_checksum(assistant: Assistant) -> None:
    from llama_index.core.schema import MetadataMode

    [found] = SourceRetriever(assistant, limit=1).retrieve("Who denied the call?")
    content = found.node.get_content(metadata_mode=MetadataMode.LLM)
    assert "The Evening Owl" in content
    assert found.node.metadata["sha256"] not in content


def test_the_docstrings_example_runs(assistant: Assistant) -> None:
    tests = doctest.DocTestFinder().find(
        SourceRetriever, globs={**vars(llama_index), "assistant": assistant}
    )
    results = [doctest.DocTestRunner().run(test) for test in tests]
    assert sum(r.attempted for r in results) == 5
    assert not sum(r.failed for r in results)


def test_importing_it_looks_nothing_up() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): sys.exit('looked up')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "import assistant.integrations.llama_index\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
