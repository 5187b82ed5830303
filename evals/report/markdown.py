"""A run as Markdown, short enough for a pull request."""

from __future__ import annotations

from evals.compare import Comparison
from evals.judge import Judgement, judged_rows
from evals.run_folder import Run
from evals.tables import as_markdown, differences, losses, measures

__all__ = ["markdown_report"]


def markdown_report(
    run: Run, comparison: Comparison | None = None, judgement: Judgement | None = None
) -> str:
    """Write measures and losses; with a comparison, the differences and how many cases flipped.

    What a language model judged has a table of its own, and last.
    """
    parts = [as_markdown(measures(run.results))]
    if comparison:
        parts.append(as_markdown(differences(comparison)))
        gained, lost = len(comparison.gained), len(comparison.lost)
        parts.append(f"{gained} questions became right, {lost} became wrong.\n")
    if run.results["losses"]:
        parts.append(as_markdown(losses(run.results)))
    if run.results["failed"]:
        parts.append(f"{len(run.results['failed'])} questions failed and score 0.\n")
    if judgement:
        parts.append(as_markdown(judged_rows(judgement)))
    return "\n".join(parts)
