"""An answer → readable lines."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from assistant.cli.output import clean, one_line, show
from assistant.datatypes import Answer, Citation

__all__ = ["show_answer", "show_citation"]


def show_answer(answer: Answer) -> None:
    """Print the answer with its marks, then each quote with where it is from."""
    show(answer.text, style="yellow" if answer.abstained else "bold")
    show()
    if answer.short_answer:
        show(f"Short answer: {one_line(answer.short_answer)}")
    show(f"Confidence: {answer.confidence:.2f}")
    if answer.model:
        show(f"Written by: {one_line(answer.model)}")
    _show_all("Sources", answer.citations)
    _show_all("Nearest passages", answer.nearest)


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
