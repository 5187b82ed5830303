from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.attribution import EXTRACTOR_VERSION
from assistant.library import Library
from assistant.library.catalog import Catalog
from assistant.library.schema import extractions, library
from assistant.reextraction import reextract
from tests.bag_of_words import BagOfWords


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    article = tmp_path / "articles" / "owl.txt"
    article.parent.mkdir()
    article.write_text("Ann Lee denied that the owl was stolen. The zoo is closed.")
    (article.parent / "zoo.txt").write_text("The zoo is closed.")
    opened = Assistant.open(
        tmp_path / "library", settings=Settings(chroma="off"), encoder=BagOfWords()
    )
    opened.add([str(article.parent)])
    return opened


def stances(assistant: Assistant) -> list[tuple[str, str, str]]:
    found = assistant.library
    digests = [ref.sha256 for ref in found.documents()]
    stored = found.attributions(digests)
    return [(a.source, a.stance, a.content) for made in stored.values() for a in made]


def test_a_document_is_seen_with_who_says_what_in_it(assistant: Assistant) -> None:
    assert stances(assistant) == [("Ann Lee", "deny", "that the owl was stolen")]


def test_a_newer_extractor_reads_again_and_embeds_nothing(assistant: Assistant) -> None:
    with assistant.writing() as writing:
        keys = writing.unextracted(EXTRACTOR_VERSION + 1)
        writing.write_attributions(EXTRACTOR_VERSION - 1, dict.fromkeys(keys, ()))
        assert writing.unextracted(EXTRACTOR_VERSION) == keys
        assert reextract(writing) == 2
        assert writing.unextracted(EXTRACTOR_VERSION) == []
    assert stances(assistant) == [("Ann Lee", "deny", "that the owl was stolen")]


def test_what_leaves_takes_its_attributions_along(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "articles" / "owl.txt").unlink()
    assistant.add([str(tmp_path / "articles")], prune=True)
    assert stances(assistant) == []


def test_an_older_library_gets_the_table_when_it_is_opened_for_writing(
    assistant: Assistant,
) -> None:
    assistant.close()
    path = assistant.settings.library
    catalog = Catalog(path / "catalog.sqlite", writable=True)
    with catalog.writing() as connection:
        extractions.drop(connection)
        connection.execute(library.update().values(schema_version=1))
    catalog.close()
    with Library.open(path, write=True, chroma="off") as opened:
        assert reextract(opened) == 2
    assert stances(assistant) == [("Ann Lee", "deny", "that the owl was stolen")]
