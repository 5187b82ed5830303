from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, ReadOptions, Settings, SyncReport
from assistant.errors import LibraryLocked
from assistant.ingest import SourceOutcome
from tests.bag_of_words import BagOfWords


@pytest.fixture
def bag() -> BagOfWords:
    return BagOfWords()


@pytest.fixture
def assistant(tmp_path: Path, bag: BagOfWords) -> Assistant:
    # Without Chroma, whose writer is a process that takes seconds: it has tests of its own.
    return Assistant.open(tmp_path / "library", settings=Settings(chroma="off"), encoder=bag)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "harbour.txt").write_text("The harbour froze. Ships waited.")
    (folder / "pont.txt").write_text("Le pont a été fermé. Le maire a démenti.")
    return folder


def statuses(report: SyncReport) -> dict[str, str]:
    return {Path(outcome.uri).name: outcome.status for outcome in report.outcomes}


def texts(assistant: Assistant) -> set[str]:
    library = assistant.library
    return {library.document(ref.id).text for ref in library.documents()}


def rewrite(path: Path, text: str) -> None:
    """Write so that the modification time differs however fast the test runs."""
    path.write_text(text)
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))


def test_a_second_sync_costs_a_stat_and_no_embedding(
    assistant: Assistant, folder: Path, bag: BagOfWords
) -> None:
    first = assistant.add([folder])
    assert statuses(first) == {"harbour.txt": "added", "pont.txt": "added"}
    assert first.documents == 2
    bag.embedded.clear()
    second = assistant.add([folder])
    assert statuses(second) == {"harbour.txt": "unchanged", "pont.txt": "unchanged"}
    assert bag.embedded == []


def test_a_changed_file_replaces_its_document(assistant: Assistant, folder: Path) -> None:
    assistant.add([folder])
    rewrite(folder / "harbour.txt", "The harbour thawed.")
    assert statuses(assistant.add([folder]))["harbour.txt"] == "updated"
    assert texts(assistant) == {"The harbour thawed.", "Le pont a été fermé. Le maire a démenti."}


def test_deleted_files_stay_until_pruned(assistant: Assistant, folder: Path) -> None:
    assistant.add([folder])
    (folder / "pont.txt").unlink()
    assert statuses(assistant.add([folder])) == {"harbour.txt": "unchanged"}
    assert len(texts(assistant)) == 2
    assert statuses(assistant.add([folder], prune=True))["pont.txt"] == "removed"
    assert texts(assistant) == {"The harbour froze. Ships waited."}


def test_pruning_a_mistyped_folder_empties_nothing(assistant: Assistant, folder: Path) -> None:
    assistant.add([folder])
    report = assistant.add([folder.with_name("artciles")], prune=True)
    assert statuses(report) == {"artciles": "failed"}
    assert len(texts(assistant)) == 2


