"""The command that compares what follow-ups find, with their history and without."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.assistant_run import cache_folder, opened_on, settings_of
from evals.follow_ups import compare_rewriting, follow_ups_of, read_rewrites
from evals.loader import load_suite
from evals.options import SuitePath
from evals.tables import as_table

__all__ = ["follow_ups"]


def follow_ups(
    suite: SuitePath,
    *,
    rewrites: Annotated[
        Path | None,
        typer.Option(help='lines of {"qid", "rewrite"}; by default the questions\' standalone'),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="a setting of the assistant; repeatable"),
    ] = None,
    cache: Annotated[Path | None, typer.Option(help="folder where indexes are kept")] = None,
) -> None:
    """Compare what follow-ups find: alone, with all of the history, rewritten, and understood."""
    console = Console(stderr=True)
    loaded = load_suite(suite)
    asked = follow_ups_of(loaded, read_rewrites(rewrites) if rewrites else {})
    with opened_on(loaded, settings_of(set_ or ()), cache=cache or cache_folder()) as assistant:
        table = compare_rewriting(assistant, loaded, asked, on_progress=console.print)
    Console().print(as_table(table))
