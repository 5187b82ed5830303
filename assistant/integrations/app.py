"""One application for every client that is no person: REST, OpenAI's protocol, MCP."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.integrations.api.gate import Access, guarded, new_limiter
from assistant.integrations.api.problems import MEDIA_TYPE, Problem, handle_errors
from assistant.integrations.api.questions import question_routes
from assistant.integrations.api.sources import source_routes

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
    """Make an application with `/v1`; pages may be mounted in it afterwards.

    Args:
        host: the address that it will be served on.

    Raises:
        InvalidInput: others reach that address and no key is set, or a setting is off.
    """
    access = Access.of(assistant.settings, host)
    limiter = new_limiter()
    app = FastAPI(openapi_url=None)
    app.mount("/v1", guarded(_rest(assistant), access, limiter))
    return app


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
    return rest
