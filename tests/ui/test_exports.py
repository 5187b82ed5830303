from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.ui.exports import export_links, export_routes
from assistant.ui.guards import OWNER
from assistant.ui.wording import WORDS
from tests.bag_of_words import BagOfWords


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("exports")
    (folder / "owl.txt").write_text("The owl denied the theft.", "utf-8")
    settings = Settings(library=folder / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "owl.txt"])
        yield assistant


def test_a_conversation_is_handed_to_its_owner_only(assistant: Assistant, tmp_path: Path) -> None:
    chat = assistant.conversation(owner="owl")
    chat.ask("Who denied the theft?")
    app = FastAPI()
    app.include_router(export_routes(assistant))
    client = TestClient(app)
    for kind in ("markdown", "json"):
        path = f"/conversation/{chat.id}/{kind}"
        assert path in export_links(chat.id, WORDS["en"])
        mine = client.get(path, headers={OWNER: "owl"})
        assert mine.text == assistant.conversations.export(chat.id, kind, owner="owl")
        assert mine.headers["content-disposition"].startswith("attachment")
        assert client.get(path, headers={OWNER: "fox"}).status_code == 404
        assert client.get(path).status_code == 404
    assert client.get(f"/conversation/{chat.id}/pdf", headers={OWNER: "owl"}).status_code == 404
