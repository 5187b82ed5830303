from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evals.statistics import (
    Fractions,
    Interval,
    Ranked,
    auroc_interval,
    fraction_interval,
    paired_auroc,
    paired_fractions,
    quantile_interval,
)


def means(values: list[float]) -> Fractions:
    return Fractions(values, [1.0] * len(values))


def names(n: int) -> list[str]:
    return [f"document {i}" for i in range(n)]


def test_a_mean_is_the_sum_over_the_sum() -> None:
    micro = fraction_interval(Fractions([1.0, 9.0], [10.0, 10.0]), names(2))
    assert micro.mean == 0.5
    assert fraction_interval(Fractions([1.0, 0.0], [1.0, 3.0]), names(2)).mean == 0.25


def test_bootstrap_of_two_values_has_the_bounds_one_can_count() -> None:
    # The four resamples of {0, 1} have the means 0, ½, ½, 1, a quarter each at the ends.
    assert fraction_interval(means([0.0, 1.0]), names(2)) == Interval(0.5, 0.0, 1.0, 2)


def test_bootstrap_agrees_with_the_normal_interval_on_many_questions() -> None:
    values = [1.0] * 300 + [0.0] * 100
    mean, low, high, n = fraction_interval(means(values), names(400))
    error = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    assert (mean, n) == (0.75, 400)
    assert (low, high) == pytest.approx((0.75 - error, 0.75 + error), abs=0.006)


def test_questions_on_one_document_are_one_observation() -> None:
    values = [1.0] * 50 + [0.0] * 50
    clustered = fraction_interval(means(values), ["a"] * 50 + ["b"] * 50)
    assert (clustered.low, clustered.high) == (0.0, 1.0)
    single = fraction_interval(means(values), names(100))
    assert single.low is not None
    assert single.low > 0.35


def test_nothing_and_one_question() -> None:
    assert fraction_interval(means([]), []) == Interval(None, None, None, 0)
    assert fraction_interval(means([0.3]), ["a"]) == Interval(0.3, None, None, 1)


def test_the_same_seed_gives_the_same_bounds() -> None:
    values = means([0.1, 0.9, 0.4, 0.5, 0.7])
    assert fraction_interval(values, names(5)) == fraction_interval(values, names(5))


@pytest.mark.parametrize(
    ("confidences", "positive", "area"),
    [
        ([0.1, 0.4, 0.35, 0.8], [False, False, True, True], 0.75),  # 3 of 4 pairs in order
        ([0.5, 0.5, 0.5], [True, False, True], 0.5),
        ([0.9, 0.8, 0.1], [True, True, False], 1.0),
    ],
)
def test_auroc(confidences: list[float], positive: list[bool], area: float) -> None:
    found = auroc_interval(Ranked(confidences, positive), names(len(confidences)))
    assert found.mean == pytest.approx(area)
    assert found.mean == pytest.approx(roc_auc_score(positive, confidences))
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= area <= found.high <= 1


def test_auroc_of_one_kind_of_question_is_none() -> None:
    assert auroc_interval(Ranked([0.2, 0.4], [True, True]), names(2)).mean is None
    assert paired_auroc(Ranked([0.2], [True]), Ranked([0.4], [True]), names(1)) is None


def test_quantiles() -> None:
    values = [float(i) for i in range(101)]
    assert quantile_interval(values, 0.95).mean == 95.0
    assert quantile_interval([], 0.5).n == 0


def test_permutation_p_value_is_exact_for_few_clusters() -> None:
    # B is better in each of 5 pairs: of 2⁵ swaps two are as extreme, all and none.
    found = paired_fractions(means([0.0] * 5), means([1.0, 0.9, 0.8, 0.7, 0.6]), names(5))
    assert found.p == pytest.approx(2 / 2**5)
    assert found.difference == pytest.approx(0.8)
    assert found.low is not None
    assert found.low > 0.5


def test_equal_systems_do_not_differ() -> None:
    same = means([0.2, 0.7, 0.9, 0.1])
    found = paired_fractions(same, same, names(4))
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_clusters_swap_as_a_whole() -> None:
    # Twenty questions on two documents are two observations: no p below 2 / 2².
    found = paired_fractions(means([0.0] * 20), means([1.0] * 20), ["a"] * 10 + ["b"] * 10)
    assert found.p == pytest.approx(0.5)


def test_paired_auroc() -> None:
    positive = [True, False] * 8
    a = Ranked([0.5] * 16, positive)
    b = Ranked([0.9, 0.1] * 8, positive)
    found = paired_auroc(a, b, names(16))
    assert found is not None
    assert found.difference == 0.5
    assert found.p < 0.01
