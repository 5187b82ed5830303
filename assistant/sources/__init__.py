"""Files and URLs → documents."""

from assistant.sources.finding import find
from assistant.sources.items import (
    READER_VERSION,
    Part,
    ReadOptions,
    SourceFailure,
    SourceItem,
)
from assistant.sources.reader import SourceReader

__all__ = [
    "READER_VERSION",
    "Part",
    "ReadOptions",
    "SourceFailure",
    "SourceItem",
    "SourceReader",
    "find",
]
