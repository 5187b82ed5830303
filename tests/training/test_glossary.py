from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.glossary import WORD, gloss

GLOSSARY = {"harbour": "port", "froze": "gela", "ships": "navires"}
TEXT = "The Harbour froze; ships waited."


def test_known_words_are_replaced_and_keep_their_capital() -> None:
    glossed, _ = gloss(TEXT, (), GLOSSARY, 1.0, random.Random(0))
    assert glossed == "The Port gela; navires waited."


def test_a_span_moves_with_its_words() -> None:
    start = TEXT.index("ships")
    glossed, [(a, b)] = gloss(TEXT, [(start, len(TEXT) - 1)], GLOSSARY, 1.0, random.Random(0))
    assert glossed[a:b] == "navires waited"


@given(st.text(max_size=60), st.floats(0, 1), st.integers(0, 9), st.data())
def test_unknown_words_stay_and_spans_of_whole_words_keep_their_text(
    text: str, share: float, seed: int, data: st.DataObject
) -> None:
    words = [match.span() for match in WORD.finditer(text)]
    spans = [data.draw(st.sampled_from(words))] if words else []
    glossed, moved = gloss(text, spans, {}, share, random.Random(seed))
    assert glossed == text
    assert moved == spans


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_share_decides(share: float) -> None:
    glossed, _ = gloss("ships " * 50, (), GLOSSARY, share, random.Random(0))
    assert glossed.count("navires") == 50 * share
