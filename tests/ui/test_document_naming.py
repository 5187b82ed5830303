from __future__ import annotations

import pytest

from assistant.datatypes import Document
from assistant.ui.naming import name_of, place_of


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("/home/owl/secret/notes.txt", "notes.txt"),
        ("file:///home/owl/secret/notes.txt", "notes.txt"),
        ("/home/owl/library/uploads/0123abcd/wood/den/fox.md", "wood/den/fox.md"),
        ("https://owl.example/den?x=1", "https://owl.example/den?x=1"),
        ("", ""),
    ],
)
def test_of_a_place_a_visitor_learns_the_last_part(uri: str, place: str) -> None:
    assert place_of(uri) == place


def test_a_document_goes_by_its_title_then_its_file_then_its_id() -> None:
    text = "The owl denied it."
    assert name_of(Document.of(text, title="Night", uri="/den/owl.txt").ref) == "Night"
    assert name_of(Document.of(text, uri="/den/owl.txt").ref) == "owl.txt"
    bare = Document.of(text).ref
    assert name_of(bare) == bare.id
