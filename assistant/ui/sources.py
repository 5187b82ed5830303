"""The Sources tab: the list with its search, and what can be done to one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr

from assistant.assistant import Assistant
from assistant.errors import AssistantError, LibraryNotFound
from assistant.library import Browsed, Facets
from assistant.ui.actions import action_of
from assistant.ui.adding import Adding
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.naming import name_of
from assistant.ui.narrowing import Narrowing
from assistant.ui.shelf import Shelf
from assistant.ui.sources_html import PER_PAGE, listing, step_html
from assistant.ui.text import element, shown
from assistant.ui.visitors import words_for

__all__ = ["SourcesTab"]

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class SourcesTab:
    """Makes the components where it is built.

    Where it is not `writable` there are no handlers that add or remove: nobody can call them.

    Args:
        filters: state that holds the `Filter` of the chat, or None.
        kept: what the filter is made of, in the browser.
        line: where the chat says which sources are asked.
    """

    def __init__(
        self,
        assistant: Assistant,
        filters: gr.State,
        kept: gr.BrowserState,
        *,
        line: gr.Markdown,
        writable: bool,
    ) -> None:
        self._assistant = assistant
        self._writable = writable
        self._shelf = Shelf(assistant)
        self._page = gr.State(0)
        self._door = gr.Textbox(
            "", elem_id="shelf-door", elem_classes="door", show_label=False, container=False
        )
        self._adding = self._build_adding() if writable else None
        here = gr.Markdown(elem_id="narrowed", sanitize_html=False, render=False)
        self._narrowing = Narrowing(filters, kept, lines=[line, here], door=self._door)
        here.render()
        with gr.Row(elem_id="find-row"):
            self._search = gr.Textbox(
                "",
                label=TRANSLATIONS("find"),
                placeholder=TRANSLATIONS("find_hint"),
                max_length=200,
                scale=4,
                min_width=280,
            )
            again = gr.Button(
                TRANSLATIONS("resync_all"),
                size="sm",
                scale=0,
                min_width=180,
                visible=writable,
                elem_id="resync-all",
            )
        self._manager = _Manager(self._shelf, self._door, again) if writable else None
        self._list = gr.Markdown(elem_id="source-list", sanitize_html=False)

    def _build_adding(self) -> Adding:
        megabytes = self._assistant.settings.upload_mb
        return Adding(self._shelf, megabytes=megabytes, door=self._door)

    def wire(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Connect what happens here."""
        place = [self._search, self._page, self._narrowing.ticked]
        found = [self._list, self._page]
        choices = [self._narrowing.publishers, self._narrowing.languages]
        listed = [*choices, self._list]
        restored = self._narrowing.restore(page.load, self._facets)
        restored.then(self._find, [self._search, self._narrowing.ticked], found, **_QUIET)
        tab.select(self._refresh, place, listed, **_QUIET)
        self._search.change(self._find, [self._search, self._narrowing.ticked], found, **_QUIET)
        self._door.change(self._turn, [self._door, *place], found, **_QUIET)
        if self._adding and self._manager:
            page.load(self._adding.greet, None, self._adding.zone, **_QUIET)
            told = self._adding.told
            for event in [*self._adding.done, *self._manager.wire(told)]:
                event.then(self._refresh, place, listed, **_QUIET)

    def _refresh(
        self, search: str, page: int, ticked: Sequence[str], request: gr.Request
    ) -> list[Any]:
        choices = self._narrowing.choices(self._facets())
        return [*choices, self._listed(search, page, ticked, request)]

    def _facets(self) -> Facets:
        try:
            return self._assistant.library.facets()
        except AssistantError:  # the list says why
            return Facets({}, {})

    def _find(self, search: str, ticked: Sequence[str], request: gr.Request) -> list[Any]:
        return [self._listed(search, 0, ticked, request), 0]

    def _turn(
        self, written: str, search: str, page: int, ticked: Sequence[str], request: gr.Request
    ) -> Any:
        action = action_of(written)
        if action is not None and action.name == "page" and action.value.isdecimal():
            page = min(int(action.value), 1_000_000)
        elif action is not None and action.name == "all":
            ticked = ()
        else:
            return gr.skip()
        return [self._listed(search, page, ticked, request), page]

    def _listed(self, search: str, page: int, ticked: Sequence[str], request: gr.Request) -> str:
        words = words_for(request)
        try:
            library = self._assistant.library
            found = library.browse(search, limit=PER_PAGE, offset=page * PER_PAGE)
            failures = library.failures()
        except LibraryNotFound:
            found, failures = Browsed(0, ()), {}
        except AssistantError as error:
            return element("p", "problem", shown(str(self._shelf.sayable(error))))
        writable = self._writable
        table = listing(found, failures, words, chosen=ticked, page=page, writable=writable)
        if found.rows:
            return table
        nothing = "no_sources" if writable else "no_sources_read_only"
        return f'<p class="empty">{words["none_found" if search.strip() else nothing]}</p>{table}'


