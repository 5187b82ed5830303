"""Which reader reads which kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from assistant.sources.html import read_html
from assistant.sources.items import Found, ReadOptions
from assistant.sources.rows import read_csv, read_csv_gz, read_jsonl, read_jsonl_gz, read_tsv
from assistant.sources.text import read_markdown, read_text

__all__ = ["Kind", "kind_of", "suffix_of"]

Reader = Callable[[BinaryIO, ReadOptions], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, its reader, and whether that runs in the worker."""

    media_type: str
    read: Reader
    sandboxed: bool = True


_TEXT = Kind("text/plain", read_text, sandboxed=False)
_MARKDOWN = Kind("text/markdown", read_markdown, sandboxed=False)
_HTML = Kind("text/html", read_html)
_JSONL = Kind("application/jsonl", read_jsonl, sandboxed=False)
_JSONL_GZ = Kind("application/jsonl", read_jsonl_gz, sandboxed=False)

_KINDS = {
    ".txt": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".csv": Kind("text/csv", read_csv, sandboxed=False),
    ".csv.gz": Kind("text/csv", read_csv_gz, sandboxed=False),
    ".tsv": Kind("text/tab-separated-values", read_tsv, sandboxed=False),
    ".jsonl": _JSONL,
    ".ndjson": _JSONL,
    ".jsonl.gz": _JSONL_GZ,
    ".ndjson.gz": _JSONL_GZ,
}


def suffix_of(name: str) -> str:
    """Give a file name's suffix in lower case, with the one before it for ``.gz``."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    return "".join(suffixes if suffixes[-1:] == [".gz"] else suffixes[-1:])


def kind_of(name: str) -> Kind | None:
    """Find the kind of a file by its name; None where there is no reader."""
    return _KINDS.get(suffix_of(name))
