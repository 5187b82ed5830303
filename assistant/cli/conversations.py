"""`assistant conversations`: what was asked and answered, kept with the library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli.options import AsJson, Flags, taking
from assistant.cli.output import clean, one_line, show, write_json
from assistant.cli.rendering import show_answer
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.history import Conversations

__all__ = ["app"]

app = typer.Typer(help="List, show, check and hand on the conversations that are kept.")

_SHOWN_OF_ID = 8
_Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, or six digits of it and more.")]
_Owner = Annotated[str, typer.Option(help="Whose: a user's name; by default the command line's.")]


@app.command("list")
@taking("library", "chroma")
def list_conversations(flags: Flags, *, owner: _Owner = "", as_json: AsJson = False) -> None:
    """List the conversations, the one asked last first."""
    with _open(flags) as conversations:
        found = conversations.list(owner)
    if as_json:
        write_json([summary.to_dict() for summary in found])
        return
    for one in found:
        turns = f"{one.turns} turn{'s' * (one.turns != 1)}"
        show(f"{one.id[:_SHOWN_OF_ID]}  {one.updated_at[:16]}  {turns:>8}  {one_line(one.title)}")
    show(f"{len(found)} conversations")


@app.command("show")
@taking("library", "chroma")
def show_conversation(
    flags: Flags, id: _Id, *, owner: _Owner = "", as_json: AsJson = False
) -> None:
    """Show a conversation with the citations that were given; what changed since is noted."""
    with _open(flags) as conversations:
        found = conversations.get(id, owner) if as_json else conversations.checked(id, owner)
    if as_json:
        write_json(found.to_dict())
        return
    show(one_line(found.title), style="bold underline")
    for turn in found.turns:
        show(f"\n{turn.id}\n> {one_line(turn.answer.question)}", style="cyan")
        show_answer(turn.answer)
        if turn.vote or turn.comment:
            show(f"Feedback: {turn.vote or ''} {one_line(turn.comment)}".rstrip())


@app.command("rename")
@taking("library", "chroma")
def rename(
    flags: Flags,
    id: _Id,
    title: Annotated[str, typer.Argument(help="Empty: its first question serves.")],
    *,
    owner: _Owner = "",
) -> None:
    """Name a conversation."""
    with _open(flags) as conversations:
        conversations.rename(id, title, owner)
        show(one_line(conversations.get(id, owner).title))


@app.command("delete")
@taking("library", "chroma")
def delete(flags: Flags, id: _Id, *, owner: _Owner = "") -> None:
    """Forget a conversation for good."""
    with _open(flags) as conversations:
        title = conversations.get(id, owner).title
        conversations.delete(id, owner)
    show(f"Deleted: {one_line(title)}")


@app.command("export")
@taking("library", "chroma")
def export(
    flags: Flags,
    id: _Id,
    *,
    format: Annotated[
        Literal["markdown", "json"], typer.Option(help="With footnotes, or all that is stored.")
    ] = "markdown",
    output: Annotated[Path | None, typer.Option(help="File to write; stdout by default.")] = None,
    owner: _Owner = "",
) -> None:
    """Write a conversation as Markdown with a footnote for each citation, or as JSON."""
    with _open(flags) as conversations:
        text = conversations.export(id, format, owner=owner)
    if output is None:
        sys.stdout.write(clean(text))
        return
    if output.exists():
        raise InvalidInput(f"{output}: expected no file there, found one: name another")
    output.write_text(text, encoding="utf-8")
    show(f"Written to {output}")


@app.command("verify")
@taking("library", "chroma")
def verify(flags: Flags, id: _Id, *, owner: _Owner = "", as_json: AsJson = False) -> None:
    """List the citations that no longer hold. Exit code 1 if there are any."""
    with _open(flags) as conversations:
        turns = len(conversations.get(id, owner).turns)
        problems = conversations.verify(id, owner)
    if as_json:
        write_json({"turns": turns, "problems": [asdict(problem) for problem in problems]})
    else:
        for one in problems:
            where = f"turn {one.turn_id[:_SHOWN_OF_ID]}, citation {one.citation}, {one.kind}"
            show(one_line(f"{where}: {one.title or one.document}: {one.reason}"), style="red")
        show(f"{turns} turns, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command("feedback")
@taking("library", "chroma")
def feedback(
    flags: Flags,
    turn: Annotated[
        str | None, typer.Argument(metavar="[TURN]", help="The turn to judge, by its whole id.")
    ] = None,
    *,
    vote: Annotated[Literal["up", "down"] | None, typer.Option(help="Right, or wrong.")] = None,
    comment: Annotated[str, typer.Option(help="What is wrong, or right.")] = "",
    output: Annotated[
        Path | None, typer.Option(help="Folder for a suite of all turns with feedback.")
    ] = None,
    owner: _Owner = "",
) -> None:
    """Judge a turn; or, without one, make an eval suite of what was judged."""
    if turn is None and (vote or comment):
        raise InvalidInput("--vote, --comment: expected a TURN to judge, found none")
    if turn is not None and not (vote or comment):  # what was noted before would be wiped
        raise InvalidInput("TURN: expected --vote or --comment with it, found none")
    if turn is not None and output is not None:
        raise InvalidInput(
            "--output: expected no TURN with it: the suite is of all that was judged"
        )
    with _open(flags) as conversations:
        if turn is not None:
            conversations.feedback(turn, vote, comment, owner=owner)
            show("Noted.")
        elif output is not None:
            count = conversations.write_feedback_suite(output, owner or None)
            show(f"{count} questions written to {output}; those that were faulted have no gold yet")
        else:
            sys.stdout.write(conversations.feedback_suite(owner or None))


@contextmanager
def _open(flags: Flags) -> Iterator[Conversations]:
    """Open the conversations of a library that is there; no model is loaded for them."""
    from assistant.history import Conversations

    with flags.open_library() as library:
        conversations = Conversations(library.path, lambda: library)
        try:
            yield conversations
        finally:
            conversations.close()
