from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.matching import Place, characters, common, hits, holds, same_name

places = st.builds(
    lambda document, start, length: Place(document, start, start + length),
    st.sampled_from(["a", "b"]),
    st.integers(0, 40),
    st.integers(0, 20),
)


@pytest.mark.parametrize(
    ("citation", "gold", "right"),
    [
        ((0, 10), (5, 15), True),  # 5 of 10
        ((0, 10), (6, 16), False),  # 4 of 10
        ((0, 100), (90, 200), False),  # 10 of 100
        ((90, 100), (0, 1000), True),  # inside
        ((0, 1000), (500, 502), True),  # around
        ((5, 5), (0, 10), False),  # nothing cited
        ((10, 20), (20, 30), False),  # touching is not sharing
    ],
)
def test_half_of_the_shorter_is_a_hit(
    citation: tuple[int, int], gold: tuple[int, int], right: bool
) -> None:
    assert hits(Place("d", *citation), Place("d", *gold)) is right
    assert hits(Place("d", *gold), Place("d", *citation)) is right
    assert not hits(Place("d", *citation), Place("other", *gold))


def test_a_passage_holds_a_span_by_half_of_the_span() -> None:
    assert holds(Place("d", 0, 10), Place("d", 5, 15))
    assert not holds(Place("d", 0, 10), Place("d", 6, 16))
    assert not holds(Place("d", 0, 10), Place("d", 0, 1000))
    assert holds(Place("d", 0, 10), Place("d", 0, 1000, whole=True))


@given(st.lists(places, max_size=6), st.lists(places, max_size=6))
def test_unions_count_as_sets_of_characters_do(a: list[Place], b: list[Place]) -> None:
    def as_set(spans: list[Place]) -> set[tuple[str, int]]:
        return {(p.document, i) for p in spans for i in range(p.start, p.end)}

    assert characters(a) == len(as_set(a))
    assert common(a, b) == common(b, a) == len(as_set(a) & as_set(b))


@pytest.mark.parametrize(
    ("name", "alias", "match"),
    [
        ("Peskov", "Dmitri Peskov", True),
        ("Dmitri Peskov, porte-parole du Kremlin", "Peskov", True),
        ("Élon MUSK", "elon musk", True),
        ("Mr. Adams", "M. Adams", True),
        ("le Kremlin", "the Kremlin", True),
        ("the Kremlin's spokesman", "Kremlin", True),
        ("Joe Adams", "Jack Adams", False),
        ("", "Adams", False),
        ("the", "of", False),
    ],
)
def test_names_match_when_one_contains_the_other(name: str, alias: str, match: bool) -> None:
    assert bool(same_name(name, [alias])) is match
    assert bool(same_name(alias, [name])) is match
