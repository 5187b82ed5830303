from __future__ import annotations

import csv
import gzip
import io
import json
import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SourceError, SourceTooLarge
from assistant.sources.items import BadPart, Extract, Found, ReadOptions
from assistant.sources.kinds import kind_of

OPTIONS = ReadOptions()
TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    min_size=1,
)


def read(name: str, data: bytes, options: ReadOptions = OPTIONS) -> list[Found]:
    kind = kind_of(name)
    assert kind is not None
    return list(kind.read(io.BytesIO(data), options))


def texts(found: Iterator[Found] | list[Found]) -> list[str]:
    return [extract.text for extract in found if isinstance(extract, Extract)]


@given(rows=TEXTS, ascii_only=st.booleans(), zipped=st.booleans())
def test_jsonl_texts_come_back_unchanged(rows: list[str], ascii_only: bool, zipped: bool) -> None:
    lines = [json.dumps({"text": text}, ensure_ascii=ascii_only) for text in rows]
    data = "\n".join(lines).encode()
    name, data = ("a.jsonl.gz", gzip.compress(data)) if zipped else ("a.jsonl", data)
    assert texts(read(name, data)) == rows


@given(
    rows=TEXTS, separator=st.sampled_from(",;\t|"), encoding=st.sampled_from(["utf-8", "utf-16"])
)
def test_csv_texts_come_back_unchanged(rows: list[str], separator: str, encoding: str) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["title", "text"])
    writer.writerows(["t", text] for text in rows)
    assert texts(read("a.csv", written.getvalue().encode(encoding))) == rows


ROW = {
    "doc_id": "nyt-7",
    "title": "Le pont\u00a0: fermé",
    "text": " Texte\r\ntel quel. ",
    "lang": "fr",
    "meta": {
        "publisher": "Le Journal",
        "author": "Ada",
        "date": "2023-08-22",
        "url": "https://example.org/pont",
        "section": "Villes",
        "words": 3,
        "tags": ["a", "b"],
    },
    "edition": {"city": "Metz"},
    "nothing": None,
}


def test_a_row_of_a_suite_keeps_everything() -> None:
    [extract] = read("corpus.jsonl", json.dumps(ROW).encode())
    assert isinstance(extract, Extract)
    fields = extract.fields
    assert extract.text == " Texte\r\ntel quel. "
    assert extract.part == "row 1"
    assert (fields.id, fields.title, fields.language) == ("nyt-7", "Le pont\u00a0: fermé", "fr")
    assert (fields.publisher, fields.author) == ("Le Journal", "Ada")
    assert (fields.date, fields.url) == ("2023-08-22", "https://example.org/pont")
    assert fields.metadata == {
        "section": "Villes",
        "words": "3",
        "tags": "a, b",
        "edition": '{"city": "Metz"}',
    }


def test_field_names_are_chosen() -> None:
    options = ReadOptions(text="body", id="key", publisher="journal")
    row = {"body": "Bonjour.", "key": 12, "journal": "L'Écho", "text": "autre"}
    [extract] = read("a.ndjson", json.dumps(row).encode(), options)
    assert isinstance(extract, Extract)
    assert extract.text == "Bonjour."
    assert (extract.fields.id, extract.fields.publisher) == ("12", "L'Écho")
    assert extract.fields.metadata == {"text": "autre"}


def test_a_bad_line_is_named_and_the_rest_goes_on() -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "un"}',
        b"",
        b'{"text": ',
        b'["text"]',
        b'{"titre": "sans texte"}',
        b'{"text": 5}',
        b'{"text": "caf\xe9"}',
        b"[" * 100_000,
        b'{"text": "huit"}',
    ]
    found = read("a.jsonl", b"\n".join(lines))
    assert texts(found) == ["un", "huit"]
    assert {bad.part: bad.reason.split(":")[0] for bad in found if isinstance(bad, BadPart)} == {
        "row 3": "not well-formed JSON",
        "row 4": "expected a JSON object, found another value",
        "row 5": "expected a string in 'text', found nothing",
        "row 6": "expected a string in 'text', found int",
        "row 7": "expected UTF-8",
        "row 8": "not well-formed JSON",
    }


def test_bad_csv_records_are_named_and_the_rest_goes_on() -> None:
    data = b'title,text\na,un\nb\n\nc,"deux" x\nd,"trois\nlignes"\n'
    found = read("a.csv", data)
    assert texts(found) == ["un", "trois\nlignes"]
    assert [(bad.part, bad.reason[:15]) for bad in found if isinstance(bad, BadPart)] == [
        ("row 2", "expected 2 fiel"),
        ("row 3", "not well-formed"),
    ]


def test_a_long_csv_field_is_read() -> None:
    text = "mot " * 100_000
    assert texts(read("a.csv", f'text\n"{text}"\n'.encode())) == [text]


def test_csv_of_a_french_spreadsheet_is_read() -> None:
    data = "titre;text\nPont;« L’été, c’est fini », dit-il : 3,50 €\n".encode("cp1252")
    assert texts(read("a.csv", data)) == ["« L’été, c’est fini », dit-il : 3,50 €"]


def test_tsv_commas_are_text() -> None:
    assert texts(read("a.tsv", b"text\ttitle\na, b, c\tx\n")) == ["a, b, c"]


def test_a_table_without_the_text_column_says_what_it_has() -> None:
    with pytest.raises(SourceError, match=r"a column 'text' .*, found id, corps: give the name"):
        read("a.csv", b"id,corps\n1,x\n")


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_row_beyond_the_limit_ends_the_source(name: str) -> None:
    data = json.dumps({"text": "x" * 1000}).encode()
    data = gzip.compress(data) if name.endswith(".gz") else data
    with pytest.raises(SourceTooLarge, match="row 1: expected at most 500 bytes"):
        read(name, data, ReadOptions(max_bytes=500))


def test_a_gzip_bomb_is_refused() -> None:
    line = json.dumps({"text": "x" * 100_000}).encode() + b"\n"
    with pytest.raises(SourceTooLarge, match="bytes unpacked, found more"):
        read("a.jsonl.gz", gzip.compress(line * 200))


@pytest.mark.parametrize("cut", [5, 30, -4])
def test_a_truncated_gzip_file_is_an_error(cut: int) -> None:
    data = gzip.compress(string.printable.encode() * 3)
    with pytest.raises(SourceError, match="not a whole gzip file"):
        read("a.csv.gz", data[:cut])
