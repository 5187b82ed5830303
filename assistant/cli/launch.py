"""`assistant serve`, its passwords, and `assistant eval`: what runs beside the library."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from assistant.cli.options import Flags, taking
from assistant.cli.output import show
from assistant.errors import MissingExtra

__all__ = ["evaluate", "password", "serve"]

_EVALS = {"ir_measures", "jinja2", "scipy"}
"""What the extra `evals` brings."""

_SETTINGS = (
    *("library", "encoder", "reranker", "chroma", "llm", "llm_timeout", "support", "top", "wait"),
    *("hosts", "examples", "auth_file", "insecure", "read_only", "upload_mb", "evals"),
    *("api_rate", "api_origins", "api_writes"),
)


@taking(*_SETTINGS)
def serve(
    flags: Flags,
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on; another than a local one needs passwords.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open-browser", help="Open the page in a browser.")
    ] = False,
    auth: Annotated[
        str | None,
        typer.Option(
            metavar="USER:PASSWORD",
            help="Who may use the page; better in ASSISTANT_AUTH, where others cannot read it.",
        ),
    ] = None,
) -> None:
    """Serve the chat page until Ctrl-C, on this machine unless told otherwise."""
    from assistant.ui import serve as serve_page

    with flags.open_assistant() as assistant:
        serve_page(assistant, host=host, port=port, open_browser=open_browser, credentials=auth)


def password(
    user: Annotated[str, typer.Argument(help="Name of the user.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, hidden=True)
    ],
) -> None:
    """Ask for a password and print the user's line for `assistant serve --auth-file`."""
    from assistant.ui.auth import password_line

    show(password_line(user, password))


def evaluate(context: typer.Context) -> None:
    """Measure answers on suites of questions: all that follows goes to `python -m evals`."""
    try:
        # By name: the suites measure the assistant from outside, and nothing of it imports them.
        evals = importlib.import_module("evals.cli")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EVALS:
            raise
        raise MissingExtra("`assistant eval`", "evals") from error
    command = typer.main.get_command(evals.app)
    code = command.main(context.args, prog_name="assistant eval", standalone_mode=False)
    raise typer.Exit(code or 0)
