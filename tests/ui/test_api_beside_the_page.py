"""The API and the page, served as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from mcp import Client

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.ui.auth import Users, password_line
from assistant.ui.server import build_app
from tests.bag_of_words import BagOfWords

WHO = {"question": "Who denied the call?"}


@pytest.fixture(scope="module")
def owls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("beside")
    (folder / "owl.txt").write_text("Musk denied the call. The owl sleeps at noon.", "utf-8")
    settings = Settings(library=folder / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "owl.txt"])
        yield assistant


def test_one_server_answers_people_and_programs(
    owls: Assistant, serving: Callable[[Assistant], AbstractContextManager[str]]
) -> None:
    import httpx

    async def call(url: str) -> Any:
        async with Client(f"{url}/mcp") as client:
            return (await client.call_tool("ask", WHO)).structured_content

    with serving(owls) as url:
        assert "gradio" in httpx.get(url).text
        asked = httpx.post(f"{url}/v1/ask", json=WHO).json()
        assert asyncio.run(call(url))["citations"] == asked["citations"] != []


def test_users_of_the_page_are_users_of_the_api_each_with_their_own(
    owls: Assistant, tmp_path: Path
) -> None:
    lines = [password_line(name, f"{name}-owl") for name in ("ada", "bo")]
    (tmp_path / "users").write_text("\n".join(lines), "utf-8")
    app = build_app(owls, users=Users.from_file(tmp_path / "users"))
    api = TestClient(app, base_url="http://localhost")
    ada, bo = ("ada", "ada-owl"), ("bo", "bo-owl")
    assert api.get("/v1/conversations").status_code == 401
    assert api.get("/v1/conversations", auth=("ada", "bo-owl")).status_code == 401
    made = api.post("/v1/conversations", json={}, auth=ada).json()["id"]
    assert [each["id"] for each in api.get("/v1/conversations", auth=ada).json()] == [made]
    spoofed = {"X-Assistant-Owner": "user:ada"}
    assert api.get("/v1/conversations", auth=bo, headers=spoofed).json() == []
    assert api.delete(f"/v1/conversations/{made}", auth=bo).status_code == 404
    assert owls.conversations.get(made, "user:ada").id == made


def test_keys_go_before_the_passwords_of_the_page(owls: Assistant) -> None:
    settings = Settings(
        library=owls.settings.library, chroma="off", api_keys="an-owl-sleeps-at-noon"
    )
    locked = Assistant.open(settings=settings, encoder=owls.encoder)
    api = TestClient(
        build_app(locked, users=Users.from_plain("ada:ada-owl")), base_url="http://localhost"
    )
    with locked:
        assert api.get("/v1/sources", auth=("ada", "ada-owl")).status_code == 401
        key = {"Authorization": "Bearer an-owl-sleeps-at-noon"}
        assert api.get("/v1/sources", headers=key).status_code == 200
        assert api.get("/", headers=key).status_code == 401
