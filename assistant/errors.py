"""Everything that can go wrong and is the user's to know, as one tree.

AssistantError                    exit code 1
├── InvalidInput                  2   an argument, a file's content or a setting is off
│   ├── DocumentNotFound              none with that id
│   └── ConversationNotFound      2   none with that id, or it is another's
├── SourceError                   1   one source could not be read; the others go on
│   ├── UnsupportedSource             no reader for this kind of file
│   ├── SourceTooLarge                over a limit of size, pages, entries or time
│   └── SourceUnreachable             a URL that did not answer or may not be fetched
├── LLMFailed                     1   a language model that was named gave no answer
├── MissingExtra                  3   an optional dependency is not installed
└── LibraryError                  4   the library as a whole
    ├── LibraryNotFound           4
    ├── LibraryLocked             5   another process is writing
    ├── LibraryIncompatible       6   made by another encoder or a newer version
    ├── LibraryCorrupt            7   catalog and indexes cannot be reconciled
    └── LibraryFull               8   no space left on the disk
"""

from __future__ import annotations

__all__ = [
    "AssistantError",
    "ConversationNotFound",
    "DocumentNotFound",
    "InvalidInput",
    "LLMFailed",
    "LibraryCorrupt",
    "LibraryError",
    "LibraryFull",
    "LibraryIncompatible",
    "LibraryLocked",
    "LibraryNotFound",
    "MissingExtra",
    "SourceError",
    "SourceTooLarge",
    "SourceUnreachable",
    "UnsupportedSource",
]


class AssistantError(Exception):
    """Anything the assistant reports in one readable line: expected, found, remedy."""

    exit_code = 1


class InvalidInput(AssistantError, ValueError):
    """An argument, a file's content or a setting is not what was expected."""

    exit_code = 2


class ConversationNotFound(InvalidInput):
    """There is no such conversation or turn, or it belongs to another."""


class DocumentNotFound(InvalidInput):
    """The library has no document with that id."""


class SourceError(AssistantError):
    """One source could not be read; the others go on."""


class UnsupportedSource(SourceError):
    """No reader for this kind of file."""


class SourceTooLarge(SourceError):
    """A source goes over a limit of size, pages, archive entries or time."""


class SourceUnreachable(SourceError):
    """A URL did not answer, or may not be fetched."""


class LLMFailed(AssistantError):
    """A language model that the user named gave no answer."""


class MissingExtra(AssistantError):
    """An optional dependency is not installed."""

    exit_code = 3

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'source-assistant[{extra}]'")


class LibraryError(AssistantError):
    """The library as a whole."""

    exit_code = 4


class LibraryNotFound(LibraryError):
    """There is no library at this place."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""

    exit_code = 5


class LibraryIncompatible(LibraryError):
    """The library was made by another encoder or by a newer version."""

    exit_code = 6


class LibraryCorrupt(LibraryError):
    """Catalog and indexes cannot be reconciled."""

    exit_code = 7


class LibraryFull(LibraryError):
    """No space left on the disk."""

    exit_code = 8