def test_pruning_keeps_what_is_below_a_folder_that_cannot_be_listed(
    assistant: Assistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = folder / "2024" / "may"
    below.mkdir(parents=True)
    (below / "owl.txt").write_text("The owl slept.")
    assistant.add([folder])
    (folder / "pont.txt").unlink()
    list_folder = Path.iterdir

    def denied(path: Path) -> Iterator[Path]:
        if path.name == "2024":
            raise PermissionError(13, "Permission denied")
        return list_folder(path)

    monkeypatch.setattr(Path, "iterdir", denied)
    report = assistant.add([folder], prune=True)
    assert statuses(report) == {"harbour.txt": "unchanged", "2024": "failed", "pont.txt": "removed"}
    assert texts(assistant) == {"The harbour froze. Ships waited.", "The owl slept."}


def test_the_same_text_twice_is_one_document_with_two_locations(
    assistant: Assistant, folder: Path
) -> None:
    (folder / "copy.txt").write_text((folder / "pont.txt").read_text())
    assistant.add([folder])
    assert len(texts(assistant)) == 2
    document = next(d for d in assistant.library.documents() if "pont" in _text(assistant, d.id))
    found = {Path(place.source).name for place in assistant.library.locations(document.id)}
    assert found == {"pont.txt", "copy.txt"}
    (folder / "pont.txt").unlink()
    assistant.add([folder], prune=True)
    assert len(texts(assistant)) == 2  # the copy still holds it


def _text(assistant: Assistant, id: str) -> str:
    return assistant.library.document(id).text


def test_one_bad_file_stops_nothing_and_is_tried_again(assistant: Assistant, folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    report = assistant.add([folder])
    assert statuses(report) == {
        "empty.txt": "failed",
        "harbour.txt": "added",
        "pont.txt": "added",
    }
    assert not report.ok
    assert report.having("failed")[0].reason
    rewrite(folder / "empty.txt", "No more.")
    assert statuses(assistant.add([folder]))["empty.txt"] in {"added", "updated"}
    assert "No more." in texts(assistant)


def test_a_source_costs_the_same_however_many_came_before(
    assistant: Assistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through: list[int] = []

    class Counted(list[SourceOutcome]):
        def __iter__(self) -> Iterator[SourceOutcome]:
            gone_through.append(len(self))
            return super().__iter__()

    monkeypatch.setattr("assistant.ingest.SyncReport", lambda: SyncReport(Counted()))
    for n in range(20):
        (folder / f"{n}.txt").write_text(f"The owl slept {n} times.")
    report = assistant.add([folder])
    assert gone_through == []
    assert len(report.having("added")) == 22


def test_a_file_that_turns_bad_keeps_its_last_good_text(assistant: Assistant, folder: Path) -> None:
    assistant.add([folder])
    rewrite(folder / "pont.txt", "")
    assert statuses(assistant.add([folder]))["pont.txt"] == "failed"
    assert len(texts(assistant)) == 2


def test_rows_become_documents_under_the_names_that_they_declare(
    assistant: Assistant, tmp_path: Path
) -> None:
    rows = tmp_path / "corpus.jsonl"
    rows.write_text(
        '{"doc_id": "a", "title": "Pont", "text": "Le pont.\\n", "lang": "fr",'
        ' "meta": {"publisher": "Gazette", "date": "2024-05-01"}}\n'
        "not json\n"
        '{"doc_id": "b", "title": "", "text": "The harbour.", "lang": "en"}\n'
    )
    report = assistant.add([rows])
    assert report.documents == 2
    assert len(report.having("failed")) == 1
    document = assistant.library.document("a")
    assert document.text == "Le pont.\n"
    assert (document.ref.publisher, document.ref.published) == ("Gazette", "2024-05-01")


def test_other_field_names_are_read_again(assistant: Assistant, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "short", "body": "The long text."}\n')
    assistant.add([rows])
    assistant.add([rows], options=ReadOptions(text="body"))
    assert texts(assistant) == {"The long text."}


def test_a_text_that_moved_is_not_embedded_again(
    assistant: Assistant, folder: Path, bag: BagOfWords
) -> None:
    assistant.add([folder])
    bag.embedded.clear()
    (folder / "pont.txt").rename(folder / "bridge.txt")
    assistant.add([folder], prune=True)
    assert bag.embedded == []
    assert len(texts(assistant)) == 2


def test_a_new_title_is_stored_and_embedded_with_the_text(
    assistant: Assistant, tmp_path: Path, bag: BagOfWords
) -> None:
    article = tmp_path / "pont.md"
    article.write_text("---\ntitle: Pont\n---\nLe pont a été fermé.\n")
    assistant.add([article])
    bag.embedded.clear()
    rewrite(article, "---\ntitle: Le vieux pont\n---\nLe pont a été fermé.\n")
    report = assistant.add([article])
    assert (report.documents, statuses(report)) == (0, {"pont.md": "updated"})
    assert [document.title for document in assistant.library.documents()] == ["Le vieux pont"]
    assert bag.embedded == ["Le vieux pont\nLe pont a été fermé."]
    assert len(assistant.retrieve("le vieux pont")) == 1


def test_only_the_passages_that_changed_are_embedded_again(
    assistant: Assistant, tmp_path: Path, bag: BagOfWords
) -> None:
    article = tmp_path / "harbour.txt"
    paragraphs = [f"The harbour froze in year {n}. {'Ships waited. ' * 18}" for n in range(5)]
    article.write_text("\n\n".join(paragraphs))
    assert assistant.add([article]).passages == 5
    bag.embedded.clear()
    paragraphs[2] = f"The harbour thawed. {'Ships left. ' * 18}"
    rewrite(article, "\n\n".join(paragraphs))
    assert assistant.add([article]).passages == 5
    assert len(bag.embedded) == 1
    assert bag.embedded[0].startswith("The harbour thawed.")


def test_a_library_that_is_read_anew_embeds_nothing(
    assistant: Assistant, folder: Path, bag: BagOfWords
) -> None:
    assistant.add([folder])
    bag.embedded.clear()
    report = assistant.add([folder], options=ReadOptions(text="body"))  # other options: read again
    assert set(statuses(report).values()) == {"updated"}
    assert bag.embedded == []


def test_progress_counts_up_to_the_total(assistant: Assistant, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    assistant.add([folder], on_progress=lambda step: seen.append((step.done, step.total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_second_writer_is_told_who_writes(assistant: Assistant, folder: Path) -> None:
    with assistant.writing(), pytest.raises(LibraryLocked, match=str(os.getpid())):
        assistant.add([folder])


def test_asking_goes_on_while_somebody_writes(assistant: Assistant, folder: Path) -> None:
    assistant.add([folder])
    with assistant.writing():
        assert assistant.retrieve("Who denied the bridge?")
