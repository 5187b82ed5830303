"""Bounded reading: what a file claims of its size is not believed."""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from assistant.errors import SourceError, SourceTooLarge
from assistant.sources.items import ReadOptions

__all__ = ["open_zip", "read_all", "read_entry", "unsafe_name"]

_FREE = 1 << 20
"""Bytes that may come out of an archive however small it is."""


def read_all(stream: BinaryIO, limit: int) -> bytes:
    """Read to the end.

    Raises:
        SourceTooLarge: there is more than `limit` bytes.
    """
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise SourceTooLarge(f"expected at most {limit:,} bytes, found more")
    return data


def open_zip(data: bytes, options: ReadOptions) -> zipfile.ZipFile:
    """Open an archive whose directory claims nothing out of bounds.

    Raises:
        SourceError: it is no zip file.
        SourceTooLarge: too many entries, too many bytes, or packed too well to be honest.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise SourceError(f"not a whole zip file: {error}") from error
    entries = archive.infolist()
    if len(entries) > options.archive_entries:
        raise SourceTooLarge(
            f"expected at most {options.archive_entries:,} entries, found {len(entries):,}"
        )
    total = sum(entry.file_size for entry in entries)
    allowed = min(options.archive_bytes, max(_FREE, options.archive_ratio * len(data)))
    if total > allowed:
        raise SourceTooLarge(f"expected at most {allowed:,} bytes unpacked, found {total:,}")
    return archive


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack an entry, up to the size that its directory claims.

    Raises:
        SourceError: it is damaged, encrypted, or longer than it claims.
    """
    try:
        with archive.open(entry) as opened:
            data = opened.read(entry.file_size)
            if opened.read(1):
                raise SourceTooLarge(f"expected {entry.file_size:,} bytes as claimed, found more")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise SourceError(f"damaged in the archive: {error}") from error
    except (RuntimeError, NotImplementedError) as error:
        raise SourceError(f"encrypted, or packed by an unknown method: {error}") from error
    return data


def unsafe_name(entry: zipfile.ZipInfo) -> str:
    """Say why an entry's name may not be trusted; empty where it may.

    We write no entry to a disk, but the name becomes part of what users see and click.
    """
    name = entry.orig_filename.replace("\\", "/")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link"
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        return "its name leads out of the archive"
    if "\0" in name:
        return "a zero byte in its name"
    return ""
