from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Filter
from tests.bag_of_words import BagOfWords

ROWS = """\
{"text": "One. Two.", "title": "Owl 100%", "publisher": "Wood Times", "lang": "en"}
{"text": "Un. Deux.", "title": "Le hibou", "publisher": "Le Bois", "lang": "fr"}
{"text": "Trois.", "title": "owl_2", "publisher": "Le Bois", "lang": "fr"}
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("browsing")
    (folder / "rows.jsonl").write_text(ROWS, "utf-8")
    (folder / "broken.pdf").write_text("no PDF", "utf-8")
    settings = Settings(library=folder / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "rows.jsonl", folder / "broken.pdf"])
        yield assistant


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("", ["owl_2", "Le hibou", "Owl 100%"]),
        ("OWL", ["owl_2", "Owl 100%"]),
        ("owl bois", ["owl_2"]),
        ("100%", ["Owl 100%"]),
        ("%", ["Owl 100%"]),
        ("l_2", ["owl_2"]),
        ("rows.jsonl hibou", ["Le hibou"]),
        ("wolf", []),
        ("' or 1=1 --", []),
    ],
)
def test_each_word_must_stand_in_what_is_known(
    assistant: Assistant, text: str, titles: list[str]
) -> None:
    found = assistant.library.browse(text)
    assert {row.ref.title for row in found.rows} == set(titles)
    assert found.total == len(titles)
    assert all(row.passages >= 1 for row in found.rows)


def test_pages_cover_all_once(assistant: Assistant) -> None:
    pages = [assistant.library.browse(limit=2, offset=at) for at in (0, 2, 4)]
    assert [len(page.rows) for page in pages] == [2, 1, 0]
    assert {page.total for page in pages} == {3}


def test_facets_count_documents(assistant: Assistant) -> None:
    facets = assistant.library.facets()
    assert facets.publishers == {"Le Bois": 2, "Wood Times": 1}
    assert facets.languages == {"en": 1, "fr": 2}


def test_whether_there_is_one_is_told_by_id_place_and_filter(assistant: Assistant) -> None:
    library = assistant.library
    ref = library.documents()[0]
    assert library.holds(id=ref.id, uri="")
    assert library.holds(id="wolf", uri=ref.uri)
    assert not library.holds(id="wolf", uri="")
    assert library.admits(Filter(language=("fr",)))
    assert not library.admits(Filter(language=("de",)))


def test_failures_are_told_by_place(assistant: Assistant) -> None:
    [(uri, reason)] = assistant.library.failures().items()
    assert uri.endswith("/broken.pdf")
    assert reason
