"""One application for every client that is no person: REST, OpenAI's protocol, MCP."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp

from assistant.assistant import Assistant
from assistant.errors import MissingExtra
from assistant.integrations.api.chat_completions import chat_routes
from assistant.integrations.api.conversations import conversation_routes
from assistant.integrations.api.gate import Access, guarded, new_limiter
from assistant.integrations.api.problems import (
    MEDIA_TYPE,
    Problem,
    handle_errors,
    problem_of,
    respond,
)
from assistant.integrations.api.questions import question_routes
from assistant.integrations.api.sources import source_routes
from assistant.integrations.api.writing import writing_routes

__all__ = ["build_api"]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "The request cannot be served",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    },
    "5XX": {
        "description": "The server cannot serve it",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    },
}


def build_api(assistant: Assistant, *, host: str = "127.0.0.1") -> FastAPI:
    """Make an application with `/v1` and `/mcp`; pages may be mounted in it afterwards.

    Args:
        host: the address that it will be served on.

    Raises:
        InvalidInput: others reach that address and no key is set, or a setting is off.
    """
    access = Access.of(assistant.settings, host)
    limiter = new_limiter()
    endpoint, running = _mcp(assistant, access)
    app = FastAPI(openapi_url=None, lifespan=lambda _: running())
    app.mount("/v1", guarded(_rest(assistant), access, limiter))
    app.router.routes.append(Route("/mcp", guarded(endpoint, access, limiter)))
    return app


def _mcp(
    assistant: Assistant, access: Access
) -> tuple[ASGIApp, Callable[[], AbstractAsyncContextManager[None]]]:
    """Make the endpoint of MCP, and what runs as long as it does."""
    try:
        from assistant.integrations.mcp import HttpEndpoint, build_mcp
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        return respond(problem_of(MissingExtra("MCP", "mcp"))), nullcontext
    endpoint = HttpEndpoint(build_mcp(assistant), "/mcp", access)
    return endpoint, endpoint.running


def _rest(assistant: Assistant) -> FastAPI:
    rest = FastAPI(
        title="source-assistant",
        version=version("source-assistant"),
        summary="Answers over your sources; every statement is cited to the exact characters.",
        responses=_PROBLEMS,
        docs_url=None,  # both load their scripts from elsewhere
        redoc_url=None,
    )
    handle_errors(rest)
    rest.include_router(question_routes(assistant))
    rest.include_router(source_routes(assistant))
    rest.include_router(chat_routes(assistant))
    rest.include_router(conversation_routes(assistant))
    if assistant.settings.api_writes:
        rest.include_router(writing_routes(assistant))
    return rest
