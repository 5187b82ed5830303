from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hashing import HashEncoder, prepare, record
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.datatypes import Document, Passage
from assistant.errors import (
    InvalidInput,
    LibraryIncompatible,
    LibraryLocked,
    LibraryNotFound,
)
from assistant.library import Library, Location, PreparedDocument, SourceRecord, SourceStat

ENCODER = HashEncoder()
DENIED = "Musk denied the call. Peskov denied it too."
CONFIRMED = "Musk denied the call. Peskov confirmed it."


def test_a_published_document_is_there_with_its_passages(library, put) -> None:
    sha256 = put("a.txt", DENIED, title="The call", page_starts=(0,), metadata={"desk": "world"})

    document = library.document(sha256)
    passages = library.passages([1, 2])

    assert document.text == DENIED
    assert document.ref.metadata == {"desk": "world"}
    assert document.page_starts == (0,)
    assert [p.text for p in passages.values()] == ["Musk denied the call.", "Peskov denied it too."]
    assert all(DENIED[p.start : p.end] == p.text for p in passages.values())
    assert passages[2].sentences == ((22, 43),)
    assert passages[1].document == document.ref


def test_what_is_staged_is_seen_by_nobody(library) -> None:
    prepared = prepare(DENIED)
    library.stage([prepared])

    assert library.documents() == []
    assert library.passages([1, 2]) == {}
    assert library.search_lexical("denied", 5) == []
    assert library.search_dense(ENCODER.encode(["denied"])[0], 5) == []
    assert library.known({prepared.document.ref.sha256}) == {prepared.document.ref.sha256}


def test_another_reader_sees_a_change_whole(library, put, path: Path) -> None:
    with Library.open(path, encoder=ENCODER.identity, chroma="off") as reader:
        assert reader.search_lexical("Peskov", 5) == []
        put("a.txt", DENIED)
        assert [key for key, _ in reader.search_lexical("Peskov", 5)] == [2]
        put("a.txt", CONFIRMED)
        found = reader.passages([key for key, _ in reader.search_lexical("Peskov", 5)])
        assert [p.text for p in found.values()] == ["Peskov confirmed it."]
        near = reader.search_dense(ENCODER.encode(["Peskov confirmed it"])[0], 5)
        assert len(near) == 2
        assert near[0][1] == pytest.approx(1, abs=1e-3)


def test_a_document_in_two_places_is_one_and_leaves_with_the_last(library, put) -> None:
    sha256 = put("a.txt", DENIED)
    assert put("b.txt", DENIED) == sha256

    assert len(library.documents()) == 1
    assert [place.source for place in library.locations(sha256)] == ["a.txt", "b.txt"]
    assert library.remove(["a.txt"]) == 0
    assert len(library.documents()) == 1
    assert library.remove(["b.txt"]) == 1
    assert library.documents() == []
    assert library.sources() == []


def test_a_source_that_fails_keeps_its_documents_and_says_why(library, put) -> None:
    put("a.txt", DENIED)
    library.publish([replace(record("a.txt"), error="not a text", locations=())])

    assert len(library.documents()) == 1
    (source,) = library.sources()
    assert (source.status, source.error) == ("failed", "not a text")
    assert library.source_stats() == {"a.txt": SourceStat(1, 1, "text 1", "not a text")}
    assert library.info().failed == 1


def test_only_what_is_visible_is_renewed(library, put) -> None:
    seen = put("a.txt", DENIED)
    new = prepare(CONFIRMED)
    library.stage([new])
    for sha256 in (new.document.ref.sha256, "0" * 64):
        with pytest.raises(InvalidInput, match="staged before"):
            library.publish([], renewed=[sha256])
    library.stage([prepare(DENIED, title="The call")])
    library.publish([], renewed=[seen])
    assert [(ref.sha256, ref.title) for ref in library.documents()] == [(seen, "The call")]
    assert [place.source for place in library.locations(seen)] == ["a.txt"]


