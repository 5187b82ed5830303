"""What went wrong, as a visitor may read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.errors import AssistantError, LibraryLocked, LibraryNotFound
from assistant.ui.render import notice_html
from assistant.ui.text import shown

__all__ = ["no_sources_html", "problem_html", "sayable"]


def sayable(error: AssistantError, library: Path) -> AssistantError:
    """Give an error without the place of the library, which is nobody's business."""
    if isinstance(error, LibraryNotFound | LibraryLocked):  # `problem_html` has words for these
        return error
    told = str(error)
    for place in (library.absolute(), library):
        told = told.replace(str(place), "library")
    return AssistantError(told)


def problem_html(error: AssistantError, words: Mapping[str, str]) -> str:
    """Tell of an error; what visitors meet every day, in their language and with a way on."""
    if isinstance(error, LibraryNotFound):
        return no_sources_html(words)
    if isinstance(error, LibraryLocked):
        return notice_html(words["locked"])
    return notice_html(str(error))


def no_sources_html(words: Mapping[str, str]) -> str:
    """Say that there is nothing to ask yet, with a button to where sources are added."""
    button = f'<button type="button" name="sources">{shown(words["open_sources"])}</button>'
    return f'<div class="notice ours"><p>{shown(words["no_library"])}</p>{button}</div>'
