"""Fitting the small models: the weights are for raw features, and nobody's settings are in them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant import Assistant
from assistant.errors import LibraryNotFound
from training.fitting import fit


def test_weights_of_raw_features_give_the_probabilities_of_the_standardised_fit() -> None:
    random = np.random.default_rng(0)
    matrix = random.normal([5.0, -2.0], [10.0, 0.1], (200, 2))
    labels = matrix[:, 0] / 10 + 20 * matrix[:, 1] + random.normal(size=200) > -40
    rows = [{"b": b, "a": a} for b, a in matrix]
    model = fit(rows, list(labels), strength=0.3)
    scaled = StandardScaler().fit_transform(matrix)
    expected = LogisticRegression(C=0.3).fit(scaled, labels).predict_proba(scaled)[:, 1]
    assert [model.probability(row) for row in rows] == pytest.approx(list(expected), abs=1e-3)


@pytest.mark.slow  # imports torch
def test_settings_of_the_environment_are_not_fitted_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import fit_naming

    opened: list[tuple[Path, int]] = []

    def add(self: Assistant, *_: Any, **__: Any) -> None:
        opened.append((self.settings.library, self.settings.top))

    monkeypatch.setenv("ASSISTANT_TOP", "5")
    monkeypatch.setattr(Assistant, "add", add)
    for name in fit_naming.NEWS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "questions.jsonl.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(LibraryNotFound):  # nothing was added
        list(fit_naming.cases(tmp_path, tmp_path / "work"))
    assert opened == [(tmp_path / "work" / fit_naming.NEWS[0], 20)]
