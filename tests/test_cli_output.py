"""What is printed: foreign text as text, JSON as JSON, whatever is in it."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli.output import clean, one_line, show, write_json
from assistant.cli.rendering import show_answer
from assistant.datatypes import Answer, Citation, DocumentRef, Statement

ANY_TEXT = st.text(st.characters(codec=None, categories=None))
HARMLESS = {"\t", "\n"}
TURNING = "\u202e\u2066\u200f\u061c"


@given(ANY_TEXT)
def test_no_control_character_survives(text: str) -> None:
    for character in clean(text):
        assert character in HARMLESS or unicodedata.category(character) not in ("Cc", "Cs")
        assert character not in TURNING


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf"))))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_controls_are_shown_as_their_pictures() -> None:
    assert clean("\x1b[31mred\x07\r\nnext\x9b2J") == "␛[31mred␇\nnext\ufffd2J"
    assert one_line(" two\n  lines\t") == "two lines"


@given(st.dictionaries(ANY_TEXT, ANY_TEXT | st.none() | st.integers()))
def test_json_says_what_it_was_given(value: dict[str, str]) -> None:
    import contextlib
    import io

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict")
    with contextlib.redirect_stdout(out):
        write_json(value)
    told = out.buffer.getvalue().decode("utf-8")
    assert json.loads(told) == value
    assert told.count("\n") == 1
    assert not any(unicodedata.category(c) == "Cc" for c in told.rstrip("\n"))


def test_markup_and_emoji_codes_are_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    show("[bold]Musk[/bold] :smile: [1] [link=http://x]y[/link] C:\\new")
    assert capsys.readouterr().out == (
        "[bold]Musk[/bold] :smile: [1] [link=http://x]y[/link] C:\\new\n"
    )


def test_long_lines_are_not_cut_where_nobody_reads_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1


DOCUMENT = DocumentRef(
    id="d1",
    sha256="0" * 64,
    title="Gel au port [dim]",
    publisher="Le Quai\x1b[2J",
    published="2024-03-01",
    language="fr",
)
QUOTE = Citation(n=1, document=DOCUMENT, start=0, end=16, quote="Le port a\ngelé.", page=3)


def answer(**changed: object) -> Answer:
    known = {
        "question": "?",
        "standalone": "?",
        "language": "en",
        "abstained": False,
        "confidence": 0.876,
        "text": "Le port a gelé [1].",
        "short_answer": "mars",
        "statements": (Statement("Le port a gelé [1].", (1,)),),
        "citations": (QUOTE,),
    }
    return Answer(**{**known, **changed})


def test_answer_is_shown_with_its_marks_and_each_quote_with_its_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_answer(answer())
    out = capsys.readouterr().out
    assert out.startswith("Le port a gelé [1].\n")
    assert "Short answer: mars\n" in out
    assert "Confidence: 0.88\n" in out
    assert "[1] Le port a\n    gelé.\n" in out
    assert "Gel au port [dim] · Le Quai␛[2J · 2024-03-01 · fr · page 3 · document d1\n" in out


def test_abstention_shows_the_nearest_passages(capsys: pytest.CaptureFixture[str]) -> None:
    said = "The sources do not answer this."
    show_answer(
        answer(
            abstained=True,
            text=said,
            short_answer="",
            statements=(),
            citations=(),
            nearest=(QUOTE,),
        )
    )
    out = capsys.readouterr().out
    assert out.startswith(said)
    assert "Short answer" not in out
    assert out.index("Nearest passages") < out.index("[1] Le port a")
    assert "\nSources" not in out
