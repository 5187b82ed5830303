"""Conversations to take away: links for the page, and the routes behind them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from assistant.assistant import Assistant
from assistant.errors import AssistantError, ConversationNotFound
from assistant.ui.guards import OWNER
from assistant.ui.text import shown

__all__ = ["export_links", "export_routes"]

_FORMATS = {"markdown": ("text/markdown", "md"), "json": ("application/json", "json")}


def export_links(conversation: str, words: Mapping[str, str]) -> str:
    """Give the links to a conversation's files, and the button that prints it."""
    links = "".join(
        f'<a href="/conversation/{shown(conversation)}/{kind}" download="conversation.{suffix}">'
        f"{shown(words[f'export_{kind}'])}</a>"
        for kind, (_, suffix) in _FORMATS.items()
    )
    button = f'<button type="button" name="print">{shown(words["export_print"])}</button>'
    return f'<div class="exports ours">{links}{button}</div>'


def export_routes(assistant: Assistant) -> APIRouter:
    """Give the routes; another's conversation is not there."""
    router = APIRouter(prefix="/conversation")

    @router.get("/{id}/{format}")
    def export(id: str, format: str, request: Request) -> Response:
        if format not in _FORMATS:
            return PlainTextResponse("No such format", 404)
        owner = request.headers.get(OWNER, "")
        try:
            text = assistant.conversations.export(id, format, owner=owner)
        except ConversationNotFound:
            return PlainTextResponse("No such conversation", 404)
        except AssistantError:
            return PlainTextResponse("The conversation cannot be read just now", 503)
        kind, suffix = _FORMATS[format]
        name = f'attachment; filename="conversation.{suffix}"'
        headers = {"content-disposition": name, "cache-control": "no-store"}
        return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)

    return router
