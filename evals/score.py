"""A question's part of a measure.

A score is a fraction, so that the mean over questions and the micro-averaged measures are one
thing: the sum of numerators over the sum of denominators.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Score"]


class Score(NamedTuple):
    """A question's part of a measure, and why it is what it is."""

    numerator: float
    denominator: float
    reason: str

    @property
    def value(self) -> float:
        return self.numerator / self.denominator
