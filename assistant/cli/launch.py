"""`assistant serve` and `assistant eval`: what runs beside the library."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from assistant.cli.options import Flags, taking
from assistant.errors import MissingExtra

__all__ = ["evaluate", "serve"]


@taking("library", "encoder", "reranker", "chroma", "top", "wait", "hosts", "examples")
def serve(
    flags: Flags,
    *,
    host: Annotated[str, typer.Option(help="Local address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open-browser", help="Open the page in a browser.")
    ] = False,
) -> None:
    """Serve the chat page on this machine until Ctrl-C."""
    from assistant.ui import serve as serve_page

    with flags.open_assistant() as assistant:
        serve_page(assistant, host=host, port=port, open_browser=open_browser)


def evaluate(context: typer.Context) -> None:
    """Measure answers on suites of questions: all that follows goes to `python -m evals`."""
    try:
        # By name: the suites measure the assistant from outside, and nothing of it imports them.
        evals = importlib.import_module("evals.cli")
    except ModuleNotFoundError as error:
        raise MissingExtra("`assistant eval`", "evals") from error
    command = typer.main.get_command(evals.app)
    code = command.main(context.args, prog_name="assistant eval", standalone_mode=False)
    raise typer.Exit(code or 0)
