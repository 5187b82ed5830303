"""Files that a visitor drops on the page: each is one request, and lies under the library's folder.

Gradio's own upload is closed: it takes any kind of file, forgets the folders, and serves what it
took to whoever knows its address. What is taken here is served by nobody; it is only ever read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from assistant.config import Settings
from assistant.errors import InvalidInput, SourceError, SourceTooLarge, UnsupportedSource
from assistant.sources.kinds import kind_of, suffix_of
from assistant.sources.metadata import sidecar_owner
from assistant.ui.guards import OWNER

__all__ = ["UPLOADS", "batch_folder", "file_in", "safe_path", "source_key", "upload_route"]

UPLOADS = "uploads"
"""Folder of the library's that holds them."""

_BATCH = re.compile(r"[0-9a-z]{16,40}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*]|[\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_LONGEST_NAME = 120  # bytes; file systems take 255, and a sidecar's suffix has to fit
_DEEPEST = 16
_MOST_FILES = 5_000
_STATUS = {UnsupportedSource: 415, SourceTooLarge: 413, InvalidInput: 400}


def upload_route(settings: Settings) -> Route:
    """Give the route that takes one file: ``POST /uploads?batch=…&name=folder/file.pdf``."""

    async def take(request: Request) -> JSONResponse:
        owner = request.headers.get(OWNER, "")
        query = request.query_params
        try:
            folder = batch_folder(settings.library, query.get("batch", ""), owner=owner)
            target = file_in(folder, query.get("name", ""))
            await _store(request, target, limit=settings.upload_mb * 1_000_000)
        except (SourceError, InvalidInput) as error:
            status = next((_STATUS[kind] for kind in _STATUS if isinstance(error, kind)), 400)
            return JSONResponse({"error": str(error)}, status)
        except OSError as error:
            return JSONResponse({"error": f"cannot be stored: {error.strerror}"}, 507)
        except ClientDisconnect:
            return JSONResponse({"error": "broken off"}, 400)
        return JSONResponse({"name": target.relative_to(folder).as_posix()})

    return Route("/uploads", take, methods=["POST"])


def batch_folder(library: Path, batch: str, *, owner: str) -> Path:
    """Give the folder of what a visitor drops at a time; another visitor never gets it.

    Raises:
        InvalidInput: `batch` is no such name as the page makes.
    """
    if not _BATCH.fullmatch(batch):
        raise InvalidInput("Expected a batch of 16 to 40 digits and small letters")
    name = hashlib.sha256(f"{owner}\n{batch}".encode()).hexdigest()[:16]
    return library.absolute() / UPLOADS / name


def file_in(folder: Path, name: str) -> Path:
    """Give a place for a file in a batch that is not taken yet.

    Raises:
        UnsupportedSource: no reader for such a file.
        InvalidInput: nothing is left of its name, or the batch is full.
    """
    path = safe_path(name)
    if kind_of(path.name) is None and not sidecar_owner(path.name):
        raise UnsupportedSource(f"no reader for {suffix_of(path.name) or 'such a file'}")
    if folder.is_dir() and sum(1 for _ in folder.rglob("*")) >= _MOST_FILES:
        raise InvalidInput(f"Expected at most {_MOST_FILES:,} files at a time: add a folder less")
    suffix = suffix_of(path.name)
    stem = path.name[: len(path.name) - len(suffix)]
    target, count = folder / path, 1
    while target.exists():
        count += 1
        target = folder / path.with_name(f"{stem} ({count}){suffix}")
    return target


def safe_path(name: str) -> Path:
    """Make a relative path of a name from outside: no step up, no hidden part, nothing odd.

    Raises:
        InvalidInput: nothing is left of it, or it is too deep.

    >>> safe_path("../../etc/.ssh//a<b>.txt").as_posix()
    'etc/ssh/a_b_.txt'
    """
    parts = [_safe_part(part) for part in re.split(r"[/\\]", unicodedata.normalize("NFC", name))]
    parts = [part for part in parts if part]
    if not parts or len(parts) > _DEEPEST:
        raise InvalidInput(f"Expected a file name in at most {_DEEPEST} folders, found {name!r}")
    return Path(*parts)


def source_key(uri: str) -> str:
    """Name a source without telling where it lies."""
    return hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _safe_part(part: str) -> str:
    part = _UNSAFE.sub("_", part).strip().strip(".").strip()
    suffix = suffix_of(part)
    stem = part[: len(part) - len(suffix)].encode()
    room = _LONGEST_NAME - len(suffix.encode())
    if room < 1:
        return stem[:_LONGEST_NAME].decode(errors="ignore")
    kept = stem[:room].decode(errors="ignore")
    return f"{kept}{part[len(part) - len(suffix) :]}"


async def _store(request: Request, target: Path, *, limit: int) -> None:
    """Write the body beside its place, then move it there: what is broken off leaves nothing.

    Raises:
        SourceTooLarge: more bytes than `limit`.
    """
    declared = Headers(scope=request.scope).get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise SourceTooLarge(_too_large(limit))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(8)}.part")  # hidden: never read as a source
    try:
        with part.open("xb") as file:
            async for chunk in _bounded(request, limit):
                file.write(chunk)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def _bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit:
            raise SourceTooLarge(_too_large(limit))
        yield chunk


def _too_large(limit: int) -> str:
    return f"expected at most {limit / 1_000_000:,.0f} MB, found more"
