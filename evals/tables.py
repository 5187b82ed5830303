"""Tables of measures, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.table import Table

from evals.compare import Comparison

__all__ = ["Rows", "as_markdown", "as_table", "differences", "figure", "losses", "measures"]

MILLISECONDS = "_ms"


class Rows(NamedTuple):
    """A table's head and its cells, all as text."""

    title: str
    head: tuple[str, ...]
    cells: Sequence[tuple[str, ...]]


def figure(name: str, value: float | None) -> str:
    """Write a measure's value: milliseconds with one digit, all others with three."""
    if value is None:
        return "–"
    return f"{value:.1f}" if name.endswith(MILLISECONDS) else f"{value:.3f}"


def measures(results: Mapping[str, Any], only: Iterable[str] = ()) -> Rows:
    """Tabulate the measures that were judged, with intervals."""
    wanted = set(only)
    cells = [
        (
            name,
            figure(name, measure["mean"]),
            f"{figure(name, measure['low'])} – {figure(name, measure['high'])}",
            str(measure["n"]),
        )
        for name, measure in results["measures"].items()
        if measure["n"] and (not wanted or name in wanted)
    ]
    title = f"{results['suite']}: {results['system']}"
    return Rows(title, ("measure", "value", "95 % interval", "n"), cells)


def differences(comparison: Comparison) -> Rows:
    """Tabulate two runs measure by measure."""
    cells = [
        (
            name,
            figure(name, found.a),
            figure(name, found.b),
            _signed(name, found.difference),
            f"{_signed(name, found.low)} – {_signed(name, found.high)}",
            f"{found.p:.4f}",
            str(found.n),
        )
        for name, found in comparison.measures.items()
    ]
    title = f"A: {comparison.a.name}  B: {comparison.b.name}"
    return Rows(title, ("measure", "A", "B", "B − A", "95 % interval", "p", "n"), cells)


def losses(results: Mapping[str, Any]) -> Rows:
    """Tabulate where the questions lost, with the first cases of each."""
    cells = [
        (loss, str(found["n"]), ", ".join(found["qids"][:3]))
        for loss, found in results["losses"].items()
    ]
    return Rows("where it lost", ("loss", "questions", "for example"), cells)


def as_table(rows: Rows) -> Table:
    """Draw for the terminal: the first column left, figures right."""
    table = Table(title=rows.title, title_justify="left", title_style="bold")
    for i, name in enumerate(rows.head):
        numeric = i and all(cells[i][:1] in "0123456789–+-" for cells in rows.cells)
        # The names of measures are read first: on a narrow terminal the figures wrap instead.
        width = None if i else max((len(cells[0]) for cells in rows.cells), default=0)
        table.add_column(name, justify="right" if numeric else "left", min_width=width)
    for cells in rows.cells:
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table


def as_markdown(rows: Rows) -> str:
    """Write as a Markdown table; pipes and line ends in cells are escaped."""
    lines = [rows.head, tuple("---" for _ in rows.head), *rows.cells]
    body = "\n".join(f"| {' | '.join(map(_escape, cells))} |" for cells in lines)
    return f"**{_escape(rows.title)}**\n\n{body}\n"


def _signed(name: str, value: float | None) -> str:
    return "–" if value is None else f"{'+' if value >= 0 else ''}{figure(name, value)}"


def _escape(text: str) -> str:
    text = " ".join(text.split()).replace("\\", r"\\").replace("|", r"\|")
    return text.replace("<", "&lt;").replace("`", r"\`")
