"""The routes that add and forget sources: there only where the settings allow it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.assistant import Assistant
from assistant.errors import InvalidInput, SourceError, SourceTooLarge, UnsupportedSource
from assistant.integrations.api.gate import owner_of
from assistant.sources.kinds import kind_of, suffix_of

__all__ = ["writing_routes"]

_UPLOADS = "uploads"
_ANY_BYTES = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class UrlForm(BaseModel):
    """A page to fetch: addresses of private networks are refused."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2000)]


class OutcomeForm(BaseModel):
    """What became of one source; `reason` says why where it was skipped or failed."""

    uri: str
    status: Literal["added", "updated", "unchanged", "removed", "skipped", "failed"]
    reason: str


class ChangeForm(BaseModel):
    """What was done, source by source, and the ids of the documents that are there now."""

    sources: list[OutcomeForm]
    documents: list[str]


FileName = Annotated[
    str,
    InPath(
        pattern=r"^[^./\\\x00-\x1f\x7f:*?\"<>|][^/\\\x00-\x1f\x7f:*?\"<>|]*$",
        max_length=100,
        examples=["report.pdf"],
    ),
]


def writing_routes(assistant: Assistant) -> APIRouter:
    """Make the routes that write. One writes at a time: another is told to try again."""
    router = APIRouter(tags=["writing"])

    @router.post("/sources")
    def add_url(form: UrlForm) -> ChangeForm:
        """Fetch a page and add it; again, and it is brought up to date."""
        return _add(assistant, form.url)

    @router.put("/files/{name}", openapi_extra={"requestBody": _ANY_BYTES})
    async def put_file(name: FileName, request: Request) -> ChangeForm:
        """Add a file, sent as the body; again under the same name, and it is replaced."""
        if kind_of(name) is None:
            raise UnsupportedSource(f"no reader for {suffix_of(name) or 'such a file'}")
        folder = assistant.settings.library.absolute() / _UPLOADS / _folder(owner_of(request))
        limit = assistant.settings.upload_mb * 1_000_000
        await _store(request.stream(), folder / name, limit=limit)
        return await run_in_threadpool(_add, assistant, str(folder / name))

    @router.delete("/sources/{id:path}")
    def forget(id: str) -> ChangeForm:
        """Forget a document with its source. Of files, only uploaded ones are deleted."""
        return _forget(assistant, id)

    return router


def _add(assistant: Assistant, target: str) -> ChangeForm:
    report = assistant.add([target])
    if failed := report.having("failed") + report.having("skipped"):
        raise SourceError(f"{Path(failed[0].uri).name}: {failed[0].reason}")
    uris = {outcome.uri for outcome in report.outcomes}
    rows = [row for row in assistant.library.sources() if row.uri in uris]
    return ChangeForm(
        sources=[OutcomeForm(uri=o.uri, status=o.status, reason=o.reason) for o in report.outcomes],
        documents=[document for row in rows for document in row.documents],
    )


def _forget(assistant: Assistant, id: str) -> ChangeForm:
    with assistant.writing() as library:
        holding = {location.source for location in library.locations(id)}
        rows = [row for row in library.sources() if row.uri in holding]
        for row in rows:
            if len(row.documents) > 1:
                raise InvalidInput(
                    f"Expected a document with a source of its own, found one of "
                    f"{len(row.documents)} of {row.uri}: remove that on the command line"
                )
        library.remove([row.uri for row in rows])
    uploads = assistant.settings.library.absolute() / _UPLOADS
    for row in rows:
        if Path(row.uri).is_relative_to(uploads):
            Path(row.uri).unlink(missing_ok=True)
    return ChangeForm(
        sources=[OutcomeForm(uri=row.uri, status="removed", reason="") for row in rows],
        documents=[],
    )


def _folder(owner: str) -> str:
    """Name the folder of what one caller uploads: nobody replaces another's file."""
    return "api-" + hashlib.sha256(owner.encode()).hexdigest()[:12]


async def _store(chunks: AsyncIterator[bytes], target: Path, *, limit: int) -> None:
    """Write a file beside its place, then move it there: what breaks off leaves nothing.

    Raises:
        SourceTooLarge: more bytes than `limit`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(8)}.part")  # hidden: never read as a source
    size = 0
    try:
        with part.open("xb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise SourceTooLarge(f"expected at most {limit:,} bytes, found more")
                file.write(chunk)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
