"""Which reader reads which kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from assistant.sources.archive import read_zip
from assistant.sources.epub import read_epub
from assistant.sources.html import read_html
from assistant.sources.items import Found, ReadOptions
from assistant.sources.mail import read_eml
from assistant.sources.odt import read_odt
from assistant.sources.office import read_docx, read_pptx, read_xlsx
from assistant.sources.pdf import read_pdf
from assistant.sources.rows import read_csv, read_csv_gz, read_jsonl, read_jsonl_gz, read_tsv
from assistant.sources.text import read_markdown, read_text

__all__ = ["Kind", "kind_of", "suffix_for", "suffix_of"]

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

_OOXML = "application/vnd.openxmlformats-officedocument"

_KINDS = {
    ".txt": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".pdf": Kind("application/pdf", read_pdf),
    ".docx": Kind(f"{_OOXML}.wordprocessingml.document", read_docx),
    ".pptx": Kind(f"{_OOXML}.presentationml.presentation", read_pptx),
    ".xlsx": Kind(f"{_OOXML}.spreadsheetml.sheet", read_xlsx),
    ".odt": Kind("application/vnd.oasis.opendocument.text", read_odt),
    ".epub": Kind("application/epub+zip", read_epub),
    ".eml": Kind("message/rfc822", read_eml),
    ".zip": Kind("application/zip", read_zip),
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


def suffix_for(media_type: str) -> str:
    """Find the suffix of a media type; empty where there is no reader for it."""
    return next((suffix for suffix, kind in _KINDS.items() if kind.media_type == media_type), "")
