"""`assistant claims`: who says what about a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.cli.options import AsJson, Filters, Flags, parse_filters, taking
from assistant.cli.output import one_line, show, write_json
from assistant.cli.rendering import show_citation

if TYPE_CHECKING:
    from assistant.claims import Claim

__all__ = ["claims"]


@taking("library", "encoder", "chroma")
def claims(flags: Flags, topic: str, *, filter: Filters = None, as_json: AsJson = False) -> None:
    """Say who says what about a topic, with quotes; what is contested first."""
    filters = parse_filters(filter)
    with flags.open_assistant() as assistant:
        found = assistant.claims(topic, filters=filters)
    if as_json:
        write_json(found.to_dict())
        return
    for row in found.rows:
        show(_headline(row), style="bold")
        for citation in row.citations:
            show_citation(citation)
        show()
    if not found.rows:
        show("Nobody is reported to have spoken about it.", style="yellow")


def _headline(row: Claim) -> str:
    title = f" ({one_line(row.title)})" if row.title else ""
    marks = [
        row.date,
        f"as told by {one_line(', '.join(row.via))}" if row.via else "",
        "hedged" if row.hedged else "",
        "contested" if row.contested else "",
    ]
    told = " · ".join(mark for mark in marks if mark)
    return f"{row.stance}: {one_line(row.speaker)}{title}" + (f" · {told}" if told else "")
