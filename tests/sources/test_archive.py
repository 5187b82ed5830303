from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import pdf, zipped

from assistant.errors import SourceError, SourceTooLarge
from assistant.sources import Part, ReadOptions, SourceFailure, SourceItem, SourceReader, find

Reading = Callable[[Path], list[Part | SourceFailure]]


def parts(found: list[Part | SourceFailure]) -> dict[str, str]:
    return {
        p.part: p.document.text if isinstance(p, Part) else f"{p.kind} {p.reason}" for p in found
    }


def test_a_zipped_folder_is_its_files(tmp_path: Path, read: Reading) -> None:
    files = {
        "b/page.html": "<html><body><p>Le pont est fermé depuis mardi.</p></body></html>",
        "a.txt": "Un.",
        "a.txt.meta.json": json.dumps({"title": "Titre", "id": "a-1"}),
        "rows.jsonl": '{"text": "Deux."}\n{}',
        "p.pdf": pdf([["Trois."]]),
        "photo.jpg": b"\xff\xd8",
        ".DS_Store": b"",
        "inner.zip": zipped({"c.md": "# Quatre", "deeper.zip": zipped({"d.txt": "Cinq."})}),
    }
    (tmp_path / "a.zip").write_bytes(zipped(files))
    found = read(tmp_path / "a.zip")
    assert parts(found) == {
        ".DS_Store": "skipped .DS_Store: hidden: its name begins with a dot",
        "photo.jpg": "skipped photo.jpg: no reader for this kind of file",
        "a.txt": "Un.",
        "b/page.html": "Le pont est fermé depuis mardi.",
        "inner.zip/c.md": "# Quatre",
        "inner.zip/deeper.zip": "failed inner.zip/deeper.zip: "
        "an archive too deep inside other archives",
        "p.pdf": "Trois.",
        "rows.jsonl/row 1": "Deux.",
        "rows.jsonl/row 2": "failed rows.jsonl/row 2: expected a string in 'text', found nothing",
    }
    [first] = [p for p in found if p.part == "a.txt"]
    assert isinstance(first, Part)
    assert (first.document.ref.title, first.declared_id) == ("Titre", "a-1")
    assert first.document.ref.media_type == "text/plain"
    assert first.document.ref.uri == f"{tmp_path}/a.zip#a.txt"


def test_a_bad_member_does_not_stop_the_others(tmp_path: Path, read: Reading) -> None:
    files = {"a.pdf": b"%PDF-1.4 cut", "b.docx": b"PK", "c.txt": b"\0\1", "d.txt": "Bon."}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    found = parts(read(tmp_path / "a.zip"))
    assert found["d.txt"] == "Bon."
    assert all(found[name].startswith("failed") for name in ("a.pdf", "b.docx", "c.txt"))


NAMES = ["../out.txt", "a/../../out.txt", "/etc/out.txt", "C:/out.txt", "..\\out.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({name: "x", "good.txt": "Bon."}))
    found = parts(read(tmp_path / "a.zip"))
    assert found.pop("good.txt") == "Bon."
    [reason] = found.values()
    assert "leads out of the archive" in reason


def test_links_are_refused(tmp_path: Path, read: Reading) -> None:
    link = zipfile.ZipInfo("passwd.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert parts(read(tmp_path / "a.zip")) == {"passwd.txt": "failed passwd.txt: a link"}


def test_a_second_file_of_the_same_name_is_refused(tmp_path: Path, read: Reading) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "Un.")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "Deux.")
    reasons = [p.reason for p in read(tmp_path / "a.zip") if isinstance(p, SourceFailure)]
    assert reasons == ["a.txt: a second file of the same name"]


def test_a_bomb_is_refused_by_its_directory(tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": b"\0" * (3 << 20)}))
    with pytest.raises(SourceTooLarge, match="bytes unpacked, found 3,145,728"):
        read(tmp_path / "a.zip")


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, read: Reading) -> None:
    content = b"Le pont. " * 400_000
    data = zipped({"a.txt": content})
    lie = data.replace(struct.pack("<I", len(content)), struct.pack("<I", 9))
    assert lie != data
    (tmp_path / "a.zip").write_bytes(lie)
    [failure] = read(tmp_path / "a.zip")
    assert isinstance(failure, SourceFailure)
    assert "damaged in the archive" in failure.reason


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub", "xlsx"])
def test_office_files_are_archives_with_the_same_bounds(
    suffix: str, tmp_path: Path, read: Reading
) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(zipped({"word/document.xml": b" " * (3 << 20)}))
    with pytest.raises(SourceTooLarge, match="bytes unpacked"):
        read(tmp_path / f"a.{suffix}")


def test_the_limits_are_those_of_the_whole_nest(tmp_path: Path) -> None:
    inner = zipped({f"{n}.txt": "Texte." for n in range(6)})
    (tmp_path / "a.zip").write_bytes(zipped({"1.zip": inner, "2.zip": inner}))
    [item] = find([str(tmp_path)])
    assert isinstance(item, SourceItem)
    with SourceReader(ReadOptions(archive_entries=10)) as reader:
        found = list(reader.read(item))
    assert sum(isinstance(p, Part) for p in found) == 6
    assert "expected at most 2 entries, found 6" in parts(found)["2.zip"]


def test_an_encrypted_member_says_so(tmp_path: Path, read: Reading) -> None:
    data = bytearray(zipped({"a.txt": "secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    [failure] = read(tmp_path / "a.zip")
    assert isinstance(failure, SourceFailure)
    assert "encrypted" in failure.reason


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", bytes(range(256)) * 10])
def test_garbage_is_no_archive(data: bytes, tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(SourceError, match="not a whole zip file"):
        read(tmp_path / "a.zip")


def test_an_empty_archive_is_an_error(tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a.zip").write_bytes(io.BytesIO(zipped({})).getvalue())
    with pytest.raises(SourceError, match="it is empty"):
        read(tmp_path / "a.zip")
