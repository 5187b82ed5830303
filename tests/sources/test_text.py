from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.datatypes import Document
from assistant.errors import SourceError
from assistant.sources.items import Extract, ReadOptions
from assistant.sources.text import decode, read_markdown, read_text

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(
    lambda text: not text.startswith("\ufeff")
)


def the_only(found: object) -> Extract:
    [extract] = list(found)
    assert isinstance(extract, Extract)
    return extract


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@given(text=TEXT)
def test_text_is_exactly_the_characters_of_the_file(encoding: str, text: str) -> None:
    extract = the_only(read_text(BytesIO(text.encode(encoding)), ReadOptions()))
    assert extract.text == text


@given(text=TEXT)
def test_markdown_body_is_the_end_of_the_file_unchanged(text: str) -> None:
    whole = f"---\ntitle: Le pont\n---\n{text}"
    body = the_only(read_markdown(BytesIO(whole.encode()), ReadOptions())).text
    assert text.endswith(body)
    assert not text.removesuffix(body).strip(" \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_encodings_are_recognised(encoding: str) -> None:
    text = "Le maire a déclaré : « Ça ira, à Noël. » L'été prochain, peut-être."
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    ["L’œuvre coûte 30 € – « trop », dit-il…", "« Où ? » – là-bas, dès l'été…", "Noël à l'été"],
)
def test_short_windows_text_is_recognised(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01\x02\xff" * 100, bytes(range(256)), b"abc\0def", random.Random(7).randbytes(3000)],
)
def test_binary_is_no_text(data: bytes) -> None:
    with pytest.raises(SourceError, match="expected text"):
        decode(data)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Le pont est fermé\n\nLe maire l'a dit.", "Le pont est fermé"),
        ("Le pont est fermé\r\n\r\nLe maire l'a dit.", "Le pont est fermé"),
        ("Le pont est fermé.\n\nLe maire l'a dit.", ""),  # a sentence, not a headline
        ("Le pont est fermé\nLe maire l'a dit.", ""),
        ("Le pont " * 40 + "\n\nest fermé.", ""),
        ("Le pont", ""),
    ],
)
def test_short_first_line_is_the_title_too(text: str, title: str) -> None:
    extract = the_only(read_text(BytesIO(text.encode()), ReadOptions()))
    assert (extract.text, extract.fields.title) == (text, title)


FRONT_MATTER = {
    "yaml": "---\ntitle: Le pont\nauthors: [Ada, Bo]\ndate: 2023-08-22\ntags: [ville]\n---\n\n",
    "toml": '+++\ntitle = "Le pont"\nauthors = ["Ada", "Bo"]\ndate = 2023-08-22\n'
    'tags = ["ville"]\n+++\n\n',
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("form", FRONT_MATTER)
def test_front_matter_is_metadata(
    form: str, newline: str, tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    path = tmp_path / "pont.md"
    content = FRONT_MATTER[form] + "# Un autre titre\n\nLe pont est fermé depuis mardi.\n"
    path.write_bytes(content.replace("\n", newline).encode())
    document = read_one(path)
    assert document.text.startswith("# Un autre titre")
    assert document.ref.title == "Le pont"
    assert document.ref.author == "Ada, Bo"
    assert document.ref.published == "2023-08-22"
    assert document.ref.metadata == {"tags": "ville"}
    assert document.ref.media_type == "text/markdown"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Avant-propos.\n\n## Le pont ##\n\nFermé.", "Le pont"),
        ("Le pont\n=======\n\nFermé.", "Le pont"),
        ("Le pont\n\nFermé.", "Le pont"),
        ("---\nni titre ni fin", ""),
        ("---\n\nDe la prose entre deux filets.\n\n---\n\nFin.", ""),
    ],
)
def test_markdown_without_front_matter_is_left_as_it_is(text: str, title: str) -> None:
    extract = the_only(read_markdown(BytesIO(text.encode()), ReadOptions()))
    assert (extract.text, extract.fields.title) == (text, title)


@pytest.mark.parametrize("head", ["title: [", "a: " + "[" * 1_200, "title: 'x"])
def test_broken_front_matter_is_an_error(head: str) -> None:
    with pytest.raises(SourceError, match="front matter: not well-formed YAML"):
        list(read_markdown(BytesIO(f"---\n{head}\n---\n\nx".encode()), ReadOptions()))


def test_yaml_aliases_cannot_grow_without_end() -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 12)]
    head = "\n".join(["l0: &l0 [lol, lol]", *levels])
    extract = the_only(read_markdown(BytesIO(f"---\n{head}\n---\nx".encode()), ReadOptions()))
    assert sum(map(len, extract.fields.metadata.values())) < 100_000
