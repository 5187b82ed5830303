"""Who is served: by name, by origin, by key, and how often."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.errors import InvalidInput
from assistant.integrations.api.gate import Access
from assistant.integrations.app import build_api
from tests.integrations.conftest import opened

KEY = "an-owl-sleeps-at-noon"
PATHS = ["/v1/sources", "/v1/openapi.json", "/v1/models", "/v1/nowhere", "/mcp"]


@contextmanager
def api(library: Path, host: str = "127.0.0.1", **settings: Any) -> Iterator[TestClient]:
    with opened(library, **settings) as assistant:
        app = build_api(assistant, host=host)
        with TestClient(app, base_url="http://127.0.0.1:7860") as client:
            yield client


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7860", "localhost", "[::1]:7860", "[::1]", "NEWS.example:80"]
)
def test_own_names_are_answered(library: Path, host: str) -> None:
    with api(library, hosts="news.example") as client:
        assert client.get("/v1/sources", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "127.0.0.1@evil"])
def test_foreign_names_are_not(library: Path, path: str, host: str) -> None:
    with api(library) as client:
        response = client.get(path, headers={"Host": host, "Origin": f"http://{host}"})
        assert (response.status_code, response.json()["code"]) == (421, "foreign_host")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9"])
def test_another_sites_page_is_refused(library: Path, path: str, origin: str) -> None:
    with api(library) as client:
        for method in ("GET", "POST", "OPTIONS"):
            response = client.request(method, path, headers={"Origin": origin})
            assert response.status_code == 403
            assert "access-control-allow-origin" not in response.headers


def test_a_page_that_the_settings_name_may_call(library: Path) -> None:
    desk = "https://desk.example"
    with api(library, api_origins=desk, api_keys=KEY) as client:
        asks = {"Access-Control-Request-Method": "POST", "Origin": desk}
        preflight = client.options("/v1/ask", headers=asks)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == desk
        response = client.get("/v1/sources", headers={"Origin": desk, "X-API-Key": KEY})
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == desk
        assert client.get("/v1/sources", headers={"Origin": desk}).status_code == 401
        other = client.get("/v1/sources", headers={"Origin": "https://other.example"})
        assert other.status_code == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer "},
        {"X-API-Key": KEY[:-1]},
        {"X-API-Key": KEY + "é"},
        {"Authorization": "Bearer wrong", "X-API-Key": KEY},
    ],
    ids=str,
)
def test_nothing_is_told_without_a_key(library: Path, path: str, headers: dict[str, str]) -> None:
    with api(library, api_keys=KEY) as client:
        encoded = {name: value.encode() for name, value in headers.items()}
        response = client.get(path, headers=encoded)
        assert (response.status_code, response.json()["code"]) == (401, "key_expected")
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [{"Authorization": f"bearer {KEY}"}, {"X-API-Key": KEY}])
def test_each_key_lets_in(library: Path, headers: dict[str, str]) -> None:
    with api(library, api_keys=f"another-key-of-an-owl,{KEY}") as client:
        assert client.get("/v1/sources", headers=headers).status_code == 200


def test_other_machines_are_served_with_keys_only(library: Path) -> None:
    with pytest.raises(InvalidInput, match="A key in ASSISTANT_API_KEYS was expected"):
        Access.of(Settings(library=library), "0.0.0.0")
    with api(library, host="news.example", api_keys=KEY) as client:
        headers = {"Host": "news.example", "X-API-Key": KEY}
        assert client.get("/v1/sources", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"api_keys": "short"}, "expected keys of 16 characters or more"),
        ({"api_rate": "often"}, "expected a rate such as 60/minute, found 'often'"),
    ],
)
def test_settings_that_are_off_are_told(settings: dict[str, str], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        Access.of(Settings(**settings), "127.0.0.1")


def test_a_key_is_never_shown(library: Path) -> None:
    settings = Settings(library=library, api_keys=KEY)
    access = Access.of(settings, "127.0.0.1")
    for told in (repr(settings), str(settings.api_keys), repr(access)):
        assert KEY not in told


def test_who_asks_too_often_waits(library: Path) -> None:
    keys = f"another-key-of-an-owl,{KEY}"
    with api(library, api_keys=keys, api_rate="3/minute") as client:
        mine, others = {"X-API-Key": KEY}, {"X-API-Key": "another-key-of-an-owl"}
        assert [client.get("/v1/models", headers=mine).status_code for _ in range(3)] == [200] * 3
        refused = client.get("/v1/models", headers=mine)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/v1/models", headers=others).status_code == 200
        assert client.get("/mcp", headers=mine).status_code == 429


def test_guessing_keys_is_slowed_down(library: Path) -> None:
    with api(library, api_keys=KEY, api_rate="3/minute") as client:
        tried = [client.get("/v1/models", headers={"X-API-Key": f"{n}"}) for n in range(5)]
        assert [response.status_code for response in tried] == [401, 401, 401, 429, 429]


def test_a_long_body_is_not_read(owls: Assistant, client: TestClient) -> None:
    response = client.post("/v1/ask", content=b"x" * (2 << 20))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_without_the_extra_the_rest_is_served(
    owls: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "assistant.integrations.mcp", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    client = TestClient(build_api(owls), base_url="http://localhost")
    response = client.post("/mcp", json={})
    assert (response.status_code, response.json()["code"]) == (501, "missing_extra")
    assert "source-assistant[mcp]" in response.json()["detail"]
    assert client.get("/v1/sources").status_code == 200
