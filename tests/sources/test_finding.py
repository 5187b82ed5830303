from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.sources import SourceFailure, SourceItem, find


def names(root: Path) -> dict[str, str]:
    """Map what is found under `root`, by relative name, to why it is left out."""
    return {
        os.path.relpath(found.uri, root): found.reason if isinstance(found, SourceFailure) else ""
        for found in find([str(root)])
    }


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.md", "c.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert list(names(tmp_path)) == ["a/b/c.md", "a/z.txt", "a.txt", "b.txt", "c.txt"]


def test_an_item_knows_its_file_and_the_argument_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news" / "été.txt"
    path.parent.mkdir()
    path.write_text("abc")
    monkeypatch.chdir(tmp_path)
    [item] = find(["news"])
    assert item == SourceItem(
        uri=path.as_posix(),
        root=(tmp_path / "news").as_posix(),
        path=path,
        size=3,
        mtime_ns=path.stat().st_mtime_ns,
    )


def test_two_targets_give_a_shared_file_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    found = list(find([str(tmp_path), str(path), f"{tmp_path}/./a.txt"]))
    assert [(item.uri, item.root) for item in found] == [(str(path), str(tmp_path))]


def test_what_is_left_out_says_why(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    (tmp_path / "LICENSE").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("x")
    (tmp_path / ".hidden.txt").write_text("x")
    assert names(tmp_path) == {
        ".git": "hidden: its name begins with a dot",
        ".hidden.txt": "hidden: its name begins with a dot",
        "LICENSE": "no reader for such a file",
        "photo.jpg": "no reader for .jpg",
    }


def test_a_sidecar_belongs_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    sidecar = tmp_path / "a.txt.meta.toml"
    sidecar.write_text("title = 'A'")
    os.utime(sidecar, ns=(5 * 10**18, 5 * 10**18))
    [item] = find([str(tmp_path)])
    assert isinstance(item, SourceItem)
    assert (item.size, item.mtime_ns) == (3 + 11, 5 * 10**18)


def test_a_sidecar_without_its_file_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "gone.txt.meta.yaml").write_text("title: A")
    assert names(tmp_path) == {"gone.txt.meta.yaml": "no reader for .yaml"}


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "inside.txt").write_text("x")
    (folder / "link_in.txt").symlink_to("inside.txt")
    (folder / "link_out.txt").symlink_to("../secret.txt")
    (folder / "link_folder").symlink_to("..")
    (folder / "link_broken.txt").symlink_to("nothing.txt")
    (folder / "link_loop.txt").symlink_to("link_loop.txt")
    found = names(folder)
    assert found["inside.txt"] == found["link_in.txt"] == ""
    assert found["link_out.txt"].startswith("a link out of the folder")
    assert found["link_folder"].startswith("a link out of the folder")
    assert "found nothing" in found["link_broken.txt"]
    assert found["link_loop.txt"]


def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "latest.txt").symlink_to("real/a.txt")
    found = list(find([str(tmp_path / "link"), str(tmp_path / "latest.txt")]))
    assert [item.uri for item in found] == [f"{tmp_path}/link/a.txt", f"{tmp_path}/latest.txt"]
    assert all(isinstance(item, SourceItem) for item in found)


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == {"pipe.txt": "not a regular file"}


def test_a_name_that_is_not_utf_8_is_a_failure(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    [failure] = find([str(tmp_path)])
    assert isinstance(failure, SourceFailure)
    failure.uri.encode()
    assert "not UTF-8" in failure.reason


@pytest.mark.parametrize("target", ["nothing/here", "nul\0byte", ""])
def test_what_is_missing_is_a_failure(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [failure] = find([target])
    assert isinstance(failure, SourceFailure)
    assert failure.reason.startswith("expected a")


@pytest.mark.parametrize("url", ["https://example.org/a?b=c#d", "http://127.0.0.1:8000/"])
def test_a_url_is_an_item_as_it_stands(url: str) -> None:
    assert list(find([url])) == [SourceItem(url, url)]


@pytest.mark.parametrize("url", ["ftp://example.org/a.txt", "file:///etc/passwd"])
def test_other_schemes_are_refused(url: str) -> None:
    [failure] = find([url])
    assert isinstance(failure, SourceFailure)
    assert failure.reason.startswith("expected http or https")
