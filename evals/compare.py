"""Two runs on the same questions, paired by qid: differences, their certainty, what flipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.errors import InvalidInput
from evals.confidence import ranked
from evals.outcome import Outcome
from evals.results import LATENCIES, QUESTION_MEASURES
from evals.run_folder import Run
from evals.statistics import (
    Difference,
    Fractions,
    paired_auroc,
    paired_fractions,
    paired_quantiles,
)

__all__ = ["Comparison", "Pair", "compare"]


class Pair(NamedTuple):
    """A question's outcome in both runs."""

    a: Outcome
    b: Outcome


@dataclass(frozen=True)
class Comparison:
    """B against A."""

    a: Run
    b: Run
    measures: Mapping[str, Difference]
    """Each over the questions that both runs were judged on by it."""
    gained: Sequence[Pair]
    """Wrong in A, right in B."""
    lost: Sequence[Pair]
    """Right in A, wrong in B."""
    unpaired: int
    """Questions that only one of the runs has."""


def compare(a: Run, b: Run) -> Comparison:
    """Compare two runs measure by measure.

    Raises:
        InvalidInput: they have no question in common.
    """
    in_a = {outcome.qid: outcome for outcome in a.outcomes}
    pairs = [Pair(in_a[one.qid], one) for one in b.outcomes if one.qid in in_a]
    if not pairs:
        raise InvalidInput(
            f"{a.path} and {b.path}: expected runs with questions in common, found none: "
            f"suites {a.results['suite']!r} and {b.results['suite']!r}"
        )
    measures = {name: _fractions(pairs, name) for name in QUESTION_MEASURES}
    measures["abstention_auroc"] = paired_auroc(
        ranked([pair.a for pair in pairs]), ranked([pair.b for pair in pairs]), _clusters(pairs)
    )
    for name, quantile in LATENCIES.items():
        measures[name] = _latency(pairs, quantile)
    return Comparison(
        a,
        b,
        {name: difference for name, difference in measures.items() if difference},
        [pair for pair in pairs if pair.b.right and not pair.a.right],
        [pair for pair in pairs if pair.a.right and not pair.b.right],
        len(a.outcomes) + len(b.outcomes) - 2 * len(pairs),
    )


def _fractions(pairs: Sequence[Pair], name: str) -> Difference | None:
    judged = [pair for pair in pairs if name in pair.a.scores and name in pair.b.scores]
    if not judged:
        return None
    a, b = (
        Fractions([score.numerator for score in scores], [score.denominator for score in scores])
        for scores in zip(*((p.a.scores[name], p.b.scores[name]) for p in judged), strict=True)
    )
    return paired_fractions(a, b, _clusters(judged))


def _latency(pairs: Sequence[Pair], quantile: float) -> Difference | None:
    timed = [
        (pair.a.response.elapsed_ms, pair.b.response.elapsed_ms)
        for pair in pairs
        if pair.a.answer and pair.b.answer
    ]
    both = [(a, b) for a, b in timed if a is not None and b is not None]
    if not both:
        return None
    return paired_quantiles([a for a, _ in both], [b for _, b in both], quantile)


def _clusters(pairs: Sequence[Pair]) -> list[str]:
    return [pair.b.cluster for pair in pairs]
