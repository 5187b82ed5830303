from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assistant.config import Settings
from assistant.errors import InvalidInput
from assistant.ui.guards import OWNER
from assistant.ui.uploads import batch_folder, safe_path, upload_route

BATCH = "0123456789abcdef"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "wood" / "library"


@pytest.fixture
def visitor(library: Path) -> TestClient:
    route = upload_route(Settings(library=library, upload_mb=1))
    return TestClient(Starlette(routes=[route]), headers={OWNER: "owl"})


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.parent.parent.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def upload(visitor: TestClient, name: str, content: bytes = b"hoo", batch: str = BATCH) -> int:
    params = {"name": name, "batch": batch}
    return visitor.post("/uploads", params=params, content=content).status_code


def test_files_keep_their_folders_and_lie_under_the_library(
    visitor: TestClient, library: Path
) -> None:
    for name in ("wood/owl.txt", "wood/owl.txt.meta.yaml", "fox.PDF", "hare.jsonl.gz"):
        assert upload(visitor, name, name.encode()) == 200
    [folder] = (library / "uploads").iterdir()
    assert files(folder) == {
        name: name.encode()
        for name in ("wood/owl.txt", "wood/owl.txt.meta.yaml", "fox.PDF", "hare.jsonl.gz")
    }


def test_what_is_there_is_not_overwritten(visitor: TestClient, library: Path) -> None:
    assert [upload(visitor, "owl.txt", content) for content in (b"one", b"two")] == [200, 200]
    [folder] = (library / "uploads").iterdir()
    assert files(folder) == {"owl.txt": b"one", "owl (2).txt": b"two"}


def test_another_visitor_never_gets_the_same_folder(library: Path) -> None:
    folders = {batch_folder(library, BATCH, owner=owner) for owner in ("owl", "fox", "")}
    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {library.absolute() / "uploads"}


@pytest.mark.parametrize("name", ["owl.exe", "owl", "owl.svg", ".git/config", "x.js"])
def test_a_kind_without_a_reader_is_refused_before_it_is_read(
    visitor: TestClient, library: Path, name: str
) -> None:
    assert upload(visitor, name) == 415
    assert not library.exists()


@pytest.mark.parametrize("name", ["", "..", "/", "../..", "a/" * 20 + "b.txt", "\u202e\0"])
def test_a_name_that_leaves_nothing_is_refused(visitor: TestClient, name: str) -> None:
    assert upload(visitor, name) in (400, 415)


@pytest.mark.parametrize("batch", ["", "..", "../../etc/cron", "A" * 16, "a" * 15, "a" * 41])
def test_a_batch_of_another_form_is_refused(visitor: TestClient, batch: str) -> None:
    assert upload(visitor, "owl.txt", batch=batch) == 400


def test_too_much_is_refused_and_leaves_nothing(visitor: TestClient, library: Path) -> None:
    assert upload(visitor, "owl.txt", b"x" * 1_000_000) == 200
    assert upload(visitor, "fox.txt", b"x" * 1_000_001) == 413

    def undeclared() -> object:
        for _ in range(11):
            yield b"x" * 100_000

    params = {"name": "hare.txt", "batch": BATCH}
    refused = visitor.post("/uploads", params=params, content=undeclared())
    assert (refused.status_code, refused.json()) == (
        413,
        {"error": "expected at most 1 MB, found more"},
    )
    [folder] = (library / "uploads").iterdir()
    assert list(files(folder)) == ["owl.txt"]


def test_only_the_route_for_one_file_is_there(visitor: TestClient) -> None:
    assert visitor.get("/uploads").status_code == 405
    assert visitor.get(f"/uploads/{BATCH}/owl.txt").status_code == 404


@given(st.one_of(st.text(), st.text(alphabet="./\\ a\0:é𝔞"), st.text(min_size=200, max_size=400)))
def test_no_name_leads_out_or_is_hidden_or_too_long(name: str) -> None:
    try:
        path = safe_path(name)
    except InvalidInput:
        return
    assert not path.is_absolute()
    assert (Path("/wood") / path).resolve().is_relative_to("/wood")
    for part in path.parts:
        assert not part.startswith(".")
        assert len(part.encode()) <= 120
        assert not set('<>:"|?*\0\n') & set(part)
