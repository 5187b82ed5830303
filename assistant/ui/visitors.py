"""Who asks, and in which language: what a request tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

import gradio as gr

from assistant.datatypes import Filter
from assistant.ui.guards import OWNER
from assistant.ui.wording import WORDS, interface_language

__all__ = ["Visit", "language_of", "owner_of", "words_for"]


def owner_of(request: gr.Request) -> str:
    """Give whose conversations a request is about, as `Entrance` found."""
    return str(request.headers.get(OWNER, ""))


def language_of(request: gr.Request) -> str:
    """Give the interface's language, which is the browser's."""
    return interface_language(request.headers.get("accept-language", ""))


def words_for(request: gr.Request) -> Mapping[str, str]:
    """Give the interface's words in that language."""
    return WORDS[language_of(request)]


class Visit(NamedTuple):
    """Who asks, in which conversation ("" before its first answer), of which documents."""

    conversation: str
    filters: Filter | None
    owner: str
    words: Mapping[str, str]

    @classmethod
    def of(cls, conversation: str, filters: Filter | None, request: gr.Request) -> Self:
        return cls(conversation, filters, owner_of(request), words_for(request))
