"""A reply becomes sentences with their numbers, however it came in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.writing.marks import MarkReader
from assistant.writing.statements import StatementReader, Written, without_thoughts


def read(*chunks: str, language: str = "en") -> list[Written]:
    marks, statements = MarkReader(9), StatementReader(language)
    written = [w for chunk in chunks for w in statements.feed(marks.feed(chunk))]
    return [*written, *statements.feed(marks.end()), *statements.end()]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("He denied it [1]. She left. [2]", [("He denied it.", 1), ("She left.", 2)]),
        ("He denied it.[1] She left.[2]", [("He denied it.", 1), ("She left.", 2)]),
        ("He denied it [1]\nShe left [2]", [("He denied it", 1), ("She left", 2)]),
        ("[1] says that he denied it.", [("says that he denied it.", 1)]),
        ("- **He** denied it [1]\n- _She_ left [2]", [("He denied it", 1), ("She left", 2)]),
        ("1. He denied it [1].\n2. She left [2].", [("He denied it.", 1), ("She left.", 2)]),
        ("## He\n\nShe left [2].", [("He",), ("She left.", 2)]),
        ("He [1]and she [2] left.", [("He and she left.", 1, 2)]),
        (
            "Mr. Musk denied it [1]. M. Macron left [2].",
            [("Mr. Musk denied it.", 1), ("M. Macron left.", 2)],
        ),
        ("He denied it [99]. She left", [("He denied it.",), ("She left",)]),
        ("a_b * 2 [1]", [("a_b * 2", 1)]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_sentences_with_what_they_cite(reply: str, expected: list[tuple[str | int, ...]]) -> None:
    assert read(reply) == [Written(str(text), tuple(cited)) for text, *cited in expected]


def test_a_sentence_is_given_before_the_reply_ends() -> None:
    marks, statements = MarkReader(9), StatementReader("en")
    reply = "He denied it [1]. " + "She left the town for good with all that she had. " * 3
    given = list(statements.feed(marks.feed(reply)))
    assert given[0] == Written("He denied it.", (1,))


_PARTS = st.sampled_from(
    'He denied it|M. Macron|U.S.| [1]|[2]|. |\n|? |"Why?" |« Oui ! » |she |- |a |…|1. |A'.split("|")
) | st.just("word " * 30)


@settings(deadline=None)
@given(st.lists(_PARTS, max_size=25), st.integers(1, 9))
def test_any_way_to_cut_it_gives_the_same(parts: list[str], step: int) -> None:
    text = "".join(parts)
    chunks = [text[at : at + step] for at in range(0, len(text), step)]
    assert read(*chunks) == read(text)


@pytest.mark.parametrize(
    ("reply", "spoken"),
    [
        ("<think>Hm [1].</think>\n\nYes.", "\n\nYes."),
        ("\n<think>\n</think>Yes.", "Yes."),
        ("<think>for ever", ""),
        ("<thin ice> is there", "<thin ice> is there"),
        ("Yes <think>no</think>", "Yes <think>no</think>"),
        ("<thi", "<thi"),
        ("", ""),
    ],
)
def test_what_is_thought_aloud_is_left_out(reply: str, spoken: str) -> None:
    assert "".join(without_thoughts(reply)) == spoken
    assert "".join(without_thoughts([reply])) == spoken
