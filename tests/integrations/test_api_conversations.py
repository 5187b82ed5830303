"""Conversations over REST: kept, resumed, exported, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.datatypes import Answer
from assistant.integrations.app import build_api
from tests.integrations.conftest import opened

ADA, BO = "ada-sleeps-at-noon-too", "bo-never-sleeps-at-all"


@pytest.fixture
def assistant(articles: Path, tmp_path: Path) -> Iterator[Assistant]:
    """A library of its own: conversations are written here."""
    with opened(tmp_path, api_keys=f"{ADA},{BO}") as assistant:
        assistant.add([articles])
        yield assistant


@pytest.fixture
def api(assistant: Assistant) -> TestClient:
    headers = {"X-API-Key": ADA}
    return TestClient(build_api(assistant), base_url="http://localhost", headers=headers)


def begun(api: TestClient) -> str:
    made = api.post("/v1/conversations", json={})
    assert made.status_code == 201
    conversation: str = made.json()["id"]
    return conversation


def test_a_conversation_goes_on_and_is_kept(api: TestClient) -> None:
    its = begun(api)
    first = api.post(f"/v1/conversations/{its}/ask", json={"question": "Who denied the call?"})
    assert Answer.from_dict(first.json()).text == "Musk denied the call. [1]"
    asked = {"question": "And who confirmed it?", "stream": True}
    streamed = api.post(f"/v1/conversations/{its}/ask", json=asked)
    assert streamed.text.rpartition("event: ")[2].startswith("done\n")
    kept = api.get(f"/v1/conversations/{its}").json()
    assert [turn["answer"]["question"] for turn in kept["turns"]] == [
        "Who denied the call?",
        "And who confirmed it?",
    ]
    assert kept["turns"][0]["answer"] == first.json()
    [listed] = api.get("/v1/conversations").json()
    assert (listed["title"], listed["turns"]) == ("Who denied the call?", 2)


def test_a_correction_of_what_was_understood_is_heeded(api: TestClient) -> None:
    asked = {"question": "And then?", "standalone": "Who denied the call?"}
    answer = Answer.from_dict(api.post(f"/v1/conversations/{begun(api)}/ask", json=asked).json())
    assert answer.standalone == "Who denied the call?"


def test_it_is_named_exported_judged_and_forgotten(api: TestClient) -> None:
    its = begun(api)
    api.post(f"/v1/conversations/{its}/ask", json={"question": "Who denied the call?"})
    assert api.patch(f"/v1/conversations/{its}", json={"title": "Owls"}).status_code == 204
    markdown = api.get(f"/v1/conversations/{its}/export")
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert markdown.text.startswith("# Owls")
    exported = api.get(f"/v1/conversations/{its}/export", params={"format": "json"}).json()
    turn = exported["turns"][0]["id"]
    voted = api.post(f"/v1/conversations/{its}/turns/{turn}/feedback", json={"vote": "up"})
    assert voted.status_code == 204
    assert api.get(f"/v1/conversations/{its}").json()["turns"][0]["vote"] == "up"
    assert api.delete(f"/v1/conversations/{its}").status_code == 204
    assert api.get("/v1/conversations").json() == []


def test_a_source_that_changed_since_is_told(api: TestClient, assistant: Assistant) -> None:
    its = begun(api)
    api.post(f"/v1/conversations/{its}/ask", json={"question": "Who denied the call?"})
    with assistant.writing() as library:
        library.remove([row.uri for row in library.sources() if row.uri.endswith("owl.md")])
    [turn] = api.get(f"/v1/conversations/{its}").json()["turns"]
    assert turn["answer"]["notice"] == "No longer there: [1] The owl."
    assert turn["answer"]["citations"][0]["quote"] == "Musk denied the call."


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("GET", "/export", None),
        ("POST", "/ask", {"question": "Who denied the call?"}),
        ("POST", "/ask", {"question": "Who denied the call?", "stream": True}),
        ("POST", "/turns/{turn}/feedback", {"vote": "down"}),
    ],
)
def test_anothers_conversation_does_not_exist(
    api: TestClient, method: str, path: str, body: object
) -> None:
    its = begun(api)
    api.post(f"/v1/conversations/{its}/ask", json={"question": "Who denied the call?"})
    before = api.get(f"/v1/conversations/{its}").json()
    url = f"/v1/conversations/{its}{path.format(turn=before['turns'][0]['id'])}"
    stranger = {"X-API-Key": BO, "X-Assistant-Owner": "ada"}
    response = api.request(method, url, json=body, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (404, "conversation_not_found")
    assert api.get("/v1/conversations", headers=stranger).json() == []
    assert api.get(f"/v1/conversations/{its}").json() == before
