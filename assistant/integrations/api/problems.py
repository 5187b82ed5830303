"""Errors as clients see them: problem+json, each with a code that stays the same.

https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from assistant import errors
from assistant.errors import AssistantError, LibraryError

__all__ = ["MEDIA_TYPE", "Problem", "Refused", "handle_errors", "problem_of", "respond"]

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)

# The nearest class of an error in its own tree decides.
_STATUS: dict[type[AssistantError], int] = {
    AssistantError: 500,
    errors.InvalidInput: 400,
    errors.DocumentNotFound: 404,
    errors.ConversationNotFound: 404,
    errors.SourceError: 422,
    errors.UnsupportedSource: 415,
    errors.SourceTooLarge: 413,
    errors.SourceUnreachable: 502,
    errors.LLMFailed: 502,
    errors.MissingExtra: 501,
    errors.LibraryError: 500,
    errors.LibraryNotFound: 503,
    errors.LibraryLocked: 409,
    errors.LibraryFull: 507,
}


class Problem(BaseModel):
    """What went wrong."""

    type: str = Field(description="A URN that names the kind of problem.")
    title: str = Field(description="The HTTP status in words.")
    status: int
    detail: str = Field(description="One line for a person: expected, found, remedy.")
    code: str = Field(description="The kind of problem, for programs: it stays the same.")


class Refused(Exception):
    """A request that is not served, before anything was asked of the library."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(detail)
        self.problem = _problem(status, code, detail)
        self.headers = dict(headers)


def problem_of(error: AssistantError) -> Problem:
    """Say what an error is to a client. The library's troubles are for the server's log."""
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    code = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(error).__name__)
    detail = " ".join(str(error).split())
    if isinstance(error, LibraryError):
        _log.warning("%s: %s", type(error).__name__, detail)
        detail = "The library cannot do that now: the server's log says why"
    return _problem(status, code.lower(), detail)


def respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Make the response that tells a problem."""
    content = problem.model_dump()
    return JSONResponse(content, problem.status, headers, media_type=MEDIA_TYPE)


def handle_errors(app: FastAPI) -> None:
    """Let an application tell whatever goes wrong as a problem."""

    def expected(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AssistantError)
        return respond(problem_of(error))

    def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        return respond(error.problem, error.headers)

    def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        detail = "; ".join(_complaint(wrong) for wrong in error.errors())
        return respond(_problem(422, "invalid_request", detail))

    def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        phrase = HTTPStatus(error.status_code).phrase
        code = phrase.lower().replace(" ", "_").replace("-", "_")
        problem = _problem(error.status_code, code, str(error.detail))
        return respond(problem, dict(error.headers or {}))

    def defect(_: Request, _error: Exception) -> JSONResponse:  # it is logged with its traceback
        return respond(_problem(500, "defect", "A defect of the server: its log says more"))

    app.add_exception_handler(AssistantError, expected)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, defect)


def _problem(status: int, code: str, detail: str) -> Problem:
    return Problem(
        type=f"urn:source-assistant:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
    )


def _complaint(wrong: dict[str, Any]) -> str:
    """Put one of pydantic's complaints as: where, what; never what was sent."""
    if wrong["type"] == "json_invalid":
        return f"body: JSON was expected, it breaks at character {wrong['loc'][-1]}"
    where = ".".join(str(step) for step in wrong["loc"])
    return f"{where}: {wrong['msg']}"
