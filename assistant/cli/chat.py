"""`assistant chat`: a conversation that is kept, and can be gone on with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.options import Filters, Flags, parse_filters, taking
from assistant.cli.output import console, one_line, show, tell
from assistant.cli.rendering import note_empty_filter, show_answer
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.history import Chat

__all__ = ["chat"]

_SHOWN_OF_ID = 8


@taking("library", "encoder", "reranker", "chroma", "llm", "llm_timeout", "support", "top")
def chat(
    flags: Flags,
    *,
    resume: Annotated[
        str,
        typer.Option(metavar="ID", help="Go on with a conversation: its id, or `last`."),
    ] = "",
    filter: Filters = None,
) -> None:
    """Ask one question after the other; each may refer to those before it. All of it is kept."""
    filters = parse_filters(filter)
    with flags.open_assistant() as assistant:
        talk = assistant.conversation(_resumed(assistant, resume))
        choices: tuple[str, ...] = ()
        for typed in _typed():
            question = _chosen(typed, choices)
            try:
                answer = talk.ask(question, filters=filters)
            except InvalidInput as error:
                tell(f"Error: {one_line(str(error))}", style="red")
                continue
            show_answer(answer)
            show()
            note_empty_filter(assistant, filters, answer)
            choices = answer.choices
        _tell_id(talk)


def _resumed(assistant: Assistant, wanted: str) -> str | None:
    """Find the conversation to go on with, and show which it is."""
    if not wanted:
        return None
    kept = assistant.conversations.list()
    if wanted == "last" and not kept:
        raise InvalidInput("--resume last: expected a conversation, none is kept yet")
    found = assistant.conversations.get(kept[0].id if wanted == "last" else wanted)
    tell(f"{one_line(found.title)} ({len(found.turns)} turns)", style="bold")
    changed = assistant.conversations.verify(found.id)
    if changed:
        tell(
            f"{len(changed)} citations no longer hold: "
            f"`assistant conversations verify {found.id[:_SHOWN_OF_ID]}` lists them",
            style="yellow",
        )
    return found.id


def _chosen(typed: str, choices: tuple[str, ...]) -> str:
    """Take a number for the choice that it stands before."""
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        return choices[int(typed) - 1]
    return typed


def _tell_id(talk: Chat) -> None:
    if talk.id:
        short = talk.id[:_SHOWN_OF_ID]
        tell(f"Kept as {short}: `assistant chat --resume {short}` goes on.", style="dim")


def _typed() -> Iterator[str]:
    """Read questions until the end of input; a prompt is shown where somebody types."""
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    tell("Type a question; an empty line or Ctrl-D ends.", style="dim")
    while True:
        try:
            question = console().input("> ").strip()
        except EOFError:
            return
        if not question:
            return
        yield question
