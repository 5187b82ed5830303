"""The command `assistant`: its subcommands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.cli import (
    ask,
    chat,
    claims,
    conversations,
    doctor,
    ingest,
    launch,
    library,
    mcp,
    sources,
    verify,
)
from assistant.cli.output import one_line, show, tell
from assistant.errors import AssistantError

__all__ = ["app", "main"]

INTERRUPTED = 130  # as shells do: 128 + SIGINT
BROKEN_PIPE = 141  # 128 + SIGPIPE


class Commands(TyperGroup):
    """All commands. What goes wrong becomes one line on stderr and an exit code."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        args = list(sys.argv[1:] if args is None else args) or ["--help"]
        for stream in (sys.stdout, sys.stderr):  # an odd locale must not break an answer
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # TextIOWrapper
        more["standalone_mode"] = False
        try:
            sys.exit(super().main(_debug_first(args), *rest, **more))
        except typer.TyperException as error:  # a usage error before any command is known
            sys.exit(_usage(error))

    def invoke(self, ctx: Any) -> Any:
        code = 0
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except typer.TyperException as error:
            code = _usage(error)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = BROKEN_PIPE
        except (AssistantError, OSError) as error:
            if ctx.params["debug"]:
                traceback.print_exc()
            tell(f"Error: {one_line(str(error))}", style="red")
            code = getattr(error, "exit_code", 1)
        except KeyboardInterrupt:
            if ctx.params["debug"]:
                traceback.print_exc()
            tell("Interrupted")
            code = INTERRUPTED
        raise typer.Exit(code)


app = typer.Typer(
    cls=Commands,
    help="Answers questions over your documents; every statement is cited to the exact characters.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        show(f"source-assistant {version('source-assistant')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="The version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; may stand anywhere.")
    ] = False,
) -> None:
    pass


app.command()(ingest.ingest)
app.command()(ask.ask)
app.command()(chat.chat)
app.command()(claims.claims)
app.add_typer(conversations.app, name="conversations")
app.add_typer(sources.app, name="sources")
app.add_typer(library.app, name="library")
app.command()(verify.verify)
app.command()(doctor.doctor)
app.command()(launch.serve)
app.command()(launch.password)
app.command()(mcp.mcp)
app.command(
    "eval",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(launch.evaluate)


def main() -> None:
    """Run the command line; does not return."""
    if "--debug" not in sys.argv:
        sys.excepthook = _tell_defect
    typer.main.get_command(app)(prog_name="assistant")


def _debug_first(args: list[str]) -> list[str]:
    """Let --debug stand anywhere before ``--``."""
    upto = args.index("--") if "--" in args else len(args)
    rest = [arg for arg in args[:upto] if arg != "--debug"]
    return ["--debug"] * (len(rest) < upto) + rest + args[upto:]


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "assistant"
    tell(f"Error: {one_line(error.format_message())} (see `{command} --help`)", style="red")
    return error.exit_code


def _tell_defect(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Put an error that nobody expected on one line; only in the process that `main` runs."""
    where = traceback.extract_tb(trace)[-1] if trace else None
    at = f" at {os.path.basename(where.filename)}:{where.lineno}" if where else ""  # noqa: PTH119
    tell(f"Defect: {kind.__name__}{at}: {one_line(str(error))}. Run with --debug and report it.")
