"""The tools, called by the real client: in a process of its own, and over HTTP."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from assistant.assistant import Assistant
from assistant.datatypes import Answer
from assistant.integrations.api.forms import AnswerForm
from assistant.integrations.mcp import build_mcp
from assistant.verify import verify
from tests.integrations.conftest import opened
from tests.integrations.serving import serving

WHO = {"question": "Who denied the call?"}

SERVER = """
import sys
from pathlib import Path
from assistant.integrations.mcp import build_mcp
from tests.integrations.conftest import opened
build_mcp(opened(Path(sys.argv[1]))).run("stdio")
"""


async def call(server: Any, tool: str, arguments: dict[str, Any]) -> Any:
    async with Client(server) as client:
        return await client.call_tool(tool, arguments)


def test_the_tools_only_read_and_say_what_they_return(owls: Assistant) -> None:
    async def listed() -> Any:
        async with Client(build_mcp(owls)) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert tools.keys() == {"ask", "search", "claims", "get_source"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.output_schema["type"] == "object"
    assert tools["ask"].output_schema["properties"].keys() == AnswerForm.model_fields.keys()
    assert tools["ask"].input_schema["required"] == ["question"]


def test_ask_returns_the_one_json_form(owls: Assistant) -> None:
    result = asyncio.run(call(build_mcp(owls), "ask", WHO))
    answer = Answer.from_dict(result.structured_content)
    assert answer.text == "Musk denied the call. [1]"
    assert verify(answer, owls.library) == []
    assert "Musk denied the call. [1]" in result.content[0].text


def test_a_source_is_read_by_the_id_of_a_citation(owls: Assistant) -> None:
    server = build_mcp(owls)
    answer = asyncio.run(call(server, "ask", WHO)).structured_content
    [citation] = answer["citations"]
    place = {"id": citation["document"]["id"], "start": citation["start"], "end": citation["end"]}
    source = asyncio.run(call(server, "get_source", place)).structured_content
    assert source["text"] == citation["quote"]


def test_search_and_claims(owls: Assistant) -> None:
    server = build_mcp(owls)
    found = asyncio.run(call(server, "search", {**WHO, "limit": 1})).structured_content
    assert len(found["passages"]) == 1
    table = asyncio.run(call(server, "claims", {"topic": "the call"})).structured_content
    assert table["claims"][0]["speaker"] == "Musk"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("get_source", {"id": "nowhere"}, "DocumentNotFound: No document 'nowhere'"),
        ("ask", {"question": ""}, "question"),
        ("search", {**WHO, "limit": 0}, "limit"),
    ],
)
def test_what_goes_wrong_is_told_to_the_model(
    owls: Assistant, tool: str, arguments: dict[str, Any], told: str
) -> None:
    result = asyncio.run(call(build_mcp(owls), tool, arguments))
    assert result.is_error
    assert told in result.content[0].text


def test_over_stdin_and_stdout(library: Path) -> None:
    server = StdioServerParameters(
        command=sys.executable, args=["-c", SERVER, str(library)], cwd=Path(__file__).parents[2]
    )
    result = asyncio.run(call(server, "ask", WHO))
    assert result.structured_content["text"] == "Musk denied the call. [1]"


def test_over_http(owls: Assistant) -> None:
    with serving(owls) as url:
        result = asyncio.run(call(f"{url}/mcp", "ask", WHO))
    assert result.structured_content["text"] == "Musk denied the call. [1]"


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("own", None, 200),
        ("own", "own", 200),
        ("own", "http://evil.example", 403),
        ("evil.example", None, 421),
        ("evil.example", "own", 421),
        ("evil.example", "http://evil.example", 421),
    ],
)
def test_only_own_names_and_own_pages_reach_the_tools(
    owls: Assistant, host: str, origin: str | None, status: int
) -> None:
    with serving(owls) as url:
        own = url.removeprefix("http://")
        headers = {
            "Host": own if host == "own" else host,
            "Accept": "application/json, text/event-stream",
        }
        if origin:
            headers["Origin"] = url if origin == "own" else origin
        assert httpx.post(f"{url}/mcp", json=PING, headers=headers).status_code == status


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nobody_is_kept_waiting_for_news(client: TestClient, method: str) -> None:
    response = client.request(method, "/mcp", headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_a_key_is_asked_for_here_too(library: Path) -> None:
    import httpx2

    async def ask(url: str) -> Any:
        headers = {"Authorization": "Bearer an-owl-sleeps-at-noon"}
        async with httpx2.AsyncClient(headers=headers) as http:
            return await call(streamable_http_client(url, http_client=http), "ask", WHO)

    locked = opened(library, api_keys="an-owl-sleeps-at-noon")
    with locked, serving(locked) as url:
        assert httpx.post(f"{url}/mcp", json=PING).status_code == 401
        answer = asyncio.run(ask(f"{url}/mcp")).structured_content
    assert answer["text"] == "Musk denied the call. [1]"


def test_the_process_keeps_its_own_logging(owls: Assistant) -> None:
    import logging

    before = logging.getLogger().handlers[:]
    build_mcp(owls)
    assert logging.getLogger().handlers == before
