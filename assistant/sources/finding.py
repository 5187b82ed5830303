"""Arguments → the files and URLs to read, in an order that does not change."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.sources.items import ReadOptions, SourceFailure, SourceItem
from assistant.sources.kinds import kind_of, suffix_of
from assistant.sources.metadata import SIDECAR_SUFFIXES, sidecar_owner

__all__ = ["find", "sidecar_of"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def find(
    targets: Sequence[str], *, options: ReadOptions | None = None
) -> Iterator[SourceItem | SourceFailure]:
    """Find what there is to read: files, folders with all that is in them, http(s) URLs.

    Folders are walked in the order of names. What two targets share is given once, under the first.
    Sidecars belong to their files and are not given. What is missing or left out is a
    `SourceFailure`.
    """
    options = options or ReadOptions()
    seen: set[str] = set()
    for target in targets:
        for found in _find(target, options):
            if found.uri not in seen:
                seen.add(found.uri)
                yield found


def sidecar_of(path: Path) -> Path | None:
    """Find the file that holds the metadata of `path`."""
    candidates = (path.with_name(path.name + suffix) for suffix in SIDECAR_SUFFIXES)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _find(target: str, options: ReadOptions) -> Iterator[SourceItem | SourceFailure]:
    if scheme := _SCHEME.match(target):
        if scheme[1].lower() in ("http", "https"):
            yield SourceItem(target, target)
        else:
            yield SourceFailure(target, target, f"expected http or https, found {scheme[1]}")
        return
    if not target or "\0" in target:
        yield SourceFailure(target, target, f"expected a path or a URL, found {target!r}")
        return
    root = Path(os.path.abspath(Path(target).expanduser()))  # noqa: PTH100 - links are kept
    if root.is_dir():
        yield from _walk(root, options)
    else:
        yield _item(root, root, Path(os.path.realpath(root)))


def _walk(root: Path, options: ReadOptions) -> Iterator[SourceItem | SourceFailure]:
    pending = [root]
    while pending:
        path = pending.pop()
        try:
            found = _visit(path, root, options)
        except OSError as error:
            yield SourceFailure(_uri(path), _uri(root), f"cannot be listed: {error.strerror}")
            continue
        if isinstance(found, list):
            pending += reversed(found)
        elif found:
            yield found


def _visit(
    path: Path, root: Path, options: ReadOptions
) -> SourceItem | SourceFailure | list[Path] | None:
    """Give what a path is: a source, one left out, a folder's content, a sidecar (None)."""
    if path != root and (reason := _left_out(path, options)):
        return SourceFailure(_uri(path), _uri(root), reason, "skipped")
    if path.is_dir():
        return sorted(path.iterdir())
    if _belongs_to_other(path):
        return None
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        reason = f"a link out of the folder, to {_uri(real)}: name that itself to read it"
        return SourceFailure(_uri(path), _uri(root), reason, "skipped")
    return _item(root, path, real)


def _left_out(path: Path, options: ReadOptions) -> str:
    if path.name.startswith(".") and not options.hidden:
        return "hidden: its name begins with a dot"
    if path.is_dir() and path.is_symlink():
        return "a link to a folder: name that itself to read it"
    return ""


def _belongs_to_other(path: Path) -> bool:
    """Tell whether `path` is the sidecar of a file beside it."""
    owner = sidecar_owner(path.name)
    return bool(owner) and path.with_name(owner).is_file()


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
        return SourceFailure(uri, root_uri, "not a regular file", "skipped")
    if kind_of(path.name) is None:
        reason = f"no reader for {suffix_of(path.name) or 'files without a suffix'}"
        return SourceFailure(uri, root_uri, reason, "skipped")
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
