"""Arguments → the files and URLs to read, in an order that does not change."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.sources.items import SourceFailure, SourceItem
from assistant.sources.kinds import kind_of, suffix_of
from assistant.sources.metadata import SIDECAR_SUFFIXES, sidecar_owner

__all__ = ["find", "sidecar_of"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def find(targets: Sequence[str]) -> Iterator[SourceItem | SourceFailure]:
    """Find what there is to read: files, folders with all that is in them, http(s) URLs.

    Folders are walked in the order of names. What two targets share is given once, under the first.
    Sidecars belong to their files and are not given. What is missing or left out is a
    `SourceFailure`.
    """
    seen: set[str] = set()
    for target in targets:
        for found in _find(target):
            if found.uri not in seen:
                seen.add(found.uri)
                yield found


def sidecar_of(path: Path) -> Path | None:
    """Find the file that holds the metadata of `path`."""
    candidates = (path.with_name(path.name + suffix) for suffix in SIDECAR_SUFFIXES)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _find(target: str) -> Iterator[SourceItem | SourceFailure]:
    if scheme := _SCHEME.match(target):
        if scheme[1].lower() in ("http", "https"):
            yield SourceItem(target, target)
        else:
            yield SourceFailure(target, target, f"expected http or https, found {scheme[1]}")
        return
    if not target or "\0" in target:
        yield SourceFailure(target, target, f"expected a path or a URL, found {target!r}")
        return
    root = Path(os.path.abspath(os.path.expanduser(target)))  # noqa: PTH100, PTH111 - keeps links
    if root.is_dir():
        yield from _walk(root)
    else:
        yield _item(root, root, Path(os.path.realpath(root)))


def _walk(root: Path) -> Iterator[SourceItem | SourceFailure]:
    real_root = os.path.realpath(root)
    pending = [root]
    while pending:
        path = pending.pop()
        if path != root and path.name.startswith("."):
            yield _skipped(root, path, "hidden: its name begins with a dot")
        elif path != root and path.is_symlink():
            yield _linked(root, path, real_root)
        elif not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where we may not look
            yield _item(root, path, path)
        else:
            try:
                pending += reversed(_listed(path))
            except OSError as error:
                yield SourceFailure(_uri(path), _uri(root), f"cannot be listed: {error.strerror}")


def _listed(folder: Path) -> list[Path]:
    """List a folder in the order of names, but for the sidecars of files in it."""
    children = sorted(folder.iterdir())
    names = {child.name for child in children}
    return [child for child in children if sidecar_owner(child.name) not in names]


def _linked(root: Path, path: Path, real_root: str) -> SourceItem | SourceFailure:
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(real_root):
        where = f"a link out of the folder, to {_uri(real)}"
    elif real.is_dir():
        where = "a link to a folder"
    else:
        return _item(root, path, real)
    return _skipped(root, path, f"{where}: name that itself to read it")


def _skipped(root: Path, path: Path, reason: str) -> SourceFailure:
    return SourceFailure(_uri(path), _uri(root), reason, "skipped")


def _item(root: Path, path: Path, real: Path) -> SourceItem | SourceFailure:
    uri, root_uri = _uri(path), _uri(root)
    try:
        status = real.stat(follow_symlinks=False)
        sidecar = sidecar_of(path)
        beside = sidecar.stat() if sidecar else None
    except OSError as error:
        reason = f"expected a file, a folder or a URL, found nothing that opens: {error}"
        return SourceFailure(uri, root_uri, reason)
    if "\N{REPLACEMENT CHARACTER}" in uri:
        return SourceFailure(uri, root_uri, "its name is not UTF-8: rename it")
    if not stat.S_ISREG(status.st_mode):
        return _skipped(root, path, "not a regular file")
    if kind_of(path.name) is None:
        return _skipped(root, path, f"no reader for {suffix_of(path.name) or 'such a file'}")
    return SourceItem(
        uri,
        root_uri,
        real,
        status.st_size + (beside.st_size if beside else 0),
        max(status.st_mtime_ns, beside.st_mtime_ns if beside else 0),
    )


def _uri(path: Path) -> str:
    """Write a path so that any store takes it: what is not UTF-8 in it becomes U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace").replace(os.sep, "/")
