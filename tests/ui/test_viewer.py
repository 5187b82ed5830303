from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Document
from assistant.ui.viewer import view, viewer_routes
from tests.bag_of_words import BagOfWords
from tests.sources.builders import pdf

OWL = "Hoo 🦉! The owl denied the theft of the cheese. The fox slept."
PAGES = [["The owl slept."], ["The fox denied the theft", "of the cheese."]]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("viewer")
    (folder / "owl.txt").write_text(OWL, "utf-8")
    (folder / "fox.pdf").write_bytes(pdf(PAGES))
    settings = Settings(library=folder / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "owl.txt", folder / "fox.pdf"])
        yield assistant


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    app = FastAPI()
    app.include_router(viewer_routes(assistant))
    return TestClient(app)


def stored(assistant: Assistant, words: str) -> Document:
    library = assistant.library
    texts = (library.document(ref.sha256) for ref in library.documents())
    return next(document for document in texts if words in document.text)


def test_a_source_comes_cut_at_the_citation(client: TestClient, assistant: Assistant) -> None:
    document = stored(assistant, "🦉")
    start = document.text.index("The owl")  # behind a character that takes two in JavaScript
    end = start + len("The owl denied")
    found = client.get(f"/source/{document.ref.sha256}?start={start}&end={end}").json()
    assert found["quote"] == "The owl denied"
    assert found["before"] + found["quote"] + found["after"] == document.text
    assert found["page"] is None
    assert found["uri"] == ""  # a path on the server is told to nobody


def test_a_long_source_is_cut_around_the_citation() -> None:
    document = Document.of("a" * 150_000 + "quote" + "b" * 150_000)
    found = view(document, 150_000, 150_005)
    assert found is not None
    assert (found.quote, found.cut_before, found.cut_after) == ("quote", True, True)
    assert len(found.before) == len(found.after) == 100_000


@pytest.mark.parametrize("place", [(5, 5), (-1, 3), (9, 3), (0, 10_000)])
def test_a_place_outside_the_source_shows_nothing(
    client: TestClient, assistant: Assistant, place: tuple[int, int]
) -> None:
    digest = stored(assistant, "🦉").ref.sha256
    for path in (f"/source/{digest}", f"/source/{digest}/page"):
        response = client.get(f"{path}?start={place[0]}&end={place[1]}")
        assert (response.status_code, response.json()) == (404, {"reason": "outside"})


def test_a_source_that_is_gone_or_named_in_part_shows_nothing(
    client: TestClient, assistant: Assistant
) -> None:
    digest = stored(assistant, "🦉").ref.sha256
    for name in ("0" * 64, digest[:16], digest[:40], "owl.txt", "..%2f..%2fetc%2fpasswd"):
        response = client.get(f"/source/{name}?start=0&end=3")
        assert response.status_code == 404, name


def test_a_page_of_a_pdf_comes_as_an_image_with_the_place(
    client: TestClient, assistant: Assistant
) -> None:
    document = stored(assistant, "The fox denied")
    start = document.text.index("denied the theft")
    end = document.text.index(".", start)
    url = f"/source/{document.ref.sha256}"
    assert client.get(f"{url}?start={start}&end={end}").json()["page"] == 2
    drawn = client.get(f"{url}/page?start={start}&end={end}").json()
    assert drawn["page"] == 2
    image = base64.b64decode(drawn["image"].removeprefix("data:image/png;base64,"))
    assert image.startswith(b"\x89PNG")
    assert len(drawn["boxes"]) == 2  # the quote runs over a line's end


def test_a_pdf_that_was_changed_since_has_no_image(
    client: TestClient, assistant: Assistant
) -> None:
    document = stored(assistant, "The fox denied")
    file = Path(assistant.library.locations(document.ref.sha256)[0].source)
    before = file.read_bytes()
    file.write_bytes(pdf([["The owl slept."], ["The fox admitted the theft", "of the cheese."]]))
    try:
        url = f"/source/{document.ref.sha256}/page?start=20&end=25"
        assert client.get(url).json() == {"reason": "unavailable"}
    finally:
        file.write_bytes(before)


def test_a_text_has_no_pages(client: TestClient, assistant: Assistant) -> None:
    digest = stored(assistant, "🦉").ref.sha256
    assert client.get(f"/source/{digest}/page?start=0&end=3").status_code == 404


def test_without_a_library_the_viewer_says_so(tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(viewer_routes(Assistant.open(tmp_path, encoder=BagOfWords())))
    response = TestClient(app).get(f"/source/{'0' * 64}?start=0&end=3")
    assert (response.status_code, response.json()) == (503, {"reason": "unavailable"})
