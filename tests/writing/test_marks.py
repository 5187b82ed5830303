"""Citation marks: every way that models write them, however the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.writing.marks import Mark, MarkReader

MOST = 9


def read(*chunks: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """The text without marks, and each mark with its place in it."""
    reader = MarkReader(MOST)
    pieces = [piece for chunk in chunks for piece in reader.feed(chunk)] + reader.end()
    text, marks = "", []
    for piece in pieces:
        if isinstance(piece, Mark):
            marks.append((len(text), piece.numbers))
        else:
            assert piece
            text += piece
    return text, marks


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1]", [(1,)]),
        ("【1】", [(1,)]),
        ("【2†source】", [(2,)]),
        ("[[1]]", [(1,)]),
        ("[1, 2]", [(1, 2)]),
        ("[1,2;3]", [(1, 2, 3)]),
        ("[1 and 2]", [(1, 2)]),
        ("[1 et 2]", [(1, 2)]),
        ("[1][2]", [(1,), (2,)]),
        ("[1] [2]", [(1,), (2,)]),
        ("[1-3]", [(1, 2, 3)]),
        ("[1–3]", [(1, 2, 3)]),
        ("[3-1]", [(1, 2, 3)]),
        ("[1-3, 5]", [(1, 2, 3, 5)]),
        ("[^1]", [(1,)]),
        ("[Source 1]", [(1,)]),
        ("[passages 1, 2]", [(1, 2)]),
        ("[ 1 ]", [(1,)]),
        ("[1, 1]", [(1,)]),
        ("[0]", [()]),
        ("[12]", [()]),
        ("[1, 12]", [(1,)]),
        ("[8-999]", [(8, 9)]),
        ("[0-2]", [(1, 2)]),
    ],
)
def test_every_way_to_write_a_mark(mark: str, numbers: list[tuple[int, ...]]) -> None:
    assert read(f"He denied it {mark}. She left.") == (
        "He denied it. She left.",
        [(12, each) for each in numbers],
    )


@pytest.mark.parametrize(
    "text",
    [
        "`a[1]` is code",
        "``a`[1]`` is code",
        "```\na[1]\n```\nis code",
        "```\nnever closed [1]",
        'He said: "see [1] there".',
        "He said: “see [1] there”.",
        "Il a dit : « voir [1] ».",
        "[2022] is a year",
        "[he] said [sic]",
        "[1a]",
        "[-1]",
        "[1,]",
        "[]",
        "[",
        "x[1\n]",
        "【he】",
        f"[{'1,' * 40}1]",
        "blanks  at the end  ",
    ],
)
def test_what_is_no_mark_stays_as_it_is(text: str) -> None:
    assert read(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('A 5" gun [1]', 'A 5" gun'),
        ('"Never closed [1]', '"Never closed'),
        ("“Never closed [1]\nnext ”", "“Never closed\nnext ”"),
        ("` alone [1]", "` alone"),
        (f'"{"far " * 200}[1]"', f'"{"far " * 200}'.rstrip() + '"'),
        ("```\n[2]\n```\n[1]", "```\n[2]\n```\n"),
    ],
)
def test_what_opens_nothing_hides_no_mark(text: str, left: str) -> None:
    clean, marks = read(text)
    assert (clean, [numbers for _, numbers in marks]) == (left, [(1,)])


def test_text_is_not_held_back_longer_than_needed() -> None:
    reader = MarkReader(MOST)
    assert reader.feed('He said "no') == ["He said ", '"no']
    assert reader.feed(" way") == [" way"]
    assert reader.feed(" [1]") == []
    assert reader.feed('" [1') == [' [1]"']
    assert reader.feed("]") == [Mark((1,))]
    assert reader.feed(" ") == []
    assert reader.feed("[no") == []
    assert "".join(map(str, reader.feed("!"))) == " [no!"


_PARTS = st.sampled_from(
    '[1]|[|]|[[2]]|【1】|1|2, 3|-| |\n|"|“|”|«|»|`|```|a|word |. |é|[1–3]|\u202f'.split("|")
) | st.sampled_from(["x" * 70, '"' + "y" * 610])


@settings(deadline=None)
@given(st.lists(_PARTS, max_size=30), st.data())
def test_any_way_to_cut_it_gives_the_same(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=40)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert read(*chunks) == read(text)
    assert read(*text) == read(text)


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="[【"), max_size=200))
def test_text_without_brackets_is_untouched(text: str) -> None:
    assert read(*text) == (text, [])
