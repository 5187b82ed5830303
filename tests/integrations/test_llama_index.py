"""The real llama_index.core over a real library; sockets are blocked for the whole run."""

from __future__ import annotations

import asyncio
import doctest
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from llama_index.core import Document, MockEmbedding, SimpleDirectoryReader
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.schema import NodeWithScore

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Answer, Filter
from assistant.errors import InvalidInput, LibraryIncompatible
from assistant.integrations import llama_index
from assistant.integrations.llama_index import (
    LlamaIndexEncoder,
    SourceChatEngine,
    SourceQueryEngine,
    SourceRetriever,
    add_documents,
)
from assistant.models.encoders import Encoder, EncoderIdentity
from assistant.verify import verify
from tests.bag_of_words import BagOfWords

ENGLISH = """---
title: The call
publisher: The Evening Owl
date: 2023-08-22
language: en
---
Musk denied the call. Musk denied the call. It snowed at the Kremlin all night.
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


@pytest.mark.parametrize(
    ("documented", "examples"),
    [
        (SourceRetriever, 5),
        (SourceQueryEngine, 3),
        (SourceChatEngine, 4),
        (LlamaIndexEncoder, 2),
        (add_documents, 4),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_docstrings_examples_run(
    assistant: Assistant, own: Assistant, documented: type, examples: int
) -> None:
    given = {
        **vars(llama_index),
        "assistant": own if documented is add_documents else assistant,
        "embedding": MockEmbedding(embed_dim=4),
    }
    tests = doctest.DocTestFinder().find(documented, globs=given)
    results = [doctest.DocTestRunner().run(test) for test in tests]
    assert sum(r.attempted for r in results) == examples
    assert not sum(r.failed for r in results)


def check_cited(nodes: Sequence[NodeWithScore], assistant: Assistant) -> None:
    assert nodes
    for found in nodes:
        document = assistant.library.document(found.node.ref_doc_id)
        assert document.text[found.node.start_char_idx : found.node.end_char_idx] == found.text


def test_a_responses_nodes_are_the_citations_of_its_text(assistant: Assistant) -> None:
    engine = SourceQueryEngine(assistant)
    expected = assistant.ask("Who denied the call?")
    for response in (
        engine.query("Who denied the call?"),
        asyncio.run(engine.aquery("Who denied the call?")),
    ):
        assert str(response) == expected.text
        assert [n.node.metadata["citation"] for n in response.source_nodes] == [
            citation.n for citation in expected.citations
        ]
        check_cited(response.source_nodes, assistant)
        told = Answer.from_dict(response.metadata["answer"])
        assert told.citations == Answer.from_dict(expected.to_dict()).citations


def test_what_is_not_in_the_sources_is_not_answered(assistant: Assistant) -> None:
    french = SourceQueryEngine(assistant, filters=Filter(language=("fr",)))
    response = french.query("Who invented the telephone?")
    assert response.source_nodes == []
    assert response.metadata["answer"]["abstained"]


def test_a_chat_is_understood_in_the_light_of_what_was_said(assistant: Assistant) -> None:
    engine = SourceChatEngine(assistant)
    engine.chat("Who denied the call?")
    followed = engine.chat("And when?").metadata["answer"]["standalone"]
    told = [
        ChatMessage(role="system", content="Be brief."),
        ChatMessage(role="user", content="Who denied the call?"),
        ChatMessage(role="assistant", content="Musk denied the call. [1]"),
    ]
    recalled = SourceChatEngine(assistant, chat_history=told).chat("And when?")
    for standalone in (followed, recalled.metadata["answer"]["standalone"]):
        assert "call" in standalone
    engine.reset()
    assert engine.chat_history == []
    assert engine.chat("And when?").metadata["answer"]["standalone"] == "And when?"


def test_a_chat_is_streamed_with_its_citations(assistant: Assistant) -> None:
    engine = SourceChatEngine(assistant)
    streamed = engine.stream_chat("Who denied the call?")
    text = "".join(streamed.response_gen)
    assert text == str(streamed) == assistant.ask("Who denied the call?").text
    check_cited(streamed.source_nodes, assistant)
    assert [message.role.value for message in engine.chat_history] == ["user", "assistant"]


def test_a_chat_may_be_awaited(assistant: Assistant) -> None:
    async def talk() -> tuple[str, str]:
        engine = SourceChatEngine(assistant)
        said = await engine.achat("Who denied the call?")
        streamed = await engine.astream_chat("Who denied the call?")
        text = "".join([piece async for piece in streamed.async_response_gen()])
        check_cited(streamed.source_nodes, assistant)
        return str(said), text

    said, streamed = asyncio.run(talk())
    assert said == streamed == assistant.ask("Who denied the call?").text


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Assistant]:
    """A library to be changed."""
    settings = Settings(library=tmp_path / "own", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        yield assistant


def test_what_a_reader_read_is_cited_like_the_rest(own: Assistant, tmp_path: Path) -> None:
    (tmp_path / "owl.txt").write_text("Musk denied the call. The owl sleeps.", "utf-8")
    read = SimpleDirectoryReader(str(tmp_path), filename_as_id=True).load_data()
    report = add_documents(own, read)
    assert [outcome.status for outcome in report.outcomes] == ["added"]
    answer = own.ask("Who denied the call?")
    [citation] = answer.citations
    assert citation.quote == "Musk denied the call."
    assert citation.document.id == read[0].id_
    assert citation.document.title == "owl.txt"
    assert citation.document.uri == (tmp_path / "owl.txt").as_posix()
    assert citation.document.language == "en"
    assert verify(answer, own.library) == []


def test_metadata_become_the_fields_of_the_same_names(own: Assistant) -> None:
    article = Document(
        text="Le hibou dort à midi.",
        id_="hibou",
        metadata={
            "title": "Le hibou",
            "author": "Ada",
            "sitename": "Le Hibou du soir",
            "date": "22 août 2023",
            "URL": "https://hibou.example/1",
            "section": "Nuit",
        },
    )
    add_documents(own, [article])
    ref = own.library.document("hibou").ref
    assert (ref.title, ref.author, ref.publisher) == ("Le hibou", "Ada", "Le Hibou du soir")
    assert (ref.published, ref.language) == ("2023-08-22", "fr")
    assert ref.uri == "https://hibou.example/1"
    assert ref.metadata["section"] == "Nuit"


def test_pages_of_a_file_are_its_parts_and_what_left_it_leaves(own: Assistant) -> None:
    def page(label: str, text: str) -> Document:
        return Document(text=text, metadata={"file_path": "/a/b.pdf", "page_label": label})

    add_documents(own, [page("1", "The owl sleeps."), page("2", "It rains."), page("3", " ")])
    [row] = own.library.sources()
    assert row.uri == "/a/b.pdf"
    uris = {ref.uri for ref in own.library.documents()}
    assert uris == {"/a/b.pdf#page 1", "/a/b.pdf#page 2"}
    add_documents(own, [page("1", "The owl is awake.")])
    assert [own.library.document(ref.id).text for ref in own.library.documents()] == [
        "The owl is awake."
    ]


def test_a_document_without_text_fails_alone(own: Assistant) -> None:
    report = add_documents(own, [Document(text=" ", id_="empty"), Document(text="An owl.")])
    assert [outcome.status for outcome in report.outcomes] == ["failed", "added"]
    assert "no text found" in report.outcomes[0].reason


class Letters(BaseEmbedding):  # type: ignore[misc]
    """Counts letters, and knows a question from a text."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz"] + [
            0.1
        ]

    def _get_query_embedding(self, query: str) -> list[float]:
        return [*self._get_text_embedding(query.replace("?", ""))[:-1], 0.2]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def test_an_embedding_is_an_encoder(tmp_path: Path) -> None:
    encoder: Encoder = LlamaIndexEncoder(Letters(model_name="letters"), revision="7")
    assert encoder.identity == EncoderIdentity("llama-index:Letters:letters", "7", 27)
    vectors = encoder.encode(["The owl sleeps.", "It rains."])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert not np.allclose(encoder.encode(["owl"]), encoder.encode(["owl"], query=True))
    assert encoder.encode([]).shape == (0, 27)
    assert encoder.count_tokens(["The owl sleeps."])[0] in range(3, 9)


