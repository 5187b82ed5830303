"""The plots of a report: what a run's confidence, scores and times look like; the trend of runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from evals.outcome import Outcome
from evals.report.svg import Axis, Point, histogram, line_plot, scatter
from evals.run_folder import Run
from evals.tables import figure

__all__ = ["HEADLINES", "Plot", "run_plots", "trend_plots"]

HEADLINES: Mapping[str, str] = {
    "citation_f1": "Citation F1",
    "span_f1": "Span F1",
    "answer_f1": "Answer F1",
    "speaker_f1": "Speaker F1",
    "abstention_accuracy": "Abstention",
    "r_5": "Recall at 5",
    "verbatim": "Verbatim",
    "latency_p50_ms": "Latency p50, ms",
}


class Plot(NamedTuple):
    """A drawing with its title and a note."""

    title: str
    note: str
    svg: Markup


def run_plots(run: Run) -> list[Plot]:
    """Draw risk against coverage, reliability, how the scores are spread, and latency."""
    return [
        *_confidence(run.results["confidence"]),
        *_scores(run.outcomes),
        *_latency(run.outcomes),
    ]


def trend_plots(runs: Sequence[Run]) -> list[Plot]:
    """Draw each headline over the runs, where there are several."""
    if len(runs) < 2:
        return []
    return [plot for name in HEADLINES for plot in _trend(name, runs)]


def _confidence(confidence: Mapping[str, Any]) -> Iterator[Plot]:
    if not confidence["risk_coverage"]:
        return
    curve = [
        Point(
            coverage,
            risk,
            f"confidence {at:.2f} and above: {coverage:.0%} answered, {risk:.0%} of it wrong",
            radius=1.5,
        )
        for coverage, risk, at in confidence["risk_coverage"]
    ]
    x, y = Axis("share of questions answered"), Axis("share of answers wrong")
    yield Plot("Risk and coverage", f"mean risk {confidence['aurc']:.3f}", line_plot(curve, x, y))
    most = max(one["n"] for one in confidence["reliability"])
    bins = [
        Point(
            one["confidence"],
            one["right"],
            f"{one['n']} answers at {one['confidence']:.2f}: {one['right']:.0%} right",
            radius=3 + 6 * one["n"] / most,
        )
        for one in confidence["reliability"]
    ]
    error = f"calibration error {confidence['expected_calibration_error']:.3f}"
    yield Plot("Reliability", error, scatter(bins, Axis("confidence"), Axis("share right")))


def _scores(outcomes: Sequence[Outcome]) -> Iterator[Plot]:
    for name in ("citation_f1", "span_f1", "answer_f1"):
        values = [one.scores[name].value for one in outcomes if name in one.scores]
        if values:
            title = HEADLINES[name]
            yield Plot(title, f"{len(values)} questions", histogram(values, Axis(title)))


def _latency(outcomes: Sequence[Outcome]) -> Iterator[Plot]:
    values = sorted(o.response.elapsed_ms for o in outcomes if o.answer and o.response.elapsed_ms)
    if not values:
        return
    # The slowest hundredth would press all others into the first bar.
    most = values[int(0.99 * (len(values) - 1))]
    drawn = histogram([min(value, most) for value in values], Axis("milliseconds", 0.0, most, 4))
    yield Plot("Latency", f"slowest {values[-1]:.0f} ms", drawn)


def _trend(name: str, runs: Sequence[Run]) -> Iterator[Plot]:
    measures = [(i, run.name, run.results["measures"][name]) for i, run in enumerate(runs, 1)]
    points = [
        Point(i, one["mean"], f"{who}: {figure(name, one['mean'])}", one["low"], one["high"])
        for i, who, one in measures
        if one["mean"] is not None
    ]
    if points:
        top = max(p.high or p.y for p in points) if name.endswith("_ms") else 1.0
        x = Axis("run", 1.0, float(len(runs)), len(runs) - 1)
        yield Plot(HEADLINES[name], "", line_plot(points, x, Axis("", 0.0, top)))
