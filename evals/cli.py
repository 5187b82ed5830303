"""`python -m evals`: run and score suites, compare runs, gate, report, convert."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.errors import AssistantError
from evals.loader import load_suite
from evals.outcome import score_responses
from evals.responses import Response, read_responses
from evals.results import RunInfo
from evals.retrieval import RETRIEVAL_MEASURES, read_trec_run
from evals.run_folder import Run, write_run
from evals.suite import Suite
from evals.tables import as_table, losses, measures

__all__ = ["app", "main"]

app = typer.Typer(
    name="evals", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

SuitePath = Annotated[Path, typer.Argument(metavar="SUITE", help="folder of a suite")]
Out = Annotated[Path | None, typer.Option(help="folder for results.json and transcript.jsonl")]
System = Annotated[str, typer.Option(help="name of the system in tables")]


@app.command()
def score(
    suite: SuitePath,
    answers: Annotated[Path, typer.Argument(help="answers.jsonl, or a transcript.jsonl")],
    out: Out = None,
    system: System = "",
) -> None:
    """Score stored answers, of the assistant or of any other system."""
    loaded = load_suite(suite)
    run = _scored(loaded, read_responses(answers, loaded), out, system or answers.stem)
    console = Console()
    console.print(as_table(measures(run.results)))
    console.print(as_table(losses(run.results)))


@app.command()
def retrieval(
    suite: SuitePath,
    run: Annotated[Path, typer.Option(help="a TREC run: qid Q0 doc_id:start-end rank score tag")],
    out: Out = None,
    system: System = "",
) -> None:
    """Score a ranking that any system wrote as a TREC run."""
    loaded = load_suite(suite)
    scored = _scored(loaded, read_trec_run(run, loaded), out, system or run.stem)
    Console().print(as_table(measures(scored.results, RETRIEVAL_MEASURES)))


def main() -> None:
    """Run the command line; what went wrong is one line and the error's exit code."""
    try:
        app()
    except AssistantError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


def _scored(suite: Suite, responses: list[Response], out: Path | None, system: str) -> Run:
    info = RunInfo(
        suite=suite.name,
        system=system,
        suite_path=str(suite.path),
        suite_sha256=suite.sha256,
        versions={"evals": version("source-assistant"), "python": sys.version.split()[0]},
    )
    folder = out or Path("runs") / suite.name / system
    return write_run(folder, score_responses(suite, responses), info)
