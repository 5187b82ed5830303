"""Chroma itself, in small: where it answers, where the scan does, and what mends it."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hashing import HashEncoder, prepare, record

from assistant.errors import InvalidInput, LibraryError
from assistant.library import Library
from assistant.library.dense import DenseState
from assistant.library.locks import FileLock

ENCODER = HashEncoder()
ASKED = ENCODER.encode(["Peskov denied the call"])[0]


def opened(path: Path, *, write: bool = False, chroma: str = "") -> Library:
    return Library.open(path, encoder=ENCODER.identity, write=write, create=write, chroma=chroma)


def put(library: Library, *texts: str) -> None:
    for text in texts:
        prepared = prepare(text)
        library.stage([prepared])
        library.publish([record(f"{text.split()[0]}.txt", prepared)])


def state(path: Path) -> DenseState:
    found = DenseState.load(path / "dense")
    assert found is not None
    return found


def agrees_with_the_scan(library: Library) -> bool:
    """Whether Chroma answered, with what a scan of every vector finds."""
    with opened(library.path, chroma="off") as scanning:
        expected = scanning.search_dense(ASKED, 5)
    view = library._views.now()
    found = library._dense.search(ASKED, 5, view.state)
    if found is None:
        return False
    assert library.search_dense(ASKED, 5) == found
    assert [key for key, _ in found] == [key for key, _ in expected]
    assert [score for _, score in found] == pytest.approx([s for _, s in expected], abs=1e-3)
    return True


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("dense") / "library"
    with opened(path, write=True) as library:
        put(library, "Peskov denied the call. It was false.", "Musk denied it.", "Kahl said yes.")
    return path


@pytest.fixture
def filled(original: Path, path: Path) -> Path:
    """A library of four passages whose dense index is current."""
    shutil.copytree(original, path)
    return path


def test_chroma_follows_what_is_published_and_scans_answer_meanwhile(filled: Path) -> None:
    with opened(filled, write=True) as library:
        assert library.info().dense == "current"
        assert agrees_with_the_scan(library)
        library.remove(["Musk.txt"])
        put(library, "Kahl denied the call.", "Farrow wrote of the call.")
        assert library.info().dense == "behind"
        assert not agrees_with_the_scan(library)
        assert len(library.search_dense(ASKED, 9)) == 4
        assert library.catch_up()
        assert agrees_with_the_scan(library)
        report = library.check()
        assert report.ok
        assert report.unreachable == 0
    assert state(filled).generation == 2  # too many of its few vectors had gone


def test_two_processes_never_have_chroma_open_at_once(filled: Path) -> None:
    with opened(filled) as first, opened(filled) as second:
        assert agrees_with_the_scan(first)
        assert not agrees_with_the_scan(second)
        with opened(filled, write=True) as writer:
            put(writer, "Farrow wrote of the call.")
            assert not writer.catch_up()
            assert "open in process" in writer.check().notes[0]
        assert len(second.search_dense(ASKED, 9)) == 5
        assert second.info().dense == "behind"
    with opened(filled, write=True):
        pass
    assert state(filled).live == 5


@pytest.mark.slow
def test_a_long_lived_reader_catches_up_by_itself(filled: Path) -> None:
    with opened(filled) as server:
        server.keep_current()
        assert agrees_with_the_scan(server)
        with opened(filled, write=True) as writer:
            put(writer, "Farrow wrote of the call.")
        until = time.monotonic() + 60
        while server.info().dense != "current" and time.monotonic() < until:
            assert len(server.search_dense(ASKED, 9)) == 5
            time.sleep(0.05)
        while not agrees_with_the_scan(server) and time.monotonic() < until:
            time.sleep(0.05)
        assert agrees_with_the_scan(server)


def slow(damage: str):
    return pytest.param(damage, marks=pytest.mark.slow)


def soil(path: Path) -> None:
    known = json.loads((path / "dense" / "state.json").read_text())
    (path / "dense" / "state.json").write_text(json.dumps({**known, "dirty": True}))


def files(path: Path, name: str) -> list[Path]:
    return list((path / "dense").rglob(name))


@pytest.mark.parametrize(
    "damage", [*map(slow, ["none", "garbage", "truncated", "removed"]), "sqlite"]
)
def test_what_a_kill_may_leave_is_proved_or_built_anew(filled: Path, damage: str) -> None:
    (data,) = files(filled, "data_level0.bin")
    if damage == "garbage":
        data.write_bytes(os.urandom(data.stat().st_size))
    elif damage == "truncated":
        data.write_bytes(data.read_bytes()[:100])
    elif damage == "removed":
        data.unlink()
    elif damage == "sqlite":
        (file,) = files(filled, "chroma.sqlite3")
        file.write_bytes(b"torn" * 2000)
    soil(filled)
    with opened(filled) as reader:
        assert reader.info().dense == "unclean"
        assert len(reader.search_dense(ASKED, 9)) == 4  # the scan
        assert "unclean" in reader.check().notes[0]
    with opened(filled, write=True) as library:
        assert library.catch_up()
        assert agrees_with_the_scan(library)
        assert library.check().ok
    assert not files(filled, "*.tmp")
    if damage == "sqlite":
        assert state(filled).generation == 2


@pytest.mark.slow
def test_a_clean_index_that_breaks_is_not_trusted_again(filled: Path, caplog) -> None:
    (file,) = files(filled, "chroma.sqlite3")
    file.write_bytes(b"torn" * 2000)
    with opened(filled) as reader, caplog.at_level(logging.WARNING):
        assert len(reader.search_dense(ASKED, 9)) == 4
        assert "scans do" in caplog.text
        assert reader.info().dense == "unclean"
    with opened(filled, write=True):
        pass
    assert state(filled).generation == 2


@pytest.mark.parametrize("broken", ["get_collection", "query"])
def test_a_broken_index_is_closed_before_its_writer_works(
    filled: Path, monkeypatch, broken: str
) -> None:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.errors import InternalError

    def fails(*given: object, **named: object) -> None:
        raise InternalError("torn")

    before = set(SharedSystemClient._identifier_to_system)
    monkeypatch.setattr(Collection if broken == "query" else Client, broken, fails)
    with opened(filled) as reader:
        assert len(reader.search_dense(ASKED, 9)) == 4  # the scan
        assert reader.info().dense == "unclean"
        assert set(SharedSystemClient._identifier_to_system) == before


@pytest.mark.slow
def test_check_names_what_is_wrong_in_a_clean_index(filled: Path) -> None:
    from assistant.library.dense import connect

    client = connect(filled / "dense", 1, "")
    collection = client.get_collection("passages", embedding_function=None)
    collection.delete(ids=["2"])
    client.close()
    with opened(filled) as library:
        (problem,) = library.check().problems
    assert "lacks 1 passages and holds 0 foreign" in problem


@pytest.mark.slow
def test_another_version_of_chroma_means_a_new_generation(filled: Path) -> None:
    known = json.loads((filled / "dense" / "state.json").read_text())
    known |= {"chromadb": "1.0.0", "applied": 0}
    (filled / "dense" / "state.json").write_text(json.dumps(known))
    with opened(filled, write=True) as library:
        library.catch_up()
        assert agrees_with_the_scan(library)
    assert (state(filled).generation, state(filled).chromadb) != (1, "1.0.0")


@pytest.mark.slow
@pytest.mark.parametrize("point", ["during-dense", "generation-rename"])
def test_a_writer_that_is_always_killed_leaves_a_debt_and_no_damage(
    path: Path, point: str, monkeypatch, caplog
) -> None:
    monkeypatch.setenv("ASSISTANT_FAILPOINT", point)
    with opened(path, write=True) as library:
        put(library, "Peskov denied the call.")
        with pytest.raises(LibraryError, match="killed by signal 9"):
            library.catch_up()
        assert len(library.search_dense(ASKED, 5)) == 1
    assert "stays behind" in caplog.text
    monkeypatch.delenv("ASSISTANT_FAILPOINT")
    with opened(path, write=True) as library:
        assert library.catch_up()
        assert agrees_with_the_scan(library)


def test_a_child_at_work_keeps_the_lock_when_its_parent_dies(filled: Path) -> None:
    lock = FileLock(filled / "dense.lock")
    assert lock.try_acquire()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE,
                             pass_fds=[lock.fileno()])  # fmt: skip
    lock.release()
    other = FileLock(filled / "dense.lock")
    assert not other.try_acquire()
    child.communicate(b"\n")
    assert other.try_acquire()
    other.release()


# --- a Chroma server


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder]
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@pytest.mark.slow
def test_a_server_holds_the_vectors_of_several_libraries(server: str, tmp_path: Path) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for n, path in enumerate(paths):
        with opened(path, write=True, chroma=server) as library:
            put(library, "Peskov denied the call. It was false.", f"Musk denied it {n} times.")
    with opened(paths[0], chroma=server) as one, opened(paths[0], chroma=server) as beside:
        assert agrees_with_the_scan(one)
        assert agrees_with_the_scan(beside)  # no lock is needed to read
    with opened(paths[0], write=True, chroma=server) as library:
        put(library, "Musk said nothing.", "Kahl said yes.")
        library.catch_up()
        assert agrees_with_the_scan(library)
        library.rebuild()
        assert agrees_with_the_scan(library)
        assert library.check().ok
    with opened(paths[1], chroma=server) as other:
        assert agrees_with_the_scan(other)
    with opened(paths[1], write=True) as moved:  # to the embedded one
        assert moved.info().dense == "none"
        moved.catch_up()
        assert agrees_with_the_scan(moved)


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_left_alone(filled: Path, caplog) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        known = json.loads((filled / "dense" / "state.json").read_text())
        (filled / "dense" / "state.json").write_text(json.dumps({**known, "url": url}))
        with opened(filled, chroma=url) as reader:
            assert len(reader.search_dense(ASKED, 9)) == 4
            assert len(reader.search_dense(ASKED, 9)) == 4
        assert caplog.text.count("does not answer") == 1
        with opened(filled, write=True, chroma=url) as library:
            put(library, "Farrow wrote of it.")
            with pytest.raises(LibraryError, match="could not be built"):
                library.catch_up()


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://"])
def test_a_url_of_no_server_is_refused(path: Path, url: str) -> None:
    with pytest.raises(InvalidInput, match="http://host:port"):
        opened(path, write=True, chroma=url)


@pytest.mark.parametrize(("most", "scanned"), [(4, True), (3, False)])
def test_a_library_of_few_passages_is_scanned_where_that_was_preferred(
    filled: Path, most: int, scanned: bool
) -> None:
    with opened(filled) as library:
        library.prefer_scan(passages=most)
        found = library.search_dense(ASKED, 5)
        assert (library._dense._open is None) == scanned
        library.keep_current()
        assert [key for key, _ in library.search_dense(ASKED, 5)] == [key for key, _ in found]
        assert library._dense._open is not None
