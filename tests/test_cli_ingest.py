"""From the command line into a library, and what is seen of it there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.attribution import EXTRACTOR_VERSION
from assistant.ingest import reembed
from assistant.library import Library
from assistant.models.encoders import load_encoder
from tests.bag_of_words import BagOfWords
from tests.cli_runner import assistant

ROWS = [
    {"doc_id": "n1", "body": "The harbour froze in March.", "lang": "en"},
    {"doc_id": "n2", "body": "Le pont a été fermé.", "lang": "fr"},
]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ASSISTANT_CHROMA", "off")  # a second less for each command
    return tmp_path / "library"


@pytest.fixture
def chroma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the dense index as by default."""
    monkeypatch.delenv("ASSISTANT_CHROMA")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with two good files, a bad one, a hidden one, and one of no known kind."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "harbour.txt").write_text("The harbour froze in March. Ships waited for a thaw.")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / ".secret.txt").write_text("Hidden.")
    (folder / "photo.raw").write_bytes(b"\0\1")
    return folder


@pytest.fixture
def bagged(library: Path, news: Path) -> Path:
    """A library that was made with another encoder, quickly."""
    with Assistant.open(library, encoder=BagOfWords()) as opened:
        opened.add([news / "harbour.txt"])
    return library


def change(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


def test_folder_is_synced_and_the_summary_says_what_became_of_each(news: Path) -> None:
    first = assistant("ingest", news, "--field", "text=body")
    assert first.code == 1  # a file failed, the rest went on
    assert "2 added, 0 updated, 0 unchanged, 2 skipped, 1 failed, 0 removed" in first.out
    assert "3 new documents" in first.out
    assert f"failed {news}/broken.pdf: " in first.out
    assert f"skipped {news}/.secret.txt: hidden" in first.out
    assert f"skipped {news}/photo.raw: no reader for .raw" in first.out

    (news / "broken.pdf").unlink()
    change(news / "harbour.txt", "The harbour is open again.")
    second = assistant("ingest", news, "--field", "text=body", "--prune", "--json")
    assert second.code == 0
    told = second.json
    assert {name: told[name] for name in ("added", "updated", "unchanged", "failed")} == {
        "added": 0,
        "updated": 1,
        "unchanged": 1,
        "failed": 0,
    }
    assert (told["removed"], told["documents"]) == (1, 1)
    outcomes = {Path(o["uri"]).name: o["status"] for o in told["outcomes"]}
    assert outcomes["broken.pdf"] == "removed"
    assert outcomes["harbour.txt"] == "updated"


def test_progress_is_a_bar_on_a_terminal(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (news / "broken.pdf").unlink()
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = assistant("ingest", news / "harbour.txt", "--json")
    assert ran.code == 0
    assert "0/1" in ran.err or "1/1" in ran.err
    assert ran.json["added"] == 1


def test_missing_target_fails_and_is_named(library: Path, tmp_path: Path) -> None:
    ran = assistant("ingest", tmp_path / "nowhere.txt")
    assert ran.code == 1
    assert f"failed {tmp_path}/nowhere.txt: expected a file, a folder or a URL" in ran.out


def test_many_of_one_reason_are_summed_up(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(9):
        (folder / f"{number}.raw").write_bytes(b"\0")
    ran = assistant("ingest", folder)
    assert ran.code == 0
    assert ran.out.count("no reader for .raw") == 6
    assert "skipped 4 more: no reader for .raw (--json lists all)" in ran.out


def test_names_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "\x1b[2J\nremoved all.raw").write_bytes(b"\0")
    ran = assistant("ingest", folder)
    assert "\x1b" not in ran.out
    assert "\nremoved all" not in ran.out
    assert "␛[2J removed all.raw" in ran.out


# --- sources


def test_sources_are_listed_shown_and_removed(bagged: Path, news: Path) -> None:
    listed = assistant("sources", "list", "--json").json
    assert [(row["uri"], row["status"]) for row in listed] == [(f"{news}/harbour.txt", "ok")]
    assert f"ok          1  {news}/harbour.txt\n1 sources\n" == assistant("sources", "list").out

    [document] = listed[0]["documents"]
    shown = assistant("sources", "show", document, "--text")
    assert "language:    en\n" in shown.out
    assert shown.out.endswith("\nThe harbour froze in March. Ships waited for a thaw.\n")
    described = assistant("sources", "show", document, "--json").json
    assert described["characters"] == 52
    assert described["locations"] == [
        {"source": f"{news}/harbour.txt", "part": "", "declared_id": ""}
    ]
    assert "text" not in described
    assert assistant("sources", "show", described["sha256"][:9], "--text", "--json").json["text"]

    removed = assistant("sources", "remove", document, "--json").json
    assert removed == {"sources": [f"{news}/harbour.txt"], "documents": 1}
    assert assistant("sources", "list", "--json").json == []
    assert (news / "harbour.txt").exists()
    assert assistant("sources", "show", document).code == 2


def test_sources_are_removed_by_relative_path_and_by_folder(bagged: Path, news: Path) -> None:
    with Assistant.open(bagged, encoder=BagOfWords()) as opened:
        opened.add([news])
    one = assistant("sources", "remove", "news/harbour.txt")
    assert one.out == f"removed {news}/harbour.txt\n1 sources and 1 documents removed\n"
    left = [row["uri"] for row in assistant("sources", "list", "--json").json]
    assert left == [f"{news}/broken.pdf", f"{news}/rows.jsonl"]
    assert all(row["error"] for row in assistant("sources", "list", "--json").json)
    assert assistant("sources", "remove", "news").code == 0
    assert assistant("sources", "list", "--json").json == []


def test_document_that_shares_its_source_is_not_removed_alone(library: Path) -> None:
    Path("two.csv").write_text("doc_id,text\na1,The harbour froze.\na2,The bridge closed.\n")
    with Assistant.open(library, encoder=BagOfWords()) as opened:
        opened.add(["two.csv"])
    ran = assistant("sources", "remove", "a1")
    assert ran.code == 2
    assert "is one of 2 of" in ran.err
    assert assistant("library", "info", "--json").json["documents"] == 2
    assert assistant("sources", "show", "a2", "--text").out.endswith("The bridge closed.\n")


def test_of_documents_of_one_id_the_named_one_is_removed(library: Path) -> None:
    for name in ("one", "two"):
        Path(f"{name}.csv").write_text(f"doc_id,text\n1,The harbour froze in {name}.\n")
    with Assistant.open(library, encoder=BagOfWords()) as opened:
        opened.add(["one.csv", "two.csv"])
        one, two = (ref.sha256 for ref in opened.library.documents())
        [place] = opened.library.locations(two)
    removed = assistant("sources", "remove", two, "--json").json
    assert removed == {"sources": [place.source], "documents": 1}
    assert assistant("sources", "show", one).code == 0


def test_unknown_source_changes_nothing(bagged: Path, news: Path) -> None:
    ran = assistant("sources", "remove", news / "harbour.txt", "no-such-thing")
    assert ran.code == 2
    assert "no-such-thing" in ran.err
    assert assistant("library", "info", "--json").json["documents"] == 1


def test_an_empty_name_is_not_the_folder_one_is_in(bagged: Path) -> None:
    assert assistant("sources", "remove", "").code == 2
    assert assistant("library", "info", "--json").json["documents"] == 1


# --- library


def test_library_is_described_checked_and_rebuilt(chroma: None, bagged: Path) -> None:
    info = assistant("library", "info")
    assert "documents:       1\n" in info.out
    assert "encoder:         name bag-of-words, revision 1, dimension 64\n" in info.out
    checked = assistant("library", "check", "--json")
    assert (checked.code, checked.json["ok"], checked.json["problems"]) == (0, True, [])
    rebuilt = assistant("library", "rebuild")
    assert (rebuilt.code, rebuilt.out) == (
        0,
        "indexes made anew: 1 passages of 1 documents\n",
    )
    assert "1 documents, 1 passages: all is well" in assistant("library", "check").out


def test_rebuilding_reads_who_says_what_in_documents_of_an_older_extractor(
    chroma: None, bagged: Path
) -> None:
    with Library.open(bagged, encoder=BagOfWords().identity, write=True) as library:
        keys = library.unextracted(EXTRACTOR_VERSION + 1)
        library.write_attributions(EXTRACTOR_VERSION - 1, dict.fromkeys(keys, ()))
    assert assistant("library", "rebuild").code == 0
    with Library.open(bagged, encoder=BagOfWords().identity, write=True) as library:
        assert keys
        assert library.unextracted(EXTRACTOR_VERSION) == []


def test_check_finds_damage_and_names_the_remedy(bagged: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(bagged / "catalog.sqlite")) as catalog, catalog:
        catalog.execute("UPDATE documents SET text = CAST('The harbour thawed.' AS BLOB)")
    ran = assistant("library", "check")
    assert ran.code == 1
    assert "problem: " in ran.out
    assert "assistant library rebuild" in ran.err


def test_reembedding_goes_over_to_the_other_encoder(chroma: None, bagged: Path) -> None:
    ran = assistant("library", "rebuild", "--reembed", "--json")
    assert ran.code == 0
    assert ran.json["embedded"] == 1
    encoder = load_encoder()
    assert ran.json["encoder"]["name"] == encoder.identity.name
    assert assistant("library", "check", "--json").json["ok"]
    with Assistant.open(bagged, encoder=encoder) as opened:
        [found] = opened.retrieve("Which ships waited?")
        assert "Ships waited" in found.passage.text


def test_reembedding_says_what_it_did(bagged: Path) -> None:
    ran = assistant("library", "rebuild", "--reembed")
    done = "1 passages embedded with assistant-encoder-fr-en"
    assert ran.out.startswith(done)
    assert "made anew" not in ran.out


def test_reembedding_does_what_is_missing_and_no_more(bagged: Path) -> None:
    other = BagOfWords("another-bag")
    with Assistant.open(bagged, encoder=BagOfWords()) as opened, opened.writing() as library:
        assert reembed(library, other) == 1
        assert reembed(library, other) == 0
    assert len(other.embedded) == 1


def test_reembedding_never_clips(bagged: Path) -> None:
    short = BagOfWords("short-sighted", max_tokens=5)
    with (
        Assistant.open(bagged, encoder=BagOfWords()) as opened,
        opened.writing() as library,
        pytest.raises(ValueError, match=r"at most 5 tokens, .* found one of 1\d"),
    ):
        reembed(library, short)
    assert assistant("library", "info", "--json").json["encoder"]["name"] == "bag-of-words"


def test_encoder_tells_its_folder() -> None:
    assert (load_encoder().folder / "tokenizer.json").is_file()
