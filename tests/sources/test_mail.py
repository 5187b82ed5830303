from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from assistant.datatypes import Document
from assistant.errors import SourceError
from assistant.sources import Part, SourceFailure


def mail(text: str = "Le pont est fermé depuis mardi.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Le pont : « fermé »"
    message["From"] = "Ada Martin <ada@example.org>"
    message["To"] = "bo@example.org"
    message["Date"] = "Tue, 22 Aug 2023 10:11:12 +0200"
    if text:
        message.set_content(text)
    return message


def test_a_mail_is_its_text_and_headers(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    message = mail()
    message.add_alternative("<html><body><p>autre version</p></body></html>", subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    document = read_one(tmp_path / "a.eml")
    assert document.text.strip() == "Le pont est fermé depuis mardi."
    ref = document.ref
    assert ref.title == "Le pont : « fermé »"
    assert ref.author == "Ada Martin"
    assert ref.published == "2023-08-22T10:11:12+02:00"
    assert ref.metadata == {"from": "Ada Martin <ada@example.org>", "to": "bo@example.org"}


def test_html_is_read_where_there_is_no_plain_text(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    message = mail("")
    message.set_content("<p>Le pont est <b>fermé</b> depuis mardi.</p>", subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    assert read_one(tmp_path / "a.eml").text == "Le pont est fermé depuis mardi."


def test_attachments_are_parts(
    tmp_path: Path, read: Callable[[Path], list[Part | SourceFailure]]
) -> None:
    message = mail()
    message.add_attachment(b"Une note.\n", "text", "plain", filename="../note.txt")
    message.add_attachment(b"GIF89a", "image", "gif", filename="photo.gif")
    message.add_attachment(mail("Un mail dans le mail."))
    (tmp_path / "a.eml").write_bytes(bytes(message))
    found = read(tmp_path / "a.eml")
    texts = {p.part: p.document.text.strip() for p in found if isinstance(p, Part)}
    assert texts == {
        "": "Le pont est fermé depuis mardi.",
        "note.txt": "Une note.",
        "attachment-3.eml": "Un mail dans le mail.",
    }
    [failure] = [f for f in found if isinstance(f, SourceFailure)]
    assert (failure.part, failure.kind) == ("photo.gif", "skipped")


def test_attachments_are_read_where_the_body_is_empty(
    tmp_path: Path, read: Callable[[Path], list[Part | SourceFailure]]
) -> None:
    message = mail("")
    message.set_content("<html><body><br></body></html>", subtype="html")
    message.add_attachment(b"Une note.\n", "text", "plain", filename="note.txt")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    [note] = read(tmp_path / "a.eml")
    assert isinstance(note, Part)
    assert (note.part, note.document.text.strip()) == ("note.txt", "Une note.")


def test_a_mail_without_anything_says_so(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    message = mail("")
    message.set_content("<html><body><br></body></html>", subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    with pytest.raises(SourceError, match="no text"):
        read_one(tmp_path / "a.eml")


def test_an_unknown_charset_is_guessed(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    head = b"Subject: x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"
    (tmp_path / "a.eml").write_bytes(head + "Le pont est fermé.".encode("cp1252"))
    assert read_one(tmp_path / "a.eml").text == "Le pont est fermé."


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 100, b"no headers here\n"])
def test_garbage_is_no_mail(
    data: bytes, tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    (tmp_path / "a.eml").write_bytes(data)
    with pytest.raises(SourceError):
        read_one(tmp_path / "a.eml")
