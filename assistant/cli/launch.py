"""`assistant serve` and `assistant eval`: what runs beside the library."""

from __future__ import annotations

import importlib.util
import runpy
import sys
from typing import Annotated

import typer

from assistant.cli.options import Flags, taking
from assistant.errors import AssistantError

__all__ = ["evaluate", "serve"]


@taking("library", "encoder", "chroma", "top", "wait", "hosts")
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
    if not importlib.util.find_spec("evals") or not importlib.util.find_spec("evals.__main__"):
        raise AssistantError(
            "The evaluation suites are not part of the installed package: run this from a clone "
            "of the repository, installed there with `pip install --editable .`"
        )
    sys.argv = ["assistant eval", *context.args]
    runpy.run_module("evals", run_name="__main__", alter_sys=True)
