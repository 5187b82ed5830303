"""The conversations so far, at the side of the page: open, name, hand on, check, delete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.ui.chat_tab import ChatTab
from assistant.ui.exports import export_links
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.render import notice_html
from assistant.ui.text import element, shown
from assistant.ui.visitors import owner_of, words_for

__all__ = ["ConversationList"]

Updates = dict[Any, Any]
_QUIET = {"api_visibility": "private", "show_progress": "hidden"}


class ConversationList:
    """Makes the sidebar where it is built."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        with gr.Sidebar(label=TRANSLATIONS("conversations"), open=False, width=280, elem_id="kept"):
            self._new = gr.Button(TRANSLATIONS("new"), variant="primary", elem_id="new")
            self._list = gr.Radio(
                [], label=TRANSLATIONS("conversations"), elem_id="conversations", visible=False
            )
            with gr.Column(visible=False, elem_id="of-one") as self._one:
                self._verify = gr.Button(TRANSLATIONS("verify"), size="sm", elem_id="verify")
                self._verdict = gr.Markdown(elem_id="verdict", sanitize_html=True)
                self._links = gr.Markdown(elem_id="exports", sanitize_html=True)
                self._title = gr.Textbox(label=TRANSLATIONS("title"), max_length=200)
                self._rename = gr.Button(TRANSLATIONS("rename"), size="sm")
                self._delete = gr.Button(TRANSLATIONS("delete"), size="sm", elem_id="delete")
                with gr.Row(visible=False) as self._sure:
                    self._really = gr.Button(TRANSLATIONS("delete_sure"), size="sm", variant="stop")
                    self._not = gr.Button(TRANSLATIONS("cancel"), size="sm")

    def wire(self, page: gr.Blocks, talk: ChatTab, changed: list[Any]) -> None:
        """Connect the list with the chat; `changed` are the events that add to conversations."""
        mine = [self._list, self._one, self._title, self._links, self._verdict, self._sure]
        everything = [*talk.outputs, *mine]

        def show(conversation: str, request: gr.Request) -> Updates:
            opened = talk.opened(conversation, request)
            return {**opened, **self._listed(opened[talk.current], request)}

        def load(conversation: str, request: gr.Request) -> Updates:
            if not conversation:  # a question asked meanwhile has the chat to itself
                return self._listed("", request)
            return show(conversation, request)

        def begin(request: gr.Request) -> Updates:
            return show("", request)

        def rename(title: str, conversation: str, request: gr.Request) -> Updates:
            with _told():
                self._assistant.conversations.rename(conversation, title, owner_of(request))
            return self._listed(conversation, request)

        def delete(conversation: str, request: gr.Request) -> Updates:
            with _told():
                self._assistant.conversations.delete(conversation, owner_of(request))
            return show("", request)

        talk.then_suggest(page.load(load, talk.current, everything, **_QUIET))
        for event in changed:
            event.then(self._listed, talk.current, mine, **_QUIET)
        talk.then_suggest(self._list.input(show, self._list, everything, **_QUIET))
        self._new.click(begin, None, everything, **_QUIET).then(
            talk.greet, None, talk.chat, **_QUIET
        )
        named = [self._title, talk.current]
        gr.on([self._rename.click, self._title.submit], rename, named, mine, **_QUIET)
        self._delete.click(lambda: gr.Row(visible=True), None, self._sure, **_QUIET)
        self._not.click(lambda: gr.Row(visible=False), None, self._sure, **_QUIET)
        self._really.click(delete, talk.current, everything, **_QUIET)
        self._verify.click(self._verified, talk.current, self._verdict, **_QUIET)

    def _listed(self, conversation: str, request: gr.Request) -> Updates:
        words = words_for(request)
        kept = self._assistant.conversations.list(owner_of(request))
        title = next((each.title for each in kept if each.id == conversation), "")
        known = conversation if any(each.id == conversation for each in kept) else None
        choices = [(each.title or words["untitled"], each.id) for each in kept]
        return {
            self._list: gr.Radio(choices, value=known, visible=bool(kept)),
            self._one: gr.Column(visible=known is not None),
            self._title: title,
            self._links: export_links(conversation, words) if known else "",
            self._verdict: "",
            self._sure: gr.Row(visible=False),
        }

    def _verified(self, conversation: str, request: gr.Request) -> str:
        """Say whether every citation still holds, and which do not."""
        words, owner = words_for(request), owner_of(request)
        try:
            turns = self._assistant.conversations.get(conversation, owner).turns
            problems = self._assistant.conversations.verify(conversation, owner)
        except AssistantError as error:
            return notice_html(str(error))
        number = {turn.id: n for n, turn in enumerate(turns, start=1)}
        count = sum(len(turn.answer.citations) for turn in turns)
        if not problems:
            told = words["verified" if count else "verified_none"].format(count=count)
            return f'<p class="verdict good">✓ {shown(told)}</p>'
        told = words["verify_problems"].format(count=len(problems))
        items = "".join(
            element(
                "li",
                "",
                shown(
                    words["turn_citation"].format(
                        turn=number[p.turn_id], citation=p.citation, reason=words[p.kind]
                    )
                    + f" ({p.title})"
                ),
            )
            for p in problems
        )
        return f'<div class="verdict bad"><p>✕ {shown(told)}</p><ul>{items}</ul></div>'


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a visitor can cause into a message for him."""
    try:
        yield
    except AssistantError as error:
        gr.Warning(shown(str(error)))
