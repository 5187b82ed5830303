"""Gates for CI: floors under measures, and no significant loss against a base run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assistant.errors import InvalidInput
from evals.compare import Comparison
from evals.results import LATENCIES, MEASURES
from evals.run_folder import Run
from evals.tables import figure

__all__ = ["GATED", "Check", "floors", "no_worse", "parse_floors"]

GATED = tuple(name for name in MEASURES if name not in LATENCIES)
"""The measures that a gate may hold: latencies are the machine's as much as the system's."""


class Check(NamedTuple):
    """One thing that a gate asks for, and the figures by which it passed or failed."""

    name: str
    passed: bool
    figures: str

    def __str__(self) -> str:
        return f"{'PASS' if self.passed else 'FAIL'}  {self.name}: {self.figures}"


def parse_floors(texts: Iterable[str]) -> dict[str, float]:
    """Read ``measure=value`` pairs; several may stand in one text, parted by commas.

    Raises:
        InvalidInput: no such measure, or no number.
    """
    found: dict[str, float] = {}
    for pair in (pair for text in texts for pair in text.split(",")):
        name, _, value = (part.strip() for part in pair.partition("="))
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if name not in GATED or math.isnan(number):
            raise InvalidInput(
                f"expected measure=number with one of {', '.join(GATED)}; found {pair!r}"
            )
        found[name] = number
    return found


def floors(run: Run, wanted: Mapping[str, float]) -> list[Check]:
    """Hold each measure against its floor; one that no question was judged by fails."""
    checks = []
    for name, floor in wanted.items():
        measure = run.results["measures"][name]
        mean = measure["mean"]
        bounds = f"[{figure(name, measure['low'])}, {figure(name, measure['high'])}]"
        checks.append(
            Check(
                f"{name} >= {floor:g}",
                mean is not None and mean >= floor,
                f"{figure(name, mean)} {bounds}, n = {measure['n']}",
            )
        )
    return checks


def no_worse(comparison: Comparison, *, alpha: float) -> list[Check]:
    """Fail each measure that is lower than the base's with a p-value below `alpha`.

    Every measure is tested by itself: of k measures that truly did not change, about k · alpha / 2
    fail by chance. With a system that answers the same twice, what did not change has p = 1.
    """
    checks = []
    for name, found in comparison.measures.items():
        if name not in GATED:
            continue
        worse = found.difference < 0 and found.p < alpha
        bounds = f"[{figure(name, found.low)}, {figure(name, found.high)}]"
        checks.append(
            Check(
                f"{name} no worse than {comparison.a.name}",
                not worse,
                f"{figure(name, found.a)} -> {figure(name, found.b)}, "
                f"{found.difference:+.3f} {bounds}, p = {found.p:.4f}, n = {found.n}",
            )
        )
    return checks
