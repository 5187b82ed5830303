from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import pdf
from hypothesis import given
from hypothesis import strategies as st

from assistant.datatypes import Document
from assistant.errors import SourceError
from assistant.sources.pdf import join_pages, unwrap

PAGES = [
    [
        "Le pont est fermé",
        "Le maire a annoncé mardi que le pont de la rivière resterait fermé",
        "jusqu’au printemps prochain, au moins. Les ingénieurs l’ont demandé",
        "après leur inspection.",
        "« Personne n’est en danger », a-t-il assuré, mais les travaux seront",
    ],
    ["longs et chers, prévient-il."],
    [],
    ["Annexe", "Les chiffres."],
]


def test_pages_keep_their_numbers_and_paragraphs_their_lines(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    info = "/Title(Le pont)/Author(Jeanne Martin)/CreationDate(D:20230822101112+02'00')"
    (tmp_path / "a.pdf").write_bytes(pdf(PAGES, info=info))
    document = read_one(tmp_path / "a.pdf")
    assert document.text == (
        "Le pont est fermé\n"
        "Le maire a annoncé mardi que le pont de la rivière resterait fermé jusqu’au printemps "
        "prochain, au moins. Les ingénieurs l’ont demandé après leur inspection.\n"
        "« Personne n’est en danger », a-t-il assuré, mais les travaux seront longs et chers, "
        "prévient-il.\n\n"
        "Annexe\nLes chiffres."
    )
    assert [document.page_at(document.text.index(w)) for w in ("pont", "longs", "chiffres")] == [
        1,
        2,
        4,
    ]
    assert (document.ref.title, document.ref.author) == ("Le pont", "Jeanne Martin")
    assert document.ref.published == "2023-08-22T10:11:12+02:00"
    assert document.ref.language == "fr"


def test_a_pdf_without_text_says_so(tmp_path: Path, read_one: Callable[[Path], Document]) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf([[], []]))
    with pytest.raises(SourceError, match="no text found: a scanned PDF"):
        read_one(tmp_path / "scan.pdf")


@pytest.mark.parametrize("keep", [0, 20, 200])
def test_a_truncated_pdf_is_an_error(
    keep: int, tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(PAGES)[:keep])
    with pytest.raises(SourceError):
        read_one(tmp_path / "a.pdf")


def test_a_hyphenated_word_is_joined() -> None:
    assert unwrap("a long struc\ufffe\r\nture and man\ufffeagement") == (
        "a long structure and management"
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]))))
def test_unwrapping_changes_nothing_but_white_space(lines: list[str]) -> None:
    assert unwrap("\r\n".join(lines)).split() == " ".join(lines).split()


@given(st.lists(st.text()))
def test_each_page_begins_where_it_says(pages: list[str]) -> None:
    text, starts = join_pages(pages)
    assert len(starts) == len(pages)
    assert all(text.startswith(page, start) for page, start in zip(pages, starts, strict=True))
