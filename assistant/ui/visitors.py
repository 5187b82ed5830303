"""Who asks, and in which language: what a request tells."""

from __future__ import annotations

from collections.abc import Mapping

import gradio as gr

from assistant.ui.guards import OWNER
from assistant.ui.wording import WORDS, interface_language

__all__ = ["language_of", "owner_of", "words_for"]


def owner_of(request: gr.Request) -> str:
    """Give whose conversations a request is about, as `Entrance` found."""
    return str(request.headers.get(OWNER, ""))


def language_of(request: gr.Request) -> str:
    """Give the interface's language, which is the browser's."""
    return interface_language(request.headers.get("accept-language", ""))


def words_for(request: gr.Request) -> Mapping[str, str]:
    """Give the interface's words in that language."""
    return WORDS[language_of(request)]
