"""`python -m evals`: run and score suites, compare runs, gate, report, convert."""

from __future__ import annotations

import sys

import typer

from assistant.errors import AssistantError
from evals.cli.extraction import attribution
from evals.cli.files import check, convert, export, refresh, report
from evals.cli.follow_ups import follow_ups
from evals.cli.running import compare_runs, retrieval, run, score

__all__ = ["app", "main"]

app = typer.Typer(
    name="evals", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command()(run)
app.command()(score)
app.command()(retrieval)
app.command(name="compare")(compare_runs)
app.command()(attribution)
app.command(name="follow-ups")(follow_ups)
app.command()(report)
app.command()(export)
app.command()(check)
app.command()(refresh)
app.add_typer(convert)


def main() -> None:
    """Run the command line; what went wrong is one line and the error's exit code."""
    try:
        app(prog_name="evals")
    except AssistantError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
