"""Adding sources: what was dropped, and what was pasted, with what became of each file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.ui.actions import action_of
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.shelf import Shelf, Step
from assistant.ui.sources_html import drop_zone, step_html
from assistant.ui.visitors import owner_of, words_for

__all__ = ["Adding"]

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_LONGEST_PASTE = 1_000_000


class Adding:
    """Makes the components where it is built; after the events in `done` the list is another."""

    def __init__(self, shelf: Shelf, *, megabytes: int, door: gr.Textbox) -> None:
        self._shelf = shelf
        self._megabytes = megabytes
        self.zone = gr.Markdown(elem_id="drop-zone", sanitize_html=False)
        with gr.Row():
            pasted = gr.Textbox(
                "",
                label=TRANSLATIONS("paste"),
                placeholder=TRANSLATIONS("paste_hint"),
                lines=2,
                max_lines=8,
                max_length=_LONGEST_PASTE,
                scale=4,
                min_width=280,
            )
            title = gr.Textbox(
                "", label=TRANSLATIONS("paste_title"), max_length=300, scale=2, min_width=220
            )
            add = gr.Button(TRANSLATIONS("add"), variant="primary", scale=0, min_width=110)
        self.told = gr.Markdown(elem_id="shelf-told", sanitize_html=False)
        self.done = [
            door.change(self._read_batch, door, self.told, **_QUIET),
            add.click(self._paste, [pasted, title], [self.told, pasted, title], **_QUIET),
        ]

    def greet(self, request: gr.Request) -> str:
        """Give the drop zone in the visitor's language."""
        return drop_zone(words_for(request), megabytes=self._megabytes)

    def _read_batch(self, written: str, request: gr.Request) -> Iterator[Any]:
        action = action_of(written)
        if action is None or action.name != "batch":
            yield gr.skip()
            return
        try:
            steps = self._shelf.add_batch(action.value, owner=owner_of(request))
        except AssistantError as error:
            steps = iter([error])
        yield from self.telling(steps, request)

    def _paste(self, text: str, title: str, request: gr.Request) -> Iterator[Any]:
        batch = secrets.token_hex(16)
        try:
            steps: Iterator[Step] = self._shelf.paste(
                text, title=title, batch=batch, owner=owner_of(request)
            )
        except AssistantError as error:
            yield step_html(error, words_for(request)), text, title
            return
        for told in self.telling(steps, request):
            yield told, "", ""

    @staticmethod
    def telling(steps: Iterator[Step], request: gr.Request) -> Iterator[str]:
        """Tell of a piece of work as it goes on."""
        words = words_for(request)
        yield f'<div role="status"><p>{words["starting"]}</p></div>'
        for step in steps:
            yield step_html(step, words)
