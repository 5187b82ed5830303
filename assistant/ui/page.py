"""The page: its parts, and how they act upon each other."""

from __future__ import annotations

import os
import sys
from importlib import resources

import gradio as gr

from assistant.assistant import Assistant
from assistant.models.onnx_session import processors
from assistant.ui.chat_tab import ChatTab
from assistant.ui.claims_tab import build_claims
from assistant.ui.conversations import ConversationList
from assistant.ui.evals import build_evals
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.sources import SourcesTab
from assistant.ui.turnstile import Turnstile

__all__ = ["TRANSLATIONS", "build_page", "page_head"]

_AT_ONCE = 30  # of the 40 threads that there are
_REMEMBERED = 1_000  # pages whose last state is held; Gradio forgets them only by this number
_NEVER = str(sys.maxsize)


def page_head() -> str:
    """Give the page's own scripts and style, to stand in its head: nothing more is loaded."""
    folder = resources.files(__package__)
    style = folder.joinpath("viewer.css").read_text("utf-8")
    scripts = (
        folder.joinpath(name).read_text("utf-8") for name in ("viewer.js", "page.js", "sources.js")
    )
    return f"<style>{style}</style>" + "".join(f"<script>{script}</script>" for script in scripts)


def build_page(assistant: Assistant, *, writable: bool = True) -> gr.Blocks:
    """Make the page; `serve` mounts it with its style, its scripts and its safeguards.

    Args:
        writable: whether sources can be added and removed.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Blocks' own flag does not cover all calls
    # After every event Gradio would make a table, by pandas, of the last 10,000: for nobody, here.
    os.environ |= {"GRADIO_ANALYTICS_MAX_EVENTS": "1", "GRADIO_ANALYTICS_CACHE_FREQUENCY": _NEVER}
    turnstile = Turnstile(max(1, processors() // 2))  # reading takes several processors itself
    with gr.Blocks(title="source-assistant", analytics_enabled=False, fill_height=True) as page:
        # No secret: who asks for a conversation must be its owner.
        current = gr.BrowserState("", storage_key="conversation", secret="conversation")  # noqa: S106
        # What is in a tab is not there before the tab is opened: this must be.
        narrowed = gr.BrowserState([], storage_key="asking", secret="asking")  # noqa: S106
        filters = gr.State(None)
        kept = ConversationList(assistant)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(TRANSLATIONS("chat_tab"), id="chat", elem_id="chat-tab"):
                talk = ChatTab(assistant, current, filters, turnstile=turnstile)
                asking = gr.Markdown(elem_id="asking", sanitize_html=False)
            with gr.Tab(TRANSLATIONS("sources_tab"), id="sources", elem_id="sources-tab") as tab:
                sources = SourcesTab(assistant, filters, narrowed, line=asking, writable=writable)
            with gr.Tab(TRANSLATIONS("claims_tab"), id="claims"):
                build_claims(assistant, filters, turnstile)
            if assistant.settings.evals is not None:
                with gr.Tab(TRANSLATIONS("evals_tab"), id="evals") as evals:
                    build_evals(assistant.settings.evals, page, evals)
        changed = talk.wire()
        kept.wire(page, talk, changed)
        sources.wire(page, tab)
        page.load(talk.greet, None, talk.chat, api_visibility="private", show_progress="hidden")
    # Everybody is served at once, so that nobody's click waits for another's question; what takes
    # the processors goes through the turnstile. Threads are left for what is fetched beside.
    page.queue(default_concurrency_limit=_AT_ONCE)
    page.state_session_capacity = _REMEMBERED
    return page