def test_several_documents_of_a_source_go_by_the_ids_it_gave(library) -> None:
    one, two = prepare("One says yes."), prepare("Two says no.")
    library.stage([one, two])
    rows = [(one, "row 1", "doc-1"), (two, "row 2", "doc-2")]
    places = tuple(
        (Location("rows.jsonl", part, name), item.document.ref.sha256) for item, part, name in rows
    )
    library.publish([SourceRecord("rows.jsonl", "", 1, 1, "jsonl", places)])

    assert library.document("doc-2").text == "Two says no."
    assert library.locations("doc-1") == [Location("rows.jsonl", "row 1", "doc-1")]


def test_an_id_of_two_documents_is_refused_with_their_digests(library, put) -> None:
    first = put("a.txt", DENIED, id="same")
    put("b.txt", CONFIRMED, id="same")

    with pytest.raises(InvalidInput, match=first[:16]):
        library.document("same")
    assert library.document(first[:8].upper()).text == DENIED


@pytest.mark.parametrize("name", ["", "nothing", "0123456", "%", "0000000000"])
def test_an_unknown_id_is_refused(library, put, name: str) -> None:
    put("a.txt", DENIED)
    with pytest.raises(InvalidInput, match="No document"):
        library.document(name)


def test_staging_again_is_the_same_as_once(library, put) -> None:
    put("a.txt", DENIED)
    put("a.txt", DENIED)

    assert library.version == 1
    assert list(library.passages(range(1, 9))) == [1, 2]


def test_new_metadata_replaces_the_document_under_all_its_places(library, put) -> None:
    sha256 = put("a.txt", DENIED, title="Old")
    put("b.txt", DENIED, title="Old")
    put("b.txt", DENIED, title="New")

    assert [ref.title for ref in library.documents()] == ["New"]
    assert len(library.locations(sha256)) == 2
    assert list(library.passages(range(1, 9))) == [3, 4]
    assert library.check().problems == ()


def test_a_clean_end_forgets_what_was_not_published(path: Path) -> None:
    def opened() -> Library:
        return Library.open(path, encoder=ENCODER.identity, write=True, create=True, chroma="off")

    prepared = prepare(DENIED)
    with pytest.raises(KeyboardInterrupt), opened() as library:
        library.stage([prepared])
        raise KeyboardInterrupt
    with opened() as library:
        assert library.info().staged == 1
        assert library.known([prepared.document.ref.sha256])
    with opened() as library:
        assert library.info().staged == 0
        assert not library.known([prepared.document.ref.sha256])


def test_publishing_what_was_never_staged_is_refused_and_changes_nothing(library, put) -> None:
    put("a.txt", DENIED)
    with pytest.raises(InvalidInput, match="staged before"):
        library.publish([record("a.txt", prepare(CONFIRMED))])
    assert [ref.sha256 for ref in library.documents()] == [prepare(DENIED).document.ref.sha256]


def test_a_vector_is_found_by_the_digest_of_its_text(library, put) -> None:
    put("a.txt", DENIED)
    digest = hashlib.sha256(b"Peskov denied it too.").digest()[:16]
    (found,) = library.cached_vectors([digest, b"nothing"]).values()

    np.testing.assert_allclose(found, ENCODER.encode(["Peskov denied it too."])[0], atol=1e-3)
    np.testing.assert_allclose(library.vectors([2])[0], found)
    with pytest.raises(InvalidInput, match="9"):
        library.vectors([1, 9])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"vectors": np.ones((2, 32), np.float32)}, "length 1"),
        ({"vectors": np.full((2, 32), np.nan, np.float32)}, "length 1"),
        ({"vectors": np.ones((2, 5), np.float32)}, r"\(2, 32\)"),
        ({"embedded_as": (b"",)}, "as many digests"),
    ],
    ids=["not unit", "not a number", "dimension", "digests"],
)
def test_vectors_that_are_not_the_encoders_are_refused(library, change, says) -> None:
    with pytest.raises(InvalidInput, match=says):
        library.stage([replace(prepare(DENIED), **change)])
    assert library.info().staged == 0


def test_a_passage_that_is_not_the_slice_it_says_is_refused(library) -> None:
    prepared = prepare(DENIED)
    moved = replace(prepared.passages[0], start=1)
    with pytest.raises(InvalidInput, match="slice"):
        library.stage([replace(prepared, passages=(moved, prepared.passages[1]))])


