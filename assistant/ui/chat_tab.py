"""The chat: question box, bubbles, and what their buttons do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from assistant.conversation import MAX_QUESTION
from assistant.datatypes import Filter, Vote
from assistant.errors import AssistantError, ConversationNotFound, LibraryNotFound
from assistant.ui.actions import Action, action_of
from assistant.ui.asking import Asking, Step
from assistant.ui.chat import Exchange, messages
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.problems import no_sources_html
from assistant.ui.suggestions import Suggestions
from assistant.ui.turnstile import Turnstile
from assistant.ui.visitors import Visit, language_of, words_for

__all__ = ["ChatTab"]

Updates = dict[Any, Any]
_VOTES: Mapping[str, Vote] = {"up": "up", "down": "down"}
_QUIET = {"api_visibility": "private", "show_progress": "hidden"}


class ChatTab:
    """Makes the components where it is built; every handler reads the kept conversation anew.

    `current` holds the conversation's id, in the browser: a reload goes on with it. `filters` holds
    the `Filter` that says which sources are asked, or None.
    """

    def __init__(
        self,
        assistant: Assistant,
        current: gr.BrowserState,
        filters: gr.State,
        *,
        turnstile: Turnstile,
    ) -> None:
        self._assistant = assistant
        self._asking = Asking(assistant, turnstile)
        self._suggestions = Suggestions(assistant, turnstile)
        self.current = current
        self._filters = filters
        self.chat = gr.Chatbot(
            label=TRANSLATIONS("conversation"),
            placeholder=TRANSLATIONS("about"),
            elem_id="chat",
            show_label=False,
            layout="bubble",
            buttons=[],
            autoscroll=False,
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=[],
            line_breaks=False,
        )
        with gr.Row(visible=False, elem_id="comment") as self._commenting:
            self._comment = gr.Textbox(label=TRANSLATIONS("comment"), scale=4, max_length=2_000)
            self._send = gr.Button(TRANSLATIONS("comment_send"), scale=0, min_width=90)
        with gr.Row(visible=False, elem_id="editing") as self._editing:
            gr.Markdown(TRANSLATIONS("editing"))
            self._cancel = gr.Button(TRANSLATIONS("cancel"), scale=0, min_width=90, size="sm")
        self.question = gr.Textbox(
            label=TRANSLATIONS("question"),
            placeholder=TRANSLATIONS("ask"),
            elem_id="question",
            show_label=False,
            submit_btn=True,
            max_length=MAX_QUESTION,
            autofocus=True,
        )
        self._door = gr.Textbox(elem_id="door", show_label=False, container=False)
        self._edited = gr.State("")  # the turn that the next question takes the place of
        self._voted = gr.State("")  # the turn that a comment is about
        self._running = gr.State("")  # the id of the answer that is being made
        self.outputs = [
            *(self.question, self.chat, self.current, self._editing, self._edited),
            *(self._commenting, self._comment, self._voted, self._running),
        ]

    def wire(self) -> list[Any]:
        """Connect what happens here; give the events after which the conversations changed."""
        place = [self.current, self._filters]
        asked = self.question.submit(
            self._ask, [self.question, self._edited, *place], self.outputs, **_QUIET
        )
        acted = self._door.change(self._act, [self._door, *place], self.outputs, **_QUIET)
        example = self.chat.example_select(self._ask_example, place, self.outputs, **_QUIET)
        self._cancel.click(self._stay, None, self.outputs, **_QUIET)
        said = [self._comment, self._voted, self.current]
        gr.on([self._send.click, self._comment.submit], self._say, said, self.outputs, **_QUIET)
        changed = [asked, acted, example]
        self.question.stop(self._stop, [self._running, self.current], self.outputs, **_QUIET)
        for event in changed:
            self.then_suggest(event)
        return changed

    def then_suggest(self, event: Any) -> None:
        """Offer after an event what else the sources can answer."""
        event.then(self._suggest, [self.current, self._filters], self.chat, **_QUIET)

    # --- what is shown

    def opened(self, conversation: str, request: gr.Request) -> Updates:
        """Show a conversation; an empty page for none, or one that is gone or another's."""
        visit = Visit.of(conversation, None, request)
        try:
            kept = self._asking.kept(visit)
        except ConversationNotFound:
            conversation, kept = "", []
        return {
            self.chat: gr.Chatbot(messages(kept, visit.words)),
            self.current: conversation,
            **self._idle(),
        }

    def greet(self, request: gr.Request) -> gr.Chatbot:
        """Say what can be asked, and offer questions to begin with."""
        words = words_for(request)
        try:
            count = self._assistant.library.browse("", limit=1).total
        except LibraryNotFound:
            count = 0
        if not count:
            return gr.Chatbot(placeholder=f"{words['about']}\n\n{no_sources_html(words)}")
        openers = self._suggestions.openers(language_of(request))
        about = f"{words['about']}\n\n{words['about_count'].format(count=count)}"
        return gr.Chatbot(placeholder=about, examples=[{"text": text} for text in openers])

    def _suggest(self, conversation: str, filters: Filter | None, request: gr.Request) -> Any:
        """Put under the last answer what else its sources can answer."""
        visit = Visit.of(conversation, filters, request)
        try:
            kept = self._asking.kept(visit)
            if not kept or kept[-1].answer is None:
                return gr.skip()
            language = language_of(request)
            found = self._suggestions.follow_ups(kept[-1].answer, language, filters=filters)
            if not found or self._asking.kept(visit) != kept:
                return gr.skip()
        except AssistantError:  # gone meanwhile: nothing to go on with
            return gr.skip()
        return messages([*kept[:-1], replace(kept[-1], suggestions=found)], visit.words)

    def _idle(self) -> Updates:
        return {
            self._editing: gr.Row(visible=False),
            self._edited: "",
            self._commenting: gr.Row(visible=False),
            self._voted: "",
        }

    def _shown(self, step: Step) -> Updates:
        """Show a step; while a question is answered, the button of its box stops that."""
        shown: Updates = {self.chat: gr.skip() if step.chat is None else step.chat}
        if step.running is not None:
            running = bool(step.running)
            text = {} if step.box is None else {"value": step.box}  # else it may be typed in
            box = gr.Textbox(submit_btn=not running, stop_btn=running, **text)
            shown |= {self.question: box, self._running: step.running}
            shown |= self._idle() if running else {}
        if step.conversation is not None:
            shown[self.current] = step.conversation
        return shown

    def _stay(self) -> Updates:
        return {self.question: "", **self._idle()}

    def _stop(self, running: str, conversation: str, request: gr.Request) -> Updates:
        return self._shown(self._asking.stop(Visit.of(conversation, None, request), running))

    # --- what happens

    def _ask(
        self,
        question: str,
        edited: str,
        conversation: str,
        filters: Filter | None,
        request: gr.Request,
    ) -> Iterator[Updates]:
        visit = Visit.of(conversation, filters, request)
        yield from self._answer(visit, question, instead_of=edited)

    def _ask_example(
        self,
        conversation: str,
        filters: Filter | None,
        chosen: gr.SelectData,
        request: gr.Request,
    ) -> Iterator[Updates]:
        yield from self._answer(Visit.of(conversation, filters, request), chosen.value["text"])

    def _act(
        self, written: str, conversation: str, filters: Filter | None, request: gr.Request
    ) -> Iterator[Updates]:
        """Do what a button in an answer asks for."""
        action, visit = action_of(written), Visit.of(conversation, filters, request)
        if action is None:
            yield {self.question: gr.skip()}
        elif action.name == "ask":
            yield from self._answer(visit, action.value)
        else:
            try:
                kept = self._asking.kept(visit)
            except ConversationNotFound:
                kept = []
            for exchange in kept:
                if exchange.turn == action.value:
                    yield from self._act_on(exchange, action, visit, kept)

    def _act_on(
        self, exchange: Exchange, action: Action, visit: Visit, kept: Sequence[Exchange]
    ) -> Iterator[Updates]:
        if action.name == "retry":
            yield from self._answer(visit, exchange.question, instead_of=exchange.turn)
        elif action.name == "correct" and action.text.strip():
            yield from self._answer(
                visit, exchange.question, instead_of=exchange.turn, standalone=action.text
            )
        elif action.name == "edit":
            yield {
                **self._idle(),
                self.question: exchange.question,
                self._edited: exchange.turn,
                self._editing: gr.Row(visible=True),
            }
        elif action.name in _VOTES:
            vote = None if exchange.vote == action.name else _VOTES[action.name]
            self._assistant.conversations.feedback(exchange.turn, vote, owner=visit.owner)
            now = [replace(e, vote=vote) if e is exchange else e for e in kept]
            yield {
                **self._idle(),
                self.chat: messages(now, visit.words),
                self._voted: exchange.turn if vote else "",
                self._commenting: gr.Row(visible=vote is not None),
            }

    def _answer(
        self,
        visit: Visit,
        question: str,
        *,
        instead_of: str = "",
        standalone: str | None = None,
    ) -> Iterator[Updates]:
        if not question.strip():
            yield {self.question: ""}
            return
        steps = self._asking.answer(visit, question, instead_of=instead_of, standalone=standalone)
        yield from map(self._shown, steps)

    def _say(self, comment: str, turn: str, conversation: str, request: gr.Request) -> Updates:
        """Keep what somebody remarks about an answer."""
        visit = Visit.of(conversation, None, request)
        store = self._assistant.conversations
        for kept in self._asking.kept(visit):
            if kept.turn == turn:
                store.feedback(turn, kept.vote, comment, owner=visit.owner)
                gr.Info(visit.words["comment_thanks"], duration=3)
        return {self._comment: "", **self._idle()}
