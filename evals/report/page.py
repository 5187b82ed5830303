"""The HTML report: one file, everything in it, nothing fetched.

Whatever comes from documents, questions and answers is text: escaped by the template, or set as
`textContent` by the script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from markupsafe import Markup

from evals.judge import Judgement, judged_rows
from evals.report.cases import cases
from evals.report.plots import HEADLINES, run_plots, trend_plots
from evals.report.svg import interval_bar
from evals.run_folder import Run
from evals.suite import Suite
from evals.tables import figure

__all__ = ["html_report"]

CASES = 2000
"""Questions that are shown: a browser stays quick, and the file small enough to send."""


def html_report(
    runs: Sequence[Run],
    suite: Suite | None,
    *,
    limit: int = CASES,
    judgement: Judgement | None = None,
) -> str:
    """Draw the last of some runs, and the trend over all of them.

    Args:
        suite: shows gold and cited passages in their sources; without it, quotes only.
        limit: questions that are shown; those that lost come first.
        judgement: what a language model said of the last run: shown apart, and marked.
    """
    import jinja2  # an extra: only who wants a page needs it

    run = runs[-1]
    files = resources.files("evals.report")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string((files / "page.html").read_text("utf-8"))
    shown = cases(run.outcomes, suite, limit=limit, judgement=judgement)
    return template.render(
        run=run,
        results=run.results,
        style=Markup((files / "page.css").read_text("utf-8")),  # noqa: S704 - a file of ours
        script=Markup((files / "page.js").read_text("utf-8")),  # noqa: S704 - a file of ours
        headlines=_headlines(run.results["measures"]),
        measures=_measures(run.results["measures"]),
        breakdowns=_breakdowns(run.results),
        losses=_losses(run),
        plots=run_plots(run),
        trend=trend_plots(runs),
        runs=runs,
        cases=shown,
        left_out=len(run.outcomes) - len(shown),
        has_sources=suite is not None,
        judged=judged_rows(judgement) if judgement else None,
    )


def _headlines(measures: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "title": title,
            "value": figure(name, measures[name]["mean"]),
            "interval": _interval(name, measures[name]),
            "n": str(measures[name]["n"]),
        }
        for name, title in HEADLINES.items()
        if measures[name]["n"]
    ]


def _measures(measures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "value": figure(name, one["mean"]),
            "interval": _interval(name, one),
            "n": one["n"],
            "bar": (
                Markup("")
                if name.endswith("_ms")
                else interval_bar(one["mean"], one["low"], one["high"])
            ),
        }
        for name, one in measures.items()
        if one["n"] and one["mean"] is not None
    ]


def _breakdowns(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give a table per breakdown that has more than one group."""
    names = [name for name in HEADLINES if results["measures"][name]["n"]]
    return [
        {
            "title": title.replace("_", " "),
            "head": [HEADLINES[name] for name in names],
            "rows": [
                {
                    "group": group,
                    "n": measures["abstention_accuracy"]["n"],
                    "cells": [_cell(name, measures[name]) for name in names],
                }
                for group, measures in groups.items()
            ],
        }
        for title, groups in results["by"].items()
        if len(groups) > 1
    ]


def _cell(name: str, measure: Mapping[str, Any]) -> dict[str, Any]:
    mean = measure["mean"]
    share = mean if mean is not None and not name.endswith("_ms") else None
    return {
        "value": figure(name, mean),
        "title": f"{_interval(name, measure)}, n = {measure['n']}",
        "shade": None if share is None else round(100 * share),
    }


def _losses(run: Run) -> list[dict[str, Any]]:
    losses = run.results["losses"]
    most = max((found["n"] for found in losses.values()), default=1)
    return [
        {"name": name, "n": found["n"], "width": round(100 * found["n"] / most, 1)}
        for name, found in losses.items()
    ]


def _interval(name: str, measure: Mapping[str, Any]) -> str:
    if measure["low"] is None:
        return "no interval"
    return f"{figure(name, measure['low'])} – {figure(name, measure['high'])}"
