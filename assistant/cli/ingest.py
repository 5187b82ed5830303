"""`assistant ingest`: files, folders and URLs → the library."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.options import AsJson, Flags, taking
from assistant.cli.output import console, one_line, show, tell, write_json
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.ingest import Progress, SourceOutcome, Status, SyncReport
    from assistant.sources import ReadOptions

__all__ = ["ingest"]

_ROW_FIELDS = ("text", "id", "title", "language", "publisher", "author", "date", "url")
_STATUSES: tuple[Status, ...] = (
    "added",
    "updated",
    "unchanged",
    "skipped",
    "failed",
    "removed",
)
_EXPLAINED: tuple[Status, ...] = ("removed", "skipped", "failed")
_STYLES = {"removed": "", "skipped": "yellow", "failed": "red"}
_SECONDS_BETWEEN_LINES = 5.0
_LISTED_PER_REASON = 5


@taking("library", "encoder", "chroma", "wait")
def ingest(
    flags: Flags,
    targets: Annotated[list[str], typer.Argument(metavar="PATH|URL...", show_default=False)],
    *,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what was under these targets and is gone now.")
    ] = False,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=NAME",
            help="What a field of CSV and JSONL rows is called, such as text=body; "
            f"fields: {', '.join(_ROW_FIELDS)}.",
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch URLs of private and local addresses.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add files, folders and URLs, or bring the library up to date with them."""
    options = _read_options(field or (), allow_private=allow_private)
    opened = flags.open_assistant(download=flags.may_download)
    with opened as assistant, _progress() as on_progress:
        try:
            report = assistant.add(targets, prune=prune, options=options, on_progress=on_progress)
        except KeyboardInterrupt:
            tell("What was read so far is kept; the same command goes on from there.")
            raise
    write_json(_as_dict(report)) if as_json else _summarise(report)
    if not report.ok:
        raise typer.Exit(1)


def _read_options(given: Sequence[str], *, allow_private: bool) -> ReadOptions:
    from assistant.sources import ReadOptions

    names: dict[str, Any] = {}
    for text in given:
        field, _, name = (part.strip() for part in text.partition("="))
        if field not in _ROW_FIELDS or not name:
            raise InvalidInput(
                f"--field: expected FIELD=NAME with a field of {', '.join(_ROW_FIELDS)}, such as "
                f"text=body, found {text!r}"
            )
        names[field] = name
    return ReadOptions(**names, allow_private=allow_private)


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Show progress on stderr: a bar on a terminal, now and then a line otherwise."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    # Narrow enough for eighty columns: rich would cut the count before it cuts a long name.
    columns = (BarColumn(bar_width=16), MofNCompleteColumn(), TimeElapsedColumn())
    name = TextColumn("{task.description}", markup=False)
    with Progress(*columns, name, console=screen, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task,
            completed=now.done,
            total=now.total,
            description=f"{now.passages} passages {one_line(now.uri)[-18:]}",
        )


def _lines() -> Callable[[Progress], None]:
    told = time.monotonic()

    def tell_now_and_then(now: Progress) -> None:
        nonlocal told
        if time.monotonic() - told >= _SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            tell(f"{now.done} of {now.total}, {now.passages} passages: {one_line(now.uri)}")

    return tell_now_and_then


def _as_dict(report: SyncReport) -> dict[str, Any]:
    counts: dict[str, int] = {status: len(report.having(status)) for status in _STATUSES}
    outcomes = [asdict(outcome) for outcome in report.outcomes]
    numbers = {"documents": report.documents, "passages": report.passages}
    return {**counts, **numbers, "outcomes": outcomes}


def _summarise(report: SyncReport) -> None:
    counts = ", ".join(f"{len(report.having(status))} {status}" for status in _STATUSES)
    show(f"{counts}; {report.documents} new documents, {report.passages} passages")
    for status in _EXPLAINED:
        by_reason: dict[str, list[SourceOutcome]] = defaultdict(list)
        for outcome in report.having(status):
            by_reason[outcome.reason].append(outcome)
        for reason, outcomes in by_reason.items():
            because = f": {one_line(reason)}" if reason else ""
            for outcome in outcomes[:_LISTED_PER_REASON]:
                show(f"{status} {one_line(outcome.uri)}{because}", style=_STYLES[status])
            if len(outcomes) > _LISTED_PER_REASON:
                more = len(outcomes) - _LISTED_PER_REASON
                show(f"{status} {more} more{because} (--json lists all)", style=_STYLES[status])
