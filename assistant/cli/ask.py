"""`assistant ask`: questions → cited answers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import AsJson, Filters, Flags, parse_filters, taking
from assistant.cli.output import show, tell, write_json
from assistant.cli.rendering import note_empty_filter, show_answer
from assistant.datatypes import Filter
from assistant.errors import InvalidInput

__all__ = ["ask"]


@taking("library", "encoder", "reranker", "chroma", "llm", "llm_timeout", "support", "top")
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
        note_empty_filter(assistant, filters, answer)


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
