"""The nouns of reading: what is found, how it is read, what comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from assistant.datatypes import Document

__all__ = [
    "READER_VERSION",
    "BadPart",
    "Extract",
    "Fields",
    "Found",
    "Member",
    "Part",
    "ReadOptions",
    "SourceFailure",
    "SourceItem",
]

READER_VERSION = "1"
"""Changes when the same file may give another text or other metadata than before."""

FailureKind = Literal["failed", "skipped"]


@dataclass(frozen=True, slots=True)
class SourceItem:
    """Something to read: a file or a URL."""

    uri: str
    """Absolute path in POSIX form, or the URL as given."""
    root: str
    """The argument that it was found under, absolute."""
    path: Path | None = None
    """The file to open, links resolved; None for a URL."""
    size: int = 0
    """Bytes of the file and its sidecar; 0 for a URL."""
    mtime_ns: int = 0
    """The newest of the file and its sidecar; 0 for a URL."""


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A source, or a part of one, that gave no document, and why."""

    uri: str
    root: str
    reason: str
    kind: FailureKind = "failed"
    """`skipped` is by design: a hidden file, a kind without a reader, a link out of the folder."""
    part: str = ""
    """The row or archive member that failed; empty for the source as a whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a source."""

    document: Document
    part: str = ""
    """Empty for the whole source, else ``row 3`` or ``inner/file.txt``."""
    declared_id: str = ""
    """The id that the source gives the document; empty where it gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How sources are read: the names of the fields of CSV and JSONL rows, and the limits."""

    text: str = "text"
    id: str = "doc_id"
    title: str = "title"
    language: str = "lang"
    publisher: str = "publisher"
    author: str = "author"
    date: str = "date"
    url: str = "url"

    allow_private: bool = False
    """Fetch URLs of private, loopback and link-local addresses."""
    max_bytes: int = 100 << 20
    """Of one file; CSV and JSONL are streamed, for them it is the limit of one row."""
    seconds: float = 60.0
    """For parsing one file or fetching one URL; an archive as a whole has ten times that."""
    memory_bytes: int = 2 << 30
    """Address space of the process that parses."""
    archive_bytes: int = 200 << 20
    """Unpacked size of an archive, archives inside it included."""
    archive_entries: int = 10_000
    archive_ratio: int = 200
    archive_depth: int = 2

    @property
    def fingerprint(self) -> str:
        """Change when the same bytes may be read differently: version and field names."""
        content = (self.text, self.id, self.title, self.language)
        origin = (self.publisher, self.author, self.date, self.url)
        whole = "\0".join((READER_VERSION, *content, *origin))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a file says about one of its documents, as it says it; empty where it is silent."""

    id: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    date: str = ""
    language: str = ""
    url: str = ""
    media_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: Fields) -> Fields:
        """Take `other`'s values where these are empty."""
        mine = {name: getattr(self, name) or getattr(other, name) for name in _FIELD_NAMES}
        return Fields(**mine, metadata={**other.metadata, **self.metadata})


_FIELD_NAMES = ("id", "title", "author", "publisher", "date", "language", "url", "media_type")


@dataclass(frozen=True, slots=True)
class Extract:
    """What a reader takes from a file: the text of one document and what the file says of it."""

    text: str
    fields: Fields = field(default_factory=Fields)
    part: str = ""
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BadPart:
    """A row or member that gave no document."""

    part: str
    reason: str
    kind: FailureKind = "failed"


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive or a mail, still to be read."""

    name: str
    data: bytes


Found = Extract | BadPart | Member
"""What a reader gives, one after the other."""
