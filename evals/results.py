"""A run's results: every measure with its interval, whole and broken down."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.confidence import Coverage, area, expected_error, ranked, reliability, risk_coverage
from evals.diagnosis import LOSSES
from evals.measures import ANSWER_MEASURES
from evals.outcome import Outcome
from evals.retrieval import RETRIEVAL_MEASURES
from evals.statistics import (
    SEED,
    Fractions,
    Interval,
    auroc_interval,
    fraction_interval,
    quantile_interval,
)

__all__ = ["BREAKDOWNS", "MEASURES", "RunInfo", "measure_all", "results_dict", "scores_csv"]

QUESTION_MEASURES = (*RETRIEVAL_MEASURES, *ANSWER_MEASURES)
LATENCIES = {"latency_p50_ms": 0.5, "latency_p95_ms": 0.95}
MEASURES = (*QUESTION_MEASURES, "abstention_auroc", *LATENCIES)

CURVE_POINTS = 200

BREAKDOWNS: Mapping[str, Callable[[Outcome], str]] = {
    "type": lambda outcome: outcome.type or "(none)",
    "language": lambda outcome: outcome.language or "und",
    "language_pair": lambda outcome: outcome.language_pair,
}


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """What was run: suite, system, versions, settings, and how long it took."""

    suite: str
    system: str
    suite_path: str = ""
    suite_sha256: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    timing: Mapping[str, float] = field(default_factory=dict)
    """`index_s`, `ask_s`, `queries_per_second`, `workers`: what differs from run to run."""


def measure_all(outcomes: Sequence[Outcome]) -> dict[str, Interval]:
    """Give every measure over some outcomes; one that none of them has is empty, n = 0."""
    found: dict[str, Interval] = {}
    for name in QUESTION_MEASURES:
        having = [one for one in outcomes if name in one.scores]
        scores = [one.scores[name] for one in having]
        fractions = Fractions([s.numerator for s in scores], [s.denominator for s in scores])
        found[name] = fraction_interval(fractions, [one.cluster for one in having])
    found["abstention_auroc"] = auroc_interval(ranked(outcomes), [o.cluster for o in outcomes])
    elapsed = [
        one.response.elapsed_ms
        for one in outcomes
        if one.answer and one.response.elapsed_ms is not None
    ]
    for name, quantile in LATENCIES.items():
        found[name] = quantile_interval(elapsed, quantile)
    return found


def results_dict(outcomes: Sequence[Outcome], info: RunInfo) -> dict[str, Any]:
    """Give `results.json`: plain data, finite numbers or null."""
    whole = _plain(measure_all(outcomes))
    by: dict[str, dict[str, Any]] = {}
    for name, key in BREAKDOWNS.items():
        groups: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            groups.setdefault(key(outcome), []).append(outcome)
        by[name] = {
            # a breakdown into one group is the whole
            label: whole if len(groups) == 1 else _plain(measure_all(groups[label]))
            for label in sorted(groups)
        }
    return {
        "suite": info.suite,
        "system": info.system,
        "versions": dict(info.versions),
        "seed": SEED,
        "measures": whole,
        "by": by,
        "questions": len(outcomes),
        "clusters": len({outcome.cluster for outcome in outcomes}),
        "status": dict(Counter(outcome.status for outcome in outcomes)),
        "failed": {o.qid: o.response.failure for o in outcomes if o.status == "failed"},
        "losses": _losses(outcomes),
        "confidence": _confidence(outcomes),
        "scores_sha256": hashlib.sha256(scores_csv(outcomes).encode()).hexdigest(),
        "suite_path": info.suite_path,
        "suite_sha256": info.suite_sha256,
        "settings": dict(info.settings),
        "timing": dict(info.timing),
    }


def scores_csv(outcomes: Sequence[Outcome]) -> str:
    """Give one row of scores per question and no timings: equal runs give equal bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ("type", "language", "language_pair", "answerable", "status", "right", "loss")
    writer.writerow(("qid", *columns, "confidence", *QUESTION_MEASURES))
    for one in outcomes:
        values = (one.scores.get(name) for name in QUESTION_MEASURES)
        writer.writerow(
            (
                _cell(one.qid),
                *(_cell(str(getattr(one, column))) for column in columns),
                f"{one.answer.confidence:.6f}" if one.answer else "",
                *(f"{score.value:.6f}" if score else "" for score in values),
            )
        )
    return text.getvalue()


def _cell(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _plain(measures: Mapping[str, Interval]) -> dict[str, Any]:
    return {name: interval._asdict() for name, interval in measures.items()}


def _losses(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    cases = {loss: [o.qid for o in outcomes if o.loss == loss] for loss in LOSSES}
    return {
        loss: {"n": len(qids), "qids": qids}
        for loss, qids in cases.items()
        if qids and loss != "none"
    }


def _thinned(curve: Sequence[Coverage]) -> Sequence[Coverage]:
    """Keep what a plot can show of a curve, its ends in any case."""
    if len(curve) <= CURVE_POINTS:
        return curve
    step = (len(curve) - 1) / (CURVE_POINTS - 1)
    return [curve[round(i * step)] for i in range(CURVE_POINTS)]


def _confidence(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    curve = risk_coverage(outcomes)
    bins = reliability(outcomes)
    return {
        "aurc": area(curve),
        "expected_calibration_error": expected_error(bins),
        "risk_coverage": [list(point) for point in _thinned(curve)],
        "reliability": [one._asdict() for one in bins],
    }
