"""An answer → readable lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from assistant.cli.output import clean, one_line, show, tell
from assistant.datatypes import Answer, Citation, Filter

if TYPE_CHECKING:
    from assistant.assistant import Assistant

__all__ = ["note_empty_filter", "show_answer", "show_citation"]


def show_answer(answer: Answer) -> None:
    """Print the answer with its marks, then each quote with where it is from."""
    if answer.standalone != answer.question and not answer.choices:
        show(f"Understood as: {one_line(answer.standalone)}", style="dim")
    show(answer.text, style="yellow" if answer.abstained else "bold")
    for n, choice in enumerate(answer.choices, start=1):
        show(f"  {n}. {one_line(choice)}")
    if not (answer.citations or answer.abstained):  # a courtesy, or it asks back
        return
    show()
    if answer.notice:
        show(f"Note: {one_line(answer.notice)}", style="yellow")
    if answer.short_answer:
        show(f"Short answer: {one_line(answer.short_answer)}")
    show(f"Confidence: {answer.confidence:.2f}")
    if answer.model:
        show(f"Written by: {one_line(answer.model)}")
    _show_all("Sources", answer.citations)
    _show_all("Nearest passages", answer.nearest)


def note_empty_filter(assistant: Assistant, filters: Filter | None, answer: Answer) -> None:
    """Say so where nothing was found because the filter lets nothing pass."""
    if answer.abstained and filters and not assistant.library.admits(filters):
        tell("No document of the library matches the filter.", style="yellow")


def show_citation(citation: Citation) -> None:
    """Print a citation: number, quote, and where it is from."""
    shown = Text(f"[{citation.n}] ", style="bold")
    shown.append(_indented(citation.quote), style="not bold")
    show(shown)
    show(f"    {_origin(citation)}", style="dim")


def _show_all(heading: str, citations: Sequence[Citation]) -> None:
    if citations:
        show(f"\n{heading}", style="underline")
        for citation in citations:
            show_citation(citation)


def _origin(citation: Citation) -> str:
    document = citation.document
    page = f"page {citation.page}" if citation.page else ""
    known = (document.title, document.publisher, document.published, document.language, page)
    parts = [one_line(part) for part in known if part]
    return " · ".join([*parts, f"document {one_line(document.id)}"])


def _indented(quote: str) -> str:
    return clean(quote).replace("\n", "\n    ")