def test_a_library_may_be_made_with_it_and_knows_it_again(tmp_path: Path) -> None:
    (tmp_path / "owl.txt").write_text("Musk denied the call. The owl sleeps.", "utf-8")
    settings = Settings(library=tmp_path / "library", chroma="off")
    encoder = LlamaIndexEncoder(Letters(model_name="letters"))
    with Assistant.open(settings=settings, encoder=encoder) as assistant:
        assistant.add([tmp_path / "owl.txt"])
        assert assistant.ask("Who denied the call?").text == "Musk denied the call. [1]"
    other = LlamaIndexEncoder(Letters(model_name="other"))
    with (
        Assistant.open(settings=settings, encoder=other) as assistant,
        pytest.raises(LibraryIncompatible, match=r"llama-index:Letters:letters"),
    ):
        assistant.ask("Who denied the call?")


@pytest.mark.parametrize("embedded", [[0.0, 0.0], []])
def test_a_vector_that_is_none_is_told(embedded: list[float]) -> None:
    class Broken(Letters):
        def _get_text_embedding(self, text: str) -> list[float]:
            return embedded

    with pytest.raises(InvalidInput, match="expected a vector other than zero"):
        LlamaIndexEncoder(Broken()).encode(["owl"])


def test_importing_it_looks_nothing_up() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): sys.exit('looked up')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "import assistant.integrations.llama_index\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