class _Manager:
    """What is done to one source, or to all of them."""

    def __init__(self, shelf: Shelf, door: gr.Textbox, read_all: gr.Button) -> None:
        self._shelf = shelf
        self._door = door
        self._all = read_all
        self._managed = gr.State("")
        with gr.Column(visible=False, elem_id="manage") as self._box:
            self._about = gr.Markdown(sanitize_html=False, elem_id="managed")
            self._title = gr.Textbox("", label=TRANSLATIONS("col_title"), max_length=300)
            with gr.Row():
                self._save = gr.Button(TRANSLATIONS("save_title"), size="sm")
                self._resync = gr.Button(TRANSLATIONS("resync"), size="sm")
                self._remove = gr.Button(TRANSLATIONS("remove"), size="sm")
                self._sure = gr.Button(
                    TRANSLATIONS("remove_sure"), size="sm", variant="stop", visible=False
                )
                self._close = gr.Button(TRANSLATIONS("close"), size="sm")

    def wire(self, told: gr.Markdown) -> list[Any]:
        """Connect the buttons; give the events after which the list changed."""
        shown_now = [self._box, self._about, self._title, self._sure, self._managed]
        after = [told, self._box]
        self._door.change(self._show, self._door, shown_now, **_QUIET)
        self._remove.click(self._ask_if_sure, None, [self._sure, self._about], **_QUIET)
        self._close.click(lambda: gr.Column(visible=False), None, self._box, **_QUIET)
        return [
            self._door.change(self._forget, self._door, told, **_QUIET),
            self._save.click(self._rename, [self._managed, self._title], after, **_QUIET),
            self._sure.click(self._remove_it, self._managed, after, **_QUIET),
            self._resync.click(self._read_again, self._managed, after, **_QUIET),
            self._all.click(self._read_all, None, told, **_QUIET),
        ]

    def _show(self, written: str) -> Any:
        action = action_of(written)
        if action is None or action.name != "manage":
            return gr.skip()
        try:
            name = name_of(self._shelf.document(action.value))
        except AssistantError as error:
            problem = element("p", "problem", shown(str(self._shelf.sayable(error))))
            return [gr.Column(visible=True), problem, "", gr.Button(visible=False), ""]
        about = element("p", "managed", shown(name))
        return [gr.Column(visible=True), about, name, gr.Button(visible=False), action.value]

    @staticmethod
    def _ask_if_sure(request: gr.Request) -> list[Any]:
        return [gr.Button(visible=True), f"<p>{words_for(request)['remove_explained']}</p>"]

    def _forget(self, written: str, request: gr.Request) -> Any:
        action = action_of(written)
        if action is None or action.name != "forget":
            return gr.skip()
        return self._tried(lambda: self._shelf.forget(action.value), request)

    def _rename(self, managed: str, title: str, request: gr.Request) -> list[Any]:
        problem = self._tried(lambda: self._shelf.rename(managed, title), request)
        return [problem, gr.Column(visible=bool(problem))]

    def _remove_it(self, managed: str, request: gr.Request) -> list[Any]:
        problem = self._tried(lambda: self._shelf.remove(managed), request)
        return [problem, gr.Column(visible=bool(problem))]

    def _read_again(self, managed: str, request: gr.Request) -> Iterator[list[Any]]:
        try:
            steps = self._shelf.resync(managed)
        except AssistantError as error:
            steps = iter([error])
        for told in Adding.telling(steps, request):
            yield [told, gr.Column(visible=False)]

    def _read_all(self, request: gr.Request) -> Iterator[str]:
        try:
            steps = self._shelf.resync_all()
        except AssistantError as error:
            steps = iter([error])
        yield from Adding.telling(steps, request)

    def _tried(self, work: Callable[[], None], request: gr.Request) -> str:
        """Do something that takes no time to speak of; give the problem, if there was one."""
        try:
            work()
        except AssistantError as error:
            return step_html(self._shelf.sayable(error), words_for(request))
        return ""
