from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.asserting import asserted


def left(text: str) -> str:
    return asserted(text, [(0, len(text))]).strip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Readers should write that he fled.", "Readers should write that"),
        ("Holt refused to say whether it burst.", "Holt refused to say whether"),
        ("Say that the owl fled.", "Say that"),
        ("He would help by writing that she fled.", "He would help by writing that"),
        ("Il faudrait préciser que le hibou a fui.", "Il faudrait préciser que"),
        ("Merci d'indiquer que le hibou a fui.", "Merci d'indiquer que"),
        ("The first line is “The owl fled the town.”", "The first line is"),
        ("Exemple : « Le hibou a fui la ville. »", "Exemple :"),
        ("It rains. <!-- the owl fled -->", "It rains."),
        ('{"summary": "The owl fled."}', ""),
    ],
)
def test_what_is_only_mentioned_is_blanked_out(text: str, said: str) -> None:
    assert left(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "The mayor said that he fled.",
        "He went on to say that it rained.",
        "“The vaccine is free for all,” said Ashby.",
        "La préfète tient à préciser que le barrage tient.",
        "Elle vient d'annoncer que le barrage tient.",
        "« Le barrage tient bon », a assuré la préfète.",
        "“The vaccine is free for all.”",
        "His book “The Long Way Home” won a prize.",
        "If x < y and y > 3, it holds.",
    ],
)
def test_what_is_said_stays(text: str) -> None:
    assert left(text) == text


@given(st.text(max_size=200))
def test_no_character_moves(text: str) -> None:
    done = asserted(text, [(0, len(text))])
    assert len(done) == len(text)
    assert all(new in (old, " ") for new, old in zip(done, text, strict=True))


@pytest.mark.parametrize(
    "word", ["<!-- ", "must ", "{ ", "“a b c d ", "a=b ", "il faut ", "<a ", "![ "]
)
def test_it_never_takes_long(word: str) -> None:
    text = word * 2000
    asserted("", [])
    started = time.perf_counter()
    asserted(text, [(0, len(text))])
    assert time.perf_counter() - started < 2
