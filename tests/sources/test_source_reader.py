from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.datatypes import Document
from assistant.errors import SourceError
from assistant.sources import Part, ReadOptions, SourceFailure, SourceItem, SourceReader, find

Reading = Callable[[Path], list[Part | SourceFailure]]


def test_a_text_becomes_a_document(tmp_path: Path, read_one: Callable[[Path], Document]) -> None:
    path = tmp_path / "pont.txt"
    path.write_bytes("Le pont est fermé\r\n\r\nLe maire l'a annoncé mardi.".encode())
    document = read_one(path)
    assert document.text == "Le pont est fermé\r\n\r\nLe maire l'a annoncé mardi."
    assert document.ref.title == "Le pont est fermé"
    assert document.ref.language == "fr"
    assert document.ref.uri == path.as_posix()
    assert document.ref.media_type == "text/plain"


SIDECARS = {
    ".meta.yaml": "title: Le pont\ndate: 22 août 2023\nlanguage: fr-CA\nid: p-1\n"
    "rubrique: Villes\n",
    ".meta.json": '{"title": "Le pont", "published": "2023-08-22", "lang": "fr_FR", "id": "p-1", '
    '"rubrique": "Villes"}',
    ".meta.toml": "title = 'Le pont'\ndate = 2023-08-22\nlang = 'fr'\nid = 'p-1'\n"
    "rubrique = 'Villes'\n",
}


@pytest.mark.parametrize("suffix", SIDECARS)
def test_a_sidecar_has_the_last_word(suffix: str, tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Other\nauthor: Ada\n---\nThe bridge is closed.")
    (tmp_path / f"a.md{suffix}").write_text(SIDECARS[suffix])
    [part] = read(tmp_path / "a.md")
    assert isinstance(part, Part)
    ref = part.document.ref
    assert (ref.title, ref.author, ref.language) == ("Le pont", "Ada", "fr")
    assert ref.published == "2023-08-22"
    assert ref.metadata == {"rubrique": "Villes"}
    assert part.declared_id == ref.id == "p-1"


def test_a_sidecar_of_rows_fills_gaps(tmp_path: Path, read: Reading) -> None:
    rows = [{"text": "Un.", "meta": {"publisher": "Le Monde"}}, {"text": "Deux."}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "a.jsonl.meta.json").write_text('{"publisher": "L\'Écho", "lang": "fr"}')
    parts = read(tmp_path / "a.jsonl")
    assert [p.document.ref.publisher for p in parts] == ["Le Monde", "L'Écho"]
    assert [p.part for p in parts] == ["row 1", "row 2"]
    assert parts[1].document.ref.uri == f"{tmp_path}/a.jsonl#row 2"


def test_a_broken_sidecar_is_an_error(tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a.txt").write_text("Texte.")
    (tmp_path / "a.txt.meta.json").write_text("{")
    with pytest.raises(SourceError, match=r"a\.txt\.meta\.json: not well-formed JSON"):
        read(tmp_path / "a.txt")


def test_bad_rows_are_failures_with_their_number(tmp_path: Path, read: Reading) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Un."}\n{"text": "  "}\n{"text": "\\ud800"}\nnon\n{"text": "Cinq."}')
    parts = read(path)
    assert [p.document.text for p in parts if isinstance(p, Part)] == ["Un.", "Cinq."]
    assert [(p.part, p.reason[:22]) for p in parts if isinstance(p, SourceFailure)] == [
        ("row 2", "row 2: no text found"),
        ("row 3", "row 3: half a surrogat"),
        ("row 4", "row 4: not well-formed"),
    ]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.csv", "a.html"])
def test_an_empty_file_is_an_error(name: str, tmp_path: Path, read: Reading) -> None:
    (tmp_path / name).write_text("\n")
    with pytest.raises(SourceError):
        read(tmp_path / name)


def test_only_web_addresses_become_the_uri(tmp_path: Path, read_one: Callable) -> None:
    (tmp_path / "a.md").write_text("---\nurl: javascript:alert(1)\n---\nThe bridge is closed.")
    (tmp_path / "b.md").write_text("---\nurl: https://example.org/b\n---\nThe bridge is closed.")
    first, second = (read_one(tmp_path / name) for name in ("a.md", "b.md"))
    assert first.ref.uri == f"{tmp_path}/a.md"
    assert first.ref.metadata == {"url": "javascript:alert(1)"}
    assert second.ref.uri == "https://example.org/b"


def test_an_unreadable_date_is_kept_as_it_was(tmp_path: Path, read_one: Callable) -> None:
    (tmp_path / "a.md").write_text("---\ndate: last spring\n---\nThe bridge is closed.")
    ref = read_one(tmp_path / "a.md").ref
    assert (ref.published, ref.metadata) == ("", {"date": "last spring"})


def test_a_file_swapped_for_a_link_or_pipe_is_not_opened(
    tmp_path: Path, reader: SourceReader
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    path = tmp_path / "a.txt"
    path.write_text("Texte.")
    [item] = find([str(path)])
    assert isinstance(item, SourceItem)
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(SourceError, match="cannot be read"):
        list(reader.read(item))
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SourceError, match="not a regular file"):
        list(reader.read(item))
    path.unlink()
    with pytest.raises(SourceError, match="No such file"):
        list(reader.read(item))


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 101)
    [item] = find([str(tmp_path)])
    assert isinstance(item, SourceItem)
    with (
        SourceReader(ReadOptions(max_bytes=100)) as reader,
        pytest.raises(SourceError, match="expected at most 100 bytes"),
    ):
        list(reader.read(item))


def test_fingerprint_follows_the_field_names_only() -> None:
    assert ReadOptions().fingerprint == ReadOptions(seconds=5).fingerprint
    assert ReadOptions().fingerprint != ReadOptions(text="body").fingerprint
