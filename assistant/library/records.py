"""The nouns of a library: what is put in, and what it tells about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Document, Passage
from assistant.models.encoders import EncoderIdentity

__all__ = [
    "CheckReport",
    "LibraryInfo",
    "Location",
    "PreparedDocument",
    "SourceRecord",
    "SourceRow",
    "SourceStat",
]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a document was found."""

    source: str
    """URI of the file or URL."""
    part: str = ""
    """``row 3``, ``inner/file.txt`` in an archive; empty = the whole file."""
    declared_id: str = ""
    """Id that the source gave (JSONL ``doc_id``); an alias of the document."""


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document cut and embedded, ready to be staged."""

    document: Document
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    """Unit length, shape ``(len(passages), dimension)``."""
    embedded_as: tuple[bytes, ...]
    """16-byte digest of each text that the encoder was given."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One file or URL, whole: what a sync found there."""

    uri: str
    root: str
    """The folder or argument that it was found under."""
    size: int
    mtime_ns: int
    reader: str
    """Version and options of the reader; changed = read again."""
    locations: tuple[tuple[Location, str], ...]
    """With the SHA-256 of the document at each; empty with `error`."""
    error: str = ""
    """Why the source could not be read; its old documents are then kept as they are."""


class SourceStat(NamedTuple):
    """What a sync compares to know that a source is unchanged."""

    size: int
    mtime_ns: int
    reader: str
    error: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source in a listing."""

    uri: str
    root: str
    status: str
    """``ok`` or ``failed``."""
    error: str
    documents: tuple[str, ...]
    """Ids of the documents found there."""
    synced_at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryInfo:
    """What a library holds and in what state it is."""

    path: str
    library_id: str
    schema_version: int
    version: int
    """Counts the publications; what a reader watches."""
    encoder: EncoderIdentity
    documents: int
    staged: int
    passages: int
    sources: int
    failed: int
    languages: Mapping[str, int]
    """Documents of each language."""
    bytes_on_disk: int
    dense: str
    """``current``, ``behind``, ``unclean``, ``none`` or ``off``: which index answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What an exhaustive check found."""

    documents: int
    passages: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    """What was not checked, and why; what is behind and will catch up."""
    unreachable: int = 0
    """Passages that the dense index holds and does not find when asked for themselves."""

    @property
    def ok(self) -> bool:
        return not self.problems
