"""What the viewer beside the chat asks for: a source around a cited place, and pages of PDFs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from assistant.assistant import Assistant
from assistant.datatypes import Document
from assistant.errors import AssistantError, DocumentNotFound
from assistant.ui.naming import name_of
from assistant.ui.pdf_page import PageRenderer

__all__ = ["View", "view", "viewer_routes"]

_AROUND = 100_000  # characters on each side: a chapter; a browser lays out more only slowly


@dataclass(frozen=True, slots=True)
class View:
    """A source, cut at the cited characters: nothing has to be searched for in the browser."""

    title: str
    publisher: str
    author: str
    published: str
    language: str
    uri: str
    """Where it is on the web; empty for a file: paths are nobody's business."""
    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool
    page: int | None


def view(document: Document, start: int, end: int) -> View | None:
    """Cut a source at ``[start, end)``; None where these are no characters of it."""
    if not 0 <= start < end <= len(document.text):
        return None
    first, last = max(0, start - _AROUND), end + _AROUND
    ref = document.ref
    return View(
        title=name_of(ref),
        publisher=ref.publisher,
        author=ref.author,
        published=ref.published,
        language=ref.language,
        uri=ref.uri if ref.uri.startswith(("https://", "http://")) else "",
        before=document.text[first:start],
        quote=document.text[start:end],
        after=document.text[end:last],
        cut_before=first > 0,
        cut_after=last < len(document.text),
        page=document.page_at(start),
    )


def viewer_routes(assistant: Assistant) -> APIRouter:
    """Give the routes; whoever mounts them decides who may ask.

    A source is named by the SHA-256 of its text. One that has changed has another: what is shown
    is the text that was cited, or nothing.
    """
    router = APIRouter(prefix="/source")
    renderer = PageRenderer()

    @router.get("/{sha256}")
    def source(sha256: str, start: int, end: int) -> JSONResponse:
        try:
            found = view(_cited(assistant, sha256), start, end)
        except DocumentNotFound:
            return _told("gone", 404)
        except AssistantError:
            return _told("unavailable", 503)
        return _told("outside", 404) if found is None else _given(asdict(found))

    @router.get("/{sha256}/page")
    def page(sha256: str, start: int, end: int) -> JSONResponse:
        try:
            document = _cited(assistant, sha256)
            if view(document, start, end) is None:
                return _told("outside", 404)
            file = _file_of(assistant, document)
            drawn = renderer.render(document, start, end, file=file) if file else None
        except DocumentNotFound:
            return _told("gone", 404)
        except AssistantError:
            return _told("unavailable", 503)
        return _told("unavailable", 404) if drawn is None else _given(asdict(drawn))

    return router


def _cited(assistant: Assistant, sha256: str) -> Document:
    """Read the very text that was cited; ids and shortened digests may name another by now."""
    document = assistant.library.document(sha256)
    if document.ref.sha256 != sha256:
        raise DocumentNotFound(f"No document has the SHA-256 {sha256!r}")
    return document


def _file_of(assistant: Assistant, document: Document) -> Path | None:
    """Find the PDF file that a document was read from, where that is a file by itself."""
    if not document.page_starts:
        return None
    for location in assistant.library.locations(document.ref.sha256):
        path = Path(location.source.removeprefix("file://"))
        if not location.part and path.suffix.lower() == ".pdf" and path.is_file():
            return path
    return None


def _given(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(content, headers={"cache-control": "private, max-age=3600"})


def _told(reason: str, status: int) -> JSONResponse:
    return JSONResponse({"reason": reason}, status, headers={"cache-control": "no-store"})
