"""The routes of sources: list them, read them, and add or forget them where that is allowed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.assistant import Assistant
from assistant.datatypes import Filter
from assistant.integrations.api.forms import (
    DocumentForm,
    Offset,
    SourceForm,
    SourcesForm,
    Values,
    source_form,
)

__all__ = ["source_routes"]

_PAGE = Query(ge=1, le=1000)


def source_routes(assistant: Assistant) -> APIRouter:
    """Make the routes that read."""
    router = APIRouter(prefix="/sources", tags=["sources"])

    @router.get("")
    def sources(
        limit: Annotated[int, _PAGE] = 100,
        offset: Offset = 0,
        publisher: Annotated[Values, Query()] = (),
        language: Annotated[Values, Query()] = (),
    ) -> SourcesForm:
        """List the documents of the library, in the order they came."""
        found = assistant.library.documents(
            Filter(publisher=tuple(publisher), language=tuple(language))
        )
        page = found[offset : offset + limit]
        return SourcesForm(total=len(found), documents=[DocumentForm.of(ref) for ref in page])

    @router.get("/{id:path}")
    def source(
        id: str,
        start: Offset = 0,
        end: Offset | None = None,
    ) -> SourceForm:
        """Read a document with its text, or the characters [start, end) of it."""
        library = assistant.library
        return library.consistently(
            lambda: source_form(library.document(id), library.locations(id), start=start, end=end)
        )

    return router
