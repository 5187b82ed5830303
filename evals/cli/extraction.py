"""The command that scores the extraction of attributions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.converters.polnear import read_polnear
from evals.extraction import linking, marked, rows_of
from evals.loader import read_suite
from evals.tables import as_table

__all__ = ["attribution"]


def attribution(
    data: Annotated[Path, typer.Argument(help="folder in PolNeAR's form, or of a suite")],
    *,
    split: Annotated[str, typer.Option(help="split of a marked corpus; all by default")] = "",
    misses: Annotated[int, typer.Option(min=0, help="of a suite: misses shown")] = 0,
) -> None:
    """Score the extraction of reported speech; CPU time is that of extraction alone."""
    console = Console()
    if any((data / name).exists() for name in ("attributions.jsonl", "attributions.jsonl.gz")):
        tally, seconds, documents = marked(read_polnear(data, split=split))
        console.print(as_table(rows_of(tally)))
    else:
        found = linking(read_suite(data))
        seconds, documents = found.seconds, found.documents
        shown = [
            f"speakers linked {found.found / max(found.speakers, 1):.3f} of {found.speakers}",
            f"stance of the linked {found.stance / max(found.found, 1):.3f}",
        ]
        for line in (*shown, *found.misses[:misses]):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    each = 1000 * seconds / max(documents, 1)
    console.print(f"{documents} documents, {each:.1f} ms of CPU time each", highlight=False)
