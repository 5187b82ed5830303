"""Is the confidence worth anything: ranking (AUROC), risk against coverage, reliability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from evals.outcome import Outcome
from evals.statistics import Ranked

__all__ = ["Bin", "Coverage", "area", "expected_error", "ranked", "reliability", "risk_coverage"]

BINS = 10


class Coverage(NamedTuple):
    """The risk that is taken when the most confident answers only are given."""

    coverage: float
    """Share of all questions that are answered."""
    risk: float
    """Share of these answers that are wrong."""
    confidence: float
    """The lowest confidence among them."""


class Bin(NamedTuple):
    """Answers of similar confidence: how confident, how often right, how many."""

    confidence: float
    right: float
    n: int


def ranked(outcomes: Sequence[Outcome]) -> Ranked:
    """Give each question's confidence and whether it is answerable.

    A failed question counts as the worst confidence for its kind.
    """
    return Ranked(
        [
            one.answer.confidence if one.answer else -1.0 if one.answerable else 2.0
            for one in outcomes
        ],
        [one.answerable for one in outcomes],
    )


def risk_coverage(outcomes: Sequence[Outcome]) -> list[Coverage]:
    """Give the curve, from the most confident answer to the last one given.

    Answers of equal confidence are one point, since no threshold parts them.
    """
    answers = sorted(_answers(outcomes), key=lambda pair: -pair[0])
    curve: list[Coverage] = []
    wrong = 0
    for count, (confidence, right) in enumerate(answers, 1):
        wrong += not right
        if count == len(answers) or answers[count][0] != confidence:
            curve.append(Coverage(count / len(outcomes), wrong / count, confidence))
    return curve


def area(curve: Sequence[Coverage]) -> float | None:
    """Give the mean risk over the coverages reached (AURC); None where nothing was answered."""
    if not curve:
        return None
    before, total = 0.0, 0.0
    for point in curve:
        total += point.risk * (point.coverage - before)
        before = point.coverage
    return total / before


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Group the answers by confidence in tenths; empty tenths are left out."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in _answers(outcomes):
        groups.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return [
        Bin(
            sum(confidence for confidence, _ in group) / len(group),
            sum(right for _, right in group) / len(group),
            len(group),
        )
        for _, group in sorted(groups.items())
    ]


def expected_error(bins: Sequence[Bin]) -> float | None:
    """Give the expected calibration error: how far confidence is from being right, on average."""
    total = sum(one.n for one in bins)
    if not total:
        return None
    return sum(abs(one.confidence - one.right) * one.n for one in bins) / total


def _answers(outcomes: Sequence[Outcome]) -> list[tuple[float, bool]]:
    return [
        (one.answer.confidence, one.right)
        for one in outcomes
        if one.answer and not one.answer.abstained
    ]
