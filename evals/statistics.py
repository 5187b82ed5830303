"""Intervals and tests by SciPy, over clusters of questions that are not independent.

Questions on one document stand or fall together, so documents are resampled, not questions. A
measure is a fraction per question; its value is the sum of numerators over that of denominators.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "Difference",
    "Fractions",
    "Interval",
    "Ranked",
    "auroc_interval",
    "fraction_interval",
    "paired_auroc",
    "paired_fractions",
    "paired_quantiles",
    "quantile_interval",
]

RESAMPLES = 2000
"""The bounds of a 95 % interval move by a twentieth of its width, or less, between seeds."""
PERMUTATIONS = 4999
SEED = 20230823

_BATCH = 2_000_000
"""Elements that are resampled at a time, to bound memory."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Statistic = Callable[[Ints], Floats]


class Interval(NamedTuple):
    """A value with its 95 % bounds; None where the questions don't tell."""

    mean: float | None
    low: float | None
    high: float | None
    n: int


class Difference(NamedTuple):
    """A, B, B less A with its 95 % bounds, and the two-sided paired permutation p-value."""

    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    n: int


class Fractions(NamedTuple):
    """One fraction per question."""

    numerators: Sequence[float]
    denominators: Sequence[float]


class Ranked(NamedTuple):
    """A confidence per question, and whether it should be high."""

    confidences: Sequence[float]
    positive: Sequence[bool]


def fraction_interval(scores: Fractions, clusters: Sequence[str]) -> Interval:
    """Give the value of a measure and its bootstrap interval over clusters."""
    n = len(scores.numerators)
    if not n:
        return Interval(None, None, None, 0)
    groups = _groups(clusters)
    value = _ratio(_sums(scores.numerators, groups), _sums(scores.denominators, groups))
    return _interval(value, int(groups.max()) + 1, n)


def auroc_interval(ranked: Ranked, clusters: Sequence[str]) -> Interval:
    """Give the area under the ROC curve; none where all questions are of one kind."""
    n = len(ranked.confidences)
    if len(set(ranked.positive)) < 2:
        return Interval(None, None, None, n)
    groups = _groups(clusters)
    return _interval(_auroc(ranked, groups), int(groups.max()) + 1, n)


def quantile_interval(values: Sequence[float], quantile: float) -> Interval:
    """Give a quantile and its bootstrap interval."""
    if not values:
        return Interval(None, None, None, 0)
    return _interval(_quantile(values, quantile), len(values), len(values))


def paired_fractions(a: Fractions, b: Fractions, clusters: Sequence[str]) -> Difference:
    """Compare a measure of the same questions answered by two systems."""
    groups = _groups(clusters)
    numerators = np.concatenate([_sums(one.numerators, groups) for one in (a, b)])
    denominators = np.concatenate([_sums(one.denominators, groups) for one in (a, b)])
    return _difference(_ratio(numerators, denominators), int(groups.max()) + 1, len(clusters))


def paired_auroc(a: Ranked, b: Ranked, clusters: Sequence[str]) -> Difference | None:
    """Compare two systems' AUROC on the same questions; None where it has no value."""
    if len(set(a.positive)) < 2:
        return None
    groups = _groups(clusters)
    size = int(groups.max()) + 1
    both = Ranked([*a.confidences, *b.confidences], [*a.positive, *b.positive])
    return _difference(_auroc(both, np.concatenate([groups, groups + size])), size, len(clusters))


def paired_quantiles(a: Sequence[float], b: Sequence[float], quantile: float) -> Difference:
    """Compare a quantile of two systems' values on the same questions."""
    return _difference(_quantile([*a, *b], quantile), len(a), len(a))


def _groups(clusters: Sequence[str]) -> Ints:
    """Number the clusters; where all questions are in one, each question is its own."""
    numbers: dict[str, int] = {}
    groups: Ints = np.array([numbers.setdefault(name, len(numbers)) for name in clusters])
    return groups if len(numbers) > 1 else np.arange(len(clusters))


def _sums(values: Sequence[float], groups: Ints) -> Floats:
    return np.bincount(groups, np.asarray(values, dtype=np.float64)).astype(np.float64)


def _ratio(numerators: Floats, denominators: Floats) -> Statistic:
    def statistic(chosen: Ints) -> Floats:
        return np.asarray(
            numerators[chosen].sum(axis=-1) / denominators[chosen].sum(axis=-1), dtype=np.float64
        )

    return statistic


def _quantile(values: Sequence[float], quantile: float) -> Statistic:
    array = np.asarray(values, dtype=np.float64)

    def statistic(chosen: Ints) -> Floats:
        return np.asarray(np.quantile(array[chosen], quantile, axis=-1), dtype=np.float64)

    return statistic


def _auroc(ranked: Ranked, groups: Ints) -> Statistic:
    """Make the AUROC of chosen clusters: the chance that a positive stands above a negative."""
    order = np.argsort(np.asarray(ranked.confidences), kind="stable")
    confidences = np.asarray(ranked.confidences)[order]
    positive = np.asarray(ranked.positive, dtype=np.float64)[order]
    group = groups[order]
    ties = np.flatnonzero(np.r_[True, confidences[1:] != confidences[:-1]])
    size = int(groups.max()) + 1

    def statistic(chosen: Ints) -> Floats:
        rows = chosen.reshape(-1, chosen.shape[-1])
        offsets = np.arange(len(rows))[:, None] * size
        counts = np.bincount((rows + offsets).ravel(), minlength=len(rows) * size)
        weights = counts.reshape(len(rows), size)[:, group]
        above = np.add.reduceat(weights * positive, ties, axis=-1)
        below = np.add.reduceat(weights * (1 - positive), ties, axis=-1)
        wins = (above * (np.cumsum(below, axis=-1) - below / 2)).sum(axis=-1)
        pairs = above.sum(axis=-1) * below.sum(axis=-1)
        # A resample of one kind only tells nothing: half, as by chance.
        area = np.divide(wins, pairs, out=np.full(len(rows), 0.5), where=pairs > 0)
        return np.asarray(area.reshape(chosen.shape[:-1]), dtype=np.float64)

    return statistic


def _interval(statistic: Statistic, size: int, n: int) -> Interval:
    everything = np.arange(size)
    value = float(statistic(everything))
    if size < 2:
        return Interval(value, None, None, n)
    low, high = _bounds(statistic, everything)
    return Interval(value, low, high, n)


def _bounds(statistic: Callable[..., Any], everything: Ints) -> tuple[float, float]:
    result = stats.bootstrap(
        (everything,),
        lambda chosen, axis=-1: statistic(chosen),
        n_resamples=RESAMPLES,
        batch=max(1, _BATCH // len(everything)),
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def _difference(statistic: Statistic, size: int, n: int) -> Difference:
    """Compare clusters ``0 … size - 1`` (A) with their counterparts from `size` on (B)."""
    everything = np.arange(size)

    def less(chosen: Ints) -> Floats:
        return statistic(chosen + size) - statistic(chosen)

    a, b = float(statistic(everything)), float(statistic(everything + size))
    if size < 2:
        return Difference(a, b, b - a, None, None, 1.0, n)
    low, high = _bounds(less, everything)
    test = stats.permutation_test(
        (everything, everything + size),
        lambda a, b, axis=-1: statistic(b) - statistic(a),
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=max(1, _BATCH // size),
        vectorized=True,
        rng=np.random.default_rng(SEED),
    )
    return Difference(a, b, b - a, low, high, float(test.pvalue), n)
