"""The REST API, asked as any client would ask it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant import errors
from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Answer, Attribution
from assistant.integrations.api.forms import AnswerForm, SourceForm
from assistant.integrations.api.problems import problem_of
from assistant.integrations.app import build_api
from assistant.models.encoders import Vectors
from assistant.verify import verify
from tests.bag_of_words import BagOfWords
from tests.integrations.conftest import opened

WHO = {"question": "Who denied the call?"}


def test_an_answer_is_the_one_json_form(client: TestClient, owls: Assistant) -> None:
    response = client.post("/v1/ask", json=WHO)
    assert response.status_code == 200
    answer = Answer.from_dict(response.json())
    assert answer.text == "Musk denied the call. [1]"
    assert verify(answer, owls.library) == []
    assert response.json() == {
        **owls.ask(WHO["question"]).to_dict(),
        "timings_ms": response.json()["timings_ms"],
    }


def test_the_described_form_is_the_one_that_is_sent(owls: Assistant) -> None:
    answer = owls.ask(WHO["question"]).to_dict()
    assert AnswerForm.model_validate(answer).model_dump() == answer
    assert AnswerForm.model_fields.keys() == answer.keys()
    assert answer["attributions"], "the example must show one"
    assert {a.name for a in Attribution.__dataclass_fields__.values()} >= set(
        answer["attributions"][0]
    )


@pytest.mark.parametrize("way", ["stream", "accept"])
def test_events_are_streamed_and_the_last_is_the_answer(client: TestClient, way: str) -> None:
    asked = {**WHO, "stream": True} if way == "stream" else WHO
    headers = {"Accept": "text/event-stream"} if way == "accept" else {}
    response = client.post("/v1/ask", json=asked, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [each.split("\n", 1) for each in response.text.strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    assert names == ["query_understood", "evidence_found", "token", "statement_done", "done"]
    contents = [json.loads(data.removeprefix("data: ")) for _, data in events]
    assert contents[0]["standalone"] == WHO["question"]
    assert contents[1]["evidence"][0]["document"]["title"] == "The owl"
    assert contents[3]["citations"][0]["quote"] == "Musk denied the call."
    assert Answer.from_dict(contents[4]).text == contents[2]["text"]


def test_a_filter_and_a_history_are_heeded(client: TestClient) -> None:
    asked = {
        "question": "And who confirmed it?",
        "history": [{"question": "Who denied the call?", "answer": "Musk denied the call. [1]"}],
        "filters": {"language": ["fr"]},
    }
    answer = Answer.from_dict(client.post("/v1/ask", json=asked).json())
    assert "call" in answer.standalone
    cited = (*answer.citations, *answer.nearest)
    assert {citation.document.language for citation in cited} == {"fr"}


def test_search_ranks_passages_at_their_places(client: TestClient, owls: Assistant) -> None:
    found = client.post("/v1/search", json={**WHO, "limit": 1}).json()["passages"]
    assert len(found) == 1
    text = owls.library.document(found[0]["document"]["id"]).text
    assert text[found[0]["start"] : found[0]["end"]] == found[0]["text"]


def test_claims_are_tabled(client: TestClient) -> None:
    found = client.post("/v1/claims", json={"topic": "the call"}).json()
    first = found["claims"][0]
    assert (first["speaker"], first["stance"]) == ("Musk", "deny")
    assert first["citations"][0]["quote"] == "Musk denied the call."


def test_sources_are_listed_page_by_page(client: TestClient) -> None:
    assert client.get("/v1/sources").json()["total"] == 2
    first = client.get("/v1/sources", params={"limit": 1}).json()["documents"]
    second = client.get("/v1/sources", params={"limit": 1, "offset": 1}).json()["documents"]
    assert {first[0]["title"], second[0]["title"]} == {"The owl", "Le hibou"}
    french = client.get("/v1/sources", params={"language": "fr"}).json()
    assert [document["publisher"] for document in french["documents"]] == ["Le Hibou du soir"]


def test_a_source_is_read_whole_or_in_part(client: TestClient) -> None:
    [listed] = client.get("/v1/sources", params={"language": "fr"}).json()["documents"]
    whole = SourceForm.model_validate(client.get(f"/v1/sources/{listed['id']}").json())
    assert whole.text.startswith("Le Kremlin")
    assert (whole.start, whole.end) == (0, whole.characters)
    owl = whole.text.index("🦉")
    part = client.get(f"/v1/sources/{listed['id']}", params={"start": owl, "end": owl + 1}).json()
    assert (part["text"], part["characters"]) == ("🦉", whole.characters)
    beyond = client.get(f"/v1/sources/{listed['id']}", params={"start": 9000, "end": 3}).json()
    assert (beyond["text"], beyond["start"]) == ("", whole.characters)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v1/sources/nowhere", None, 404, "document_not_found"),
        ("GET", "/v1/nowhere", None, 404, "not_found"),
        ("GET", "/v1/ask", None, 405, "method_not_allowed"),
        ("POST", "/v1/ask", {}, 422, "invalid_request"),
        ("POST", "/v1/ask", {"question": " "}, 422, "invalid_request"),
        ("POST", "/v1/ask", {"question": "x" * 2001}, 422, "invalid_request"),
        ("POST", "/v1/ask", {**WHO, "filter": {}}, 422, "invalid_request"),
        ("POST", "/v1/ask", {**WHO, "filters": {"published_to": "May"}}, 422, "invalid_request"),
        ("POST", "/v1/search", {**WHO, "limit": 0}, 422, "invalid_request"),
    ],
)
def test_what_goes_wrong_is_a_problem_with_a_code(
    client: TestClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    response = client.request(method, path, json=body)
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:source-assistant:problem:{code}"
    assert problem["detail"]


def test_json_must_say_that_it_is_json(client: TestClient) -> None:
    """A form of another site can send text/plain without asking first."""
    response = client.post(
        "/v1/ask", content=json.dumps(WHO), headers={"Content-Type": "text/plain"}
    )
    assert response.json()["code"] == "invalid_request"


def test_where_json_breaks_is_told(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    problem = client.post("/v1/ask", content='{"question": who}', headers=headers).json()
    assert (problem["status"], problem["code"]) == (422, "invalid_request")
    assert problem["detail"] == "body: JSON was expected, it breaks at character 13"


def test_a_server_without_a_library_says_so_and_not_where(tmp_path: Path) -> None:
    with opened(tmp_path / "none") as assistant:
        client = TestClient(build_api(assistant), base_url="http://localhost")
        for stream in (False, True):
            response = client.post("/v1/ask", json={**WHO, "stream": stream})
            assert (response.status_code, response.json()["code"]) == (503, "library_not_found")
            assert str(tmp_path) not in response.text


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(errors).values() if isinstance(kind, type)], ids=str
)
def test_every_error_has_a_status_and_a_code(kind: type[errors.AssistantError]) -> None:
    error = kind("It", "x") if kind is errors.MissingExtra else kind("It\nbroke")
    problem = problem_of(error)
    assert 400 <= problem.status < 600
    assert problem.code == problem.code.lower()
    assert "\n" not in problem.detail


def test_codes_are_words() -> None:
    codes = [problem_of(kind("x")).code for kind in (errors.LLMFailed, errors.SourceTooLarge)]
    assert codes == ["llm_failed", "source_too_large"]


def test_a_defect_tells_nothing_of_the_inside(
    owls: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(owls, "retrieve", fail)
    client = TestClient(build_api(owls), base_url="http://localhost", raise_server_exceptions=False)
    response = client.post("/v1/search", json=WHO)
    assert (response.status_code, response.json()["code"]) == (500, "defect")
    assert "secret" not in response.text


def test_no_request_waits_for_the_answer_of_another(library: Path) -> None:
    class Slow(BagOfWords):
        def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
            time.sleep(0.5 if query else 0)
            return super().encode(texts, query=query)

    async def ask_all(app: FastAPI) -> list[str]:
        done: list[str] = []
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:

            async def send(method: str, path: str, body: object = None) -> None:
                response = await client.request(method, path, json=body)
                assert response.status_code == 200
                done.append(path)

            stream = {**WHO, "stream": True}
            asked = [send("POST", "/v1/ask", body) for body in (WHO, stream, WHO, stream)]
            await asyncio.gather(*asked, send("GET", "/v1/sources"), send("GET", "/v1/models"))
        return done

    settings = Settings(library=library, chroma="off")
    with Assistant.open(settings=settings, encoder=Slow()) as assistant:
        assert assistant.library.documents()
        done = asyncio.run(ask_all(build_api(assistant)))
    assert set(done[:2]) == {"/v1/sources", "/v1/models"}
    assert done[2:] == ["/v1/ask"] * 4
