"""What fitting the small models has in common; imports no torch."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.models.logistic import LogisticModel

__all__ = ["fit", "read_lines"]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def fit(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], *, strength: float
) -> LogisticModel:
    """Fit on standardised features, give the weights for the raw ones."""
    names = sorted(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000))
    pipeline.fit(matrix, labels)
    scaler, regression = pipeline[0], pipeline[1]
    weights = regression.coef_[0] / scaler.scale_
    intercept = regression.intercept_[0] - float(weights @ scaler.mean_)
    return LogisticModel(
        round(float(intercept), 6),
        {name: round(float(w), 6) for name, w in zip(names, weights, strict=True)},
    )