def test_there_is_no_library_until_it_is_made(path: Path) -> None:
    with pytest.raises(LibraryNotFound, match="assistant ingest"):
        Library.open(path)
    with pytest.raises(LibraryNotFound):
        Library.open(path, write=True, encoder=ENCODER.identity)
    with pytest.raises(InvalidInput, match="encoder"):
        Library.open(path, write=True, create=True)


def test_another_encoder_is_refused_by_name_with_the_command(library, path: Path) -> None:
    other = HashEncoder("other", 48).identity
    with pytest.raises(LibraryIncompatible, match=r"hash 1 .* other 1 .*rebuild --reembed"):
        Library.open(path, encoder=other)


def test_a_second_writer_is_told_who_the_first_is(library, path: Path) -> None:
    with pytest.raises(LibraryLocked, match=f"process {os.getpid()} .*--wait"):
        Library.open(path, encoder=ENCODER.identity, write=True, wait=0.1)


def test_a_reader_may_not_write(library, put, path: Path) -> None:
    with Library.open(path) as reader, pytest.raises(InvalidInput, match="write=True"):
        reader.remove(["a.txt"])


def test_a_library_takes_another_encoder_without_a_gap(library, put, path: Path) -> None:
    put("a.txt", DENIED)
    other = HashEncoder("other", 48)
    asked = ENCODER.encode(["Peskov denied"])[0]
    with Library.open(path, encoder=ENCODER.identity, chroma="off") as reader:
        keys = library.unembedded(other.identity)
        texts = [passage.text for passage in library.passages(keys).values()]
        for n, (key, text) in enumerate(zip(keys, texts, strict=True)):  # killed in between, say
            assert len(library.unembedded(other.identity)) == len(keys) - n
            with pytest.raises(InvalidInput, match="have no vector of other"):
                library.adopt_encoder(other.identity)
            new = other.encode([text])
            library.write_vectors(other.identity, [key], vectors=new, digests=[bytes(16)])
            assert len(reader.search_dense(asked, 2)) == 2
        library.adopt_encoder(other.identity)
        with pytest.raises(LibraryIncompatible):
            reader.search_dense(asked, 2)
    assert library.encoder == other.identity
    assert library.search_dense(other.encode(["Peskov denied it too"])[0], 1)[0][0] == 2
    assert library.check().problems == ()


def test_info_counts_what_readers_see(library, put) -> None:
    put("a.txt", DENIED, language="en")
    put("b.txt", "Peskov a démenti.", language="fr")
    library.stage([prepare(CONFIRMED)])
    info = library.info()

    assert (info.documents, info.staged, info.passages, info.sources) == (2, 1, 3, 2)
    assert info.languages == {"en": 1, "fr": 1}
    assert info.dense == "off"
    assert info.bytes_on_disk > 10_000


def test_a_read_is_repeated_while_something_is_published(library, put) -> None:
    calls = []

    def read() -> int:
        calls.append(1)
        if len(calls) == 1:
            put("a.txt", DENIED)
        return len(library.documents())

    assert library.consistently(read) == 1
    assert len(calls) == 2


ANY_CHARACTER = st.characters(exclude_categories=())  # lone surrogates and NUL too


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(ANY_CHARACTER, min_size=1), min_size=1, max_size=4))
@example(["\ud800 Élysée", "\x00."])
def test_any_text_comes_back_as_it_was(tmp_path_factory, texts: list[str]) -> None:
    text = "".join(texts)
    document = Document.of(text, title=text)
    starts = [sum(map(len, texts[:n])) for n in range(len(texts) + 1)]
    passages = tuple(
        Passage(document.ref, start, end, text[start:end]) for start, end in pairwise(starts)
    )
    vectors = ENCODER.encode([p.text for p in passages])
    prepared = PreparedDocument(document, passages, vectors, (bytes(16),) * len(passages))
    path = tmp_path_factory.mktemp("any") / "library"
    with Library.open(
        path, encoder=ENCODER.identity, write=True, create=True, chroma="off"
    ) as library:
        library.stage([prepared])
        library.publish([record("a.txt", prepared)])
        assert library.document(document.ref.sha256).text == text
        keys = range(1, len(passages) + 1)
        assert [p.text for p in library.passages(keys).values()] == [p.text for p in passages]
        assert library.check().problems == ()
        library.search_lexical(text, 5)
        library.search_lexical(unicodedata.normalize("NFD", text), 5)
