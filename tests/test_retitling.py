from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.errors import DocumentNotFound, InvalidInput
from assistant.library import Browsed
from assistant.retitling import retitle
from tests.bag_of_words import BagOfWords


@pytest.fixture
def wood(tmp_path: Path) -> Path:
    (tmp_path / "owl.txt").write_text("The owl denied the theft.", "utf-8")
    rows = [f'{{"doc_id": "{name}", "text": "The {name} slept."}}' for name in ("fox", "hare")]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows), "utf-8")
    return tmp_path


@pytest.fixture
def assistant(wood: Path) -> Iterator[Assistant]:
    settings = Settings(library=wood / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([wood / "owl.txt", wood / "rows.jsonl"])
        yield assistant


def rename(assistant: Assistant, id: str, title: str) -> None:
    with assistant.writing() as library:
        retitle(library, assistant.encoder, id, title=title)


def titles(found: Browsed) -> list[str]:
    return [row.ref.title for row in found.rows]


@pytest.mark.parametrize("id", ["fox", "hare"])
def test_a_title_is_shown_found_and_kept_until_the_source_changes(
    assistant: Assistant, wood: Path, id: str
) -> None:
    before = {ref.id for ref in assistant.library.documents()}
    rename(assistant, id, "  The  cheese affair ")
    assert assistant.library.document(id).ref.title == "The cheese affair"
    assert titles(assistant.library.browse("CHEESE")) == ["The cheese affair"]
    assert {ref.id for ref in assistant.library.documents()} == before
    assert assistant.add([wood / "rows.jsonl"]).having("unchanged")
    assert assistant.library.document(id).ref.title == "The cheese affair"
    assert assistant.library.check().ok


def test_answers_cite_it_under_its_title(assistant: Assistant) -> None:
    [owl] = [ref for ref in assistant.library.documents() if ref.uri.endswith("owl.txt")]
    rename(assistant, owl.id, "Cheese")
    answer = assistant.ask("Who denied the theft?")
    assert [citation.document.title for citation in answer.citations] == ["Cheese"]


def test_one_of_several_documents_of_one_id_gets_the_title(
    assistant: Assistant, wood: Path
) -> None:
    rows = [f'{{"doc_id": "1", "text": "The {name} slept."}}' for name in ("wolf", "bear")]
    (wood / "others.jsonl").write_text("\n".join(rows), "utf-8")
    assistant.add([wood / "others.jsonl"])
    one, two = (ref.sha256 for ref in assistant.library.documents() if ref.id == "1")
    rename(assistant, two, "Night")
    assert assistant.library.document(two).ref.title == "Night"
    assert assistant.library.document(one).ref.title != "Night"
    assert len(assistant.library.locations(two)) == 1
    assert assistant.library.check().ok


def test_a_source_that_failed_is_read_again_after_its_document_was_renamed(
    assistant: Assistant, wood: Path
) -> None:
    rows = wood / "rows.jsonl"
    good = rows.read_text("utf-8")
    rows.write_text(" " * len(good), "utf-8")
    assert assistant.add([rows]).having("failed")
    rename(assistant, "fox", "The cheese affair")
    assert assistant.library.failures()
    assert assistant.add([rows]).having("failed")


@pytest.mark.parametrize("title", ["", " \n", "x" * 301])
def test_a_title_that_is_none_is_refused(assistant: Assistant, title: str) -> None:
    with pytest.raises(InvalidInput, match="title of 1 to 300"):
        rename(assistant, "fox", title)


def test_a_document_that_is_not_there_is_told(assistant: Assistant) -> None:
    with pytest.raises(DocumentNotFound):
        rename(assistant, "wolf", "Wolf")
