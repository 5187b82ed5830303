"""What a hostile or unlucky file does to the parser ends with that file."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import pdf, zipped

from assistant.errors import SourceError, SourceTooLarge
from assistant.sources import Part, ReadOptions, SourceItem, SourceReader, find

PAGE = pdf([["Le pont est fermé depuis mardi."]])  # PDFium starts much faster than trafilatura


@pytest.fixture
def page(tmp_path: Path) -> SourceItem:
    path = tmp_path / "page.pdf"
    path.write_bytes(PAGE)
    return the_item(path)


def the_item(path: Path) -> SourceItem:
    [item] = find([str(path)])
    assert isinstance(item, SourceItem)
    return item


def the_text(reader: SourceReader, item: SourceItem) -> str:
    [part] = reader.read(item)
    assert isinstance(part, Part)
    return part.document.text


def children() -> set[int]:
    """Give the processes that this one has started."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


@pytest.fixture
def others() -> Iterator[set[int]]:
    """Give the processes that are there already, and look that no other is left."""
    before = children()
    yield before
    deadline = time.monotonic() + 5
    while children() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not children() - before


def slow_pdf() -> bytes:
    """Make a small PDF that takes long to read: the same page again and again."""
    return pdf([["Le pont est fermé depuis mardi. " * 3] * 50], times=50_000)


def test_one_process_reads_one_file_after_the_other(page: SourceItem, others: set[int]) -> None:
    with SourceReader() as reader:
        assert the_text(reader, page) == the_text(reader, page)
        assert len(children() - others) == 1


def test_text_needs_no_process(tmp_path: Path, others: set[int]) -> None:
    (tmp_path / "a.txt").write_text("Le pont est fermé.")
    with SourceReader() as reader:
        assert the_text(reader, the_item(tmp_path / "a.txt")) == "Le pont est fermé."
        assert children() == others


def test_a_parser_that_takes_too_long_is_ended(
    tmp_path: Path, page: SourceItem, others: set[int]
) -> None:
    (tmp_path / "slow.pdf").write_bytes(slow_pdf())
    with SourceReader(ReadOptions(seconds=1.5)) as reader:
        started = time.monotonic()
        with pytest.raises(SourceTooLarge, match=r"took more than 1\.5 s and was ended"):
            list(reader.read(the_item(tmp_path / "slow.pdf")))
        assert time.monotonic() - started < 10
    with SourceReader() as reader:
        assert the_text(reader, page)


def test_a_parser_that_crashes_is_replaced(
    tmp_path: Path, page: SourceItem, others: set[int]
) -> None:
    (tmp_path / "slow.pdf").write_bytes(slow_pdf())
    with SourceReader() as reader:
        the_text(reader, page)
        [worker] = children() - others
        timer = threading.Timer(0.3, os.kill, (worker, signal.SIGSEGV))
        timer.start()
        with pytest.raises(SourceError, match=r"crashed \(exit code -11\)"):
            list(reader.read(the_item(tmp_path / "slow.pdf")))
        assert the_text(reader, page) == "Le pont est fermé depuis mardi."
        assert children() - others != {worker}


def test_an_interrupted_reading_leaves_nothing_to_the_next(
    tmp_path: Path, page: SourceItem, others: set[int]
) -> None:
    (tmp_path / "slow.pdf").write_bytes(slow_pdf())
    with SourceReader() as reader:
        the_text(reader, page)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            list(reader.read(the_item(tmp_path / "slow.pdf")))
        assert the_text(reader, page) == "Le pont est fermé depuis mardi."


def test_a_worker_that_died_while_idle_is_not_missed(page: SourceItem, others: set[int]) -> None:
    with SourceReader() as reader:
        the_text(reader, page)
        [worker] = children() - others
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.1)
        assert the_text(reader, page)


def test_a_parser_that_swallows_memory_is_ended(
    tmp_path: Path, page: SourceItem, others: set[int]
) -> None:
    (tmp_path / "big.eml").write_text("Subject: x\n\n" + "mot " * 10_000_000)
    with SourceReader(ReadOptions(memory_bytes=200 << 20)) as reader:
        with pytest.raises(SourceTooLarge, match="more than the memory allowed"):
            list(reader.read(the_item(tmp_path / "big.eml")))
        assert the_text(reader, page)


def test_a_member_that_hangs_does_not_stop_the_others(tmp_path: Path, others: set[int]) -> None:
    files = {"a.pdf": PAGE, "b.pdf": slow_pdf(), "c.pdf": PAGE, "d.txt": "Bon."}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    with SourceReader(ReadOptions(seconds=3)) as reader:
        found = list(reader.read(the_item(tmp_path / "a.zip")))
    assert [(p.part, isinstance(p, Part)) for p in found] == [
        ("a.pdf", True),
        ("b.pdf", False),
        ("c.pdf", True),
        ("d.txt", True),
    ]


GARBAGE = {
    "nothing": b"",
    "zeroes": bytes(5_000),
    "every byte": bytes(range(256)) * 40,
    "angle brackets": b"<" * 50_000,
    "deep": b"<div>" * 50_000,
    "a zip of nothing": zipped({}),
    "a pdf": pdf([["Texte."]]),
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("suffix", ["html", "pdf", "docx", "pptx", "xlsx", "odt", "epub", "eml"])
def test_garbage_of_any_kind_ends_in_documents_or_one_typed_error(
    suffix: str, data: bytes, tmp_path: Path, reader: SourceReader
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)
    try:
        found = list(reader.read(the_item(path)))
    except SourceError as error:
        assert str(error)
    else:
        assert found


def test_the_worker_reaches_neither_network_nor_processes() -> None:
    """Run the worker's own guard in a process of its own: an audit hook cannot be taken back."""
    import subprocess
    import sys

    program = """
import socket, subprocess
from assistant.sources.worker import guard
guard()
for forbidden in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: subprocess.run(["true"]),
):
    try:
        forbidden()
    except PermissionError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("is forbidden while a document is parsed") == 3
