"""`assistant ask` and `assistant chat`: questions → cited answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.options import AsJson, Filters, Flags, parse_filters, taking
from assistant.cli.output import console, one_line, show, tell, write_json
from assistant.cli.rendering import show_answer
from assistant.datatypes import Answer, Filter, Turn
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.assistant import Assistant

__all__ = ["ask", "chat"]


@taking("library", "encoder", "reranker", "chroma", "llm", "support", "top")
def ask(
    flags: Flags,
    question: Annotated[str | None, typer.Argument(show_default=False)] = None,
    *,
    filter: Filters = None,
    input: Annotated[
        Path | None,
        typer.Option("--input", help='JSONL, also .gz: {"qid", "question", "history"?} a line.'),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Answers as JSONL; what is there is not asked again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, or a file of questions, from the library."""
    filters = parse_filters(filter)
    if input is not None or output is not None:
        if question is not None or input is None or output is None:
            raise InvalidInput("Expected a QUESTION, or both --input FILE and --output FILE")
        _ask_all(flags, input, output, filters=filters, as_json=as_json)
        return
    if question is None:
        raise InvalidInput("Expected a QUESTION, or --input FILE with --output FILE; found neither")
    with flags.open_assistant() as assistant:
        answer = assistant.ask(question, filters=filters)
        write_json(answer.to_dict()) if as_json else show_answer(answer)
        _note_empty_filter(assistant, filters, answer)


@taking("library", "encoder", "reranker", "chroma", "llm", "support", "top")
def chat(flags: Flags, *, filter: Filters = None) -> None:
    """Ask one question after the other; each may refer to those before it."""
    filters = parse_filters(filter)
    history: list[Turn] = []
    with flags.open_assistant() as assistant:
        for question in _typed():
            try:
                answer = assistant.ask(question, filters=filters, history=history)
            except InvalidInput as error:
                tell(f"Error: {one_line(str(error))}", style="red")
                continue
            show_answer(answer)
            show()
            _note_empty_filter(assistant, filters, answer)
            history.append(answer.as_turn())


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


def _ask_all(
    flags: Flags, questions: Path, answers: Path, *, filters: Filter | None, as_json: bool
) -> None:
    from assistant.cli.batch import ask_all

    with flags.open_assistant() as assistant:
        try:
            report = ask_all(assistant, questions, answers, filters=filters)
        except KeyboardInterrupt:
            tell("Answers so far are kept; the same command goes on from there.")
            raise
    if as_json:
        write_json({**asdict(report), "output": str(answers)})
    else:
        show(
            f"{report.answered} answered, {report.abstained} of them by abstaining, "
            f"{report.skipped} there already, {len(report.failed)} failed; in {answers}"
        )
    if report.failed:
        raise typer.Exit(1)


def _note_empty_filter(assistant: Assistant, filters: Filter | None, answer: Answer) -> None:
    if answer.abstained and filters and not assistant.library.documents(filters):
        tell("No document of the library matches the filter.", style="yellow")
