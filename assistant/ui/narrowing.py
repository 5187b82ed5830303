"""Which sources the chat asks: publishers, languages, dates, and the documents that were ticked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from assistant.datatypes import Filter
from assistant.errors import InvalidInput
from assistant.library import Facets
from assistant.ui.actions import action_of
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.sources_html import filter_line
from assistant.ui.text import element, shown
from assistant.ui.visitors import words_for

__all__ = ["Narrowing", "filter_of"]

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


class Narrowing:
    """Makes the components where it is built; keeps `filters`, and says so in each of `lines`.

    A date that is none is told in the last one.
    """

    def __init__(
        self, filters: gr.State, *, lines: Sequence[gr.Markdown], door: gr.Textbox
    ) -> None:
        self.ticked = gr.State(())
        with gr.Accordion(TRANSLATIONS("narrow"), open=False, elem_id="narrow"):
            with gr.Row():
                self.publishers = _choice("by_publisher")
                self.languages = _choice("by_language")
            with gr.Row():
                self._since = _date_field("since")
                self._until = _date_field("until")
        fields = [self.publishers, self.languages, self._since, self._until]
        told = [filters, *lines]
        self._lines = len(lines)
        changed = [field.change for field in fields]
        gr.on(changed, self._narrow, [*fields, self.ticked], told, **_QUIET)
        # Every tick counts: by default only the last of quick ones would.
        door.change(
            self._tick, [door, self.ticked], self.ticked, trigger_mode="multiple", **_QUIET
        ).then(self._narrow, [*fields, self.ticked], told, **_QUIET)
        door.change(self._reset, door, [*fields, self.ticked], **_QUIET)

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
            return [*[gr.skip()] * self._lines, element("p", "problem", problem)]
        return [made, *[filter_line(made, words)] * self._lines]

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
