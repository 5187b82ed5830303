"""The library: documents, passages and vectors in a catalog, and the indexes made from it."""

from assistant.library.browsing import Browsed, Facets, Listed
from assistant.library.library import Library
from assistant.library.records import (
    CheckReport,
    LibraryInfo,
    Location,
    PreparedDocument,
    SourceRecord,
    SourceRow,
    SourceStat,
)

__all__ = [
    "Browsed",
    "CheckReport",
    "Facets",
    "Library",
    "LibraryInfo",
    "Listed",
    "Location",
    "PreparedDocument",
    "SourceRecord",
    "SourceRow",
    "SourceStat",
]
