from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant.ui.auth import Users
from assistant.ui.guards import OWNER, Entrance, OurRoutes, Safeguards


async def echo(request: Request) -> JSONResponse:
    return JSONResponse(request.headers.getlist(OWNER))


APP = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])


def visitor(users: Users | None = None) -> TestClient:
    return TestClient(Entrance(APP, users=users), base_url="http://localhost")


# --- visitors


def test_a_visitor_keeps_an_owner_of_his_own() -> None:
    one, other = visitor(), visitor()
    [first] = one.get("/").json()
    assert [one.get("/").json() for _ in range(2)] == [[first]] * 2
    assert other.get("/").json() != [first]
    assert "set-cookie" not in one.get("/").headers


def test_the_cookie_is_out_of_reach_of_scripts_and_is_not_the_owner() -> None:
    one = visitor()
    response = one.get("/")
    cookie = response.headers["set-cookie"]
    assert "; HttpOnly; SameSite=Lax; Path=/" in cookie
    assert response.json()[0] not in cookie


@pytest.mark.parametrize("cookie", ["x", "a" * 44, "../" * 10 + "a" * 13, '"', "ä" * 43, ""])
def test_a_cookie_that_is_none_of_ours_is_replaced(cookie: str) -> None:
    headers = {"cookie": f"assistant-visitor={cookie}".encode()}
    assert "set-cookie" in visitor().get("/", headers=headers).headers


@pytest.mark.parametrize("users", [None, Users.from_plain("owl:hoo")])
def test_nobody_can_name_himself_the_owner(users: Users | None) -> None:
    client = visitor(users)
    client.headers["authorization"] = "Bearer owl:hoo"
    headers = [(OWNER, "user:fox"), (OWNER.title(), "user:hare")]
    [owner] = client.get("/", headers=headers).json()
    assert owner == "user:owl" if users else len(owner) == 32


# --- users


@pytest.mark.parametrize(
    "path", ["/", "/config", "/assets/a.js", "/v1/answers", "/uploads", "/mcp"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_at_all_is_answered_without_the_password(path: str, method: str) -> None:
    client = visitor(Users.from_plain("owl:hoo"))
    refused = client.request(method, path)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic realm=")
    for credentials in (b"owl:hoo", b"owl:hooo", b"fox:hoo"):
        given = {"authorization": f"Basic {base64.b64encode(credentials).decode()}"}
        expected = 200 if credentials == b"owl:hoo" else 401
        assert client.request(method, path, headers=given).status_code == expected


def test_guessing_is_told_to_wait() -> None:
    client = visitor(Users.from_plain("owl:hoo"))
    statuses = [
        client.get("/", headers={"authorization": f"Bearer owl:{n}"}).status_code for n in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2
    refused = client.get("/", headers={"authorization": "Bearer owl:hoo"})
    assert 0 < int(refused.headers["retry-after"]) <= 3


# --- names


@pytest.mark.parametrize(
    ("host", "named", "anywhere"),
    [
        ("localhost", True, True),
        ("LOCALHOST:80", True, True),
        ("[::1]:80", True, True),
        ("news.example:7860", True, True),
        ("192.168.1.4", False, True),
        ("192.168.1.4:7860", False, True),
        ("[fe80::1]:7860", False, True),
        ("evil.example", False, False),
        ("localhost.evil.example", False, False),
        ("127.0.0.1.evil.example:80", False, False),
        ("", False, False),
        ("localhost:80:90", False, False),
    ],
)
def test_a_name_is_answered_to_only_if_it_is_ours(host: str, named: bool, anywhere: bool) -> None:
    names = ("localhost", "::1", "News.example")
    for any_address, expected in ((False, named), (True, anywhere)):
        app = Safeguards(APP, names=names, any_address=any_address)
        response = TestClient(app).get("/", headers={"host": host})
        assert response.status_code == (200 if expected else 400), any_address


def test_there_are_no_web_sockets() -> None:
    client = TestClient(Safeguards(APP, names=["testserver"]))
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass


# --- Gradio's routes

NEEDED = {
    *("/", "/config", "/config/", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"),
    *("/assets/{path:path}", "/static/{path:path}", "/gradio_api/startup-events"),
    *("/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/cancel"),
    *("/gradio_api/run/{api_name}", "/gradio_api/reset", "/gradio_api/theme.css"),
}


def paths_of(router: Any, prefix: str = "") -> Iterator[str]:
    for route in router.routes:
        if inner := getattr(route, "original_router", None):
            yield from paths_of(inner, route.include_context.prefix)
        else:
            yield prefix + route.path


def gradio_routes() -> list[str]:
    """Every path that Gradio answers, whatever version is installed."""
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox()
    return sorted(set(paths_of(gr.routes.App.create_app(page))))


def test_gradio_still_has_the_routes_that_the_page_needs() -> None:
    assert set(gradio_routes()) >= NEEDED


@pytest.mark.parametrize("path", [path for path in gradio_routes() if path not in NEEDED])
def test_every_other_route_of_gradio_is_closed(path: str) -> None:
    client = TestClient(OurRoutes(APP), base_url="http://localhost")
    filled = path.replace("{path:path}", "x").replace("{", "").replace("}", "")
    for method in ("GET", "POST"):
        assert client.request(method, filled).status_code == 404
