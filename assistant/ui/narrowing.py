"""Which sources the chat asks: publishers, languages, dates, and the documents that were ticked.

The browser keeps it, so that a reload asks the same sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import gradio as gr

from assistant.datatypes import Filter
from assistant.errors import InvalidInput
from assistant.library import Facets
from assistant.ui.actions import action_of
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.sources_html import filter_line
from assistant.ui.text import element, shown
from assistant.ui.visitors import words_for

__all__ = ["Chosen", "Narrowing", "filter_of"]

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_MOST_TICKED = 1000
_DIGEST = re.compile("[0-9a-f]{64}")


def filter_of(
    publishers: Sequence[str], languages: Sequence[str], since: str, until: str, *, ticked: Any
) -> Filter | None:
    """Make the chat's filter, None where everything is asked.

    Raises:
        InvalidInput: `since` or `until` is no date; the message is what was found.
    """
    dates = [date.strip() for date in (since, until)]
    for date in dates:
        if date and not _DATE.fullmatch(date):
            raise InvalidInput(date)
    made = Filter(
        publisher=tuple(publishers),
        language=tuple(languages),
        document=tuple(ticked),
        published_from=dates[0],
        published_to=dates[1],
    )
    return made or None


class Chosen(NamedTuple):
    """What a visitor chose; the browser keeps it, where anybody can write anything."""

    publishers: list[str]
    languages: list[str]
    since: str
    until: str
    ticked: tuple[str, ...]

    @classmethod
    def kept(cls, written: object) -> Chosen:
        """Read what a browser kept; nothing is chosen where it is of another form.

        >>> Chosen.kept([["Owl Times"], [], "2024", "", []]).publishers
        ['Owl Times']
        >>> Chosen.kept({"publishers": "x"}) == Chosen([], [], "", "", ())
        True
        """
        match written:
            case [list(publishers), list(languages), str(since), str(until), list(ticked)]:
                lists = [_texts(each) for each in (publishers, languages, ticked)]
                digests = tuple(text for text in lists[2] if _DIGEST.fullmatch(text))
                return cls(lists[0], lists[1], since[:10], until[:10], digests[:_MOST_TICKED])
        return cls([], [], "", "", ())


def _texts(values: list[object]) -> list[str]:
    return [value for value in values[:_MOST_TICKED] if isinstance(value, str)]


class Narrowing:
    """Makes the components where it is built; keeps `filters`, and says so in each of `lines`.

    A date that is none is told in the last one. What was chosen is in `kept`, in the browser.
    """

    def __init__(
        self,
        filters: gr.State,
        kept: gr.BrowserState,
        *,
        lines: Sequence[gr.Markdown],
        door: gr.Textbox,
    ) -> None:
        self.ticked = gr.State(())
        self._kept = kept
        with gr.Accordion(TRANSLATIONS("narrow"), open=False, elem_id="narrow"):
            with gr.Row():
                self.publishers = _choice("by_publisher")
                self.languages = _choice("by_language")
            with gr.Row():
                self._since = _date_field("since")
                self._until = _date_field("until")
        fields = [self.publishers, self.languages, self._since, self._until]
        self._fields = [*fields, self.ticked]
        self._told = [filters, self._kept, *lines]
        changed = [field.change for field in fields]
        gr.on(changed, self._narrow, self._fields, self._told, **_QUIET)
        # Every tick counts: by default only the last of quick ones would.
        door.change(
            self._tick, [door, self.ticked], self.ticked, trigger_mode="multiple", **_QUIET
        ).then(self._narrow, self._fields, self._told, **_QUIET)
        door.change(self._reset, door, self._fields, **_QUIET)

    def restore(self, event: Any, facets: Callable[[], Facets]) -> Any:
        """After an event, choose again what the browser kept, where the library still has it."""

        def chosen_again(written: object) -> list[Any]:
            found, kept = facets(), Chosen.kept(written)
            publishers = [value for value in kept.publishers if value in found.publishers]
            languages = [value for value in kept.languages if value in found.languages]
            return [
                gr.Dropdown(value=publishers, choices=_choices(found.publishers)),
                gr.Dropdown(value=languages, choices=_choices(found.languages)),
                *(kept.since, kept.until, kept.ticked),
            ]

        return event(chosen_again, self._kept, self._fields, **_QUIET).then(
            self._narrow, self._fields, self._told, **_QUIET
        )

    def choices(self, facets: Facets) -> list[Any]:
        """Give what the library's documents can be narrowed by, for publishers and languages."""
        return [
            gr.Dropdown(choices=_choices(facets.publishers)),
            gr.Dropdown(choices=_choices(facets.languages)),
        ]

    def _narrow(
        self,
        publishers: Sequence[str],
        languages: Sequence[str],
        since: str,
        until: str,
        ticked: Sequence[str],
        request: gr.Request,
    ) -> list[Any]:
        words = words_for(request)
        try:
            made = filter_of(publishers, languages, since, until, ticked=ticked)
        except InvalidInput as error:
            problem = words["bad_date"].format(found=shown(str(error)))
            return [*[gr.skip()] * (len(self._told) - 1), element("p", "problem", problem)]
        kept = [list(publishers), list(languages), since, until, list(ticked)]
        line = filter_line(made, words)
        return [made, kept if made else [], *[line] * (len(self._told) - 2)]

    @staticmethod
    def _tick(written: str, ticked: Sequence[str]) -> Any:
        action = action_of(written)
        if action is None or action.name not in ("tick", "untick", "all"):
            return gr.skip()
        if action.name == "all":
            return ()
        rest = tuple(digest for digest in ticked if digest != action.value)
        if action.name == "untick" or not _DIGEST.fullmatch(action.value):
            return rest
        return (*rest, action.value)[-_MOST_TICKED:]

    @staticmethod
    def _reset(written: str) -> Any:
        action = action_of(written)
        if action is None or action.name != "all":
            return gr.skip()
        return [[], [], "", "", ()]


def _choice(name: str) -> gr.Dropdown:
    return gr.Dropdown([], label=TRANSLATIONS(name), multiselect=True)


def _date_field(name: str) -> gr.Textbox:
    return gr.Textbox(
        "", label=TRANSLATIONS(name), placeholder=TRANSLATIONS("date_hint"), max_length=10
    )


def _choices(values: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(f"{value} ({number})", value) for value, number in values.items()]
