"""What a visitor is told of a document's name and place."""

from __future__ import annotations

from pathlib import PurePosixPath

from assistant.datatypes import DocumentRef
from assistant.ui.uploads import UPLOADS

__all__ = ["name_of", "place_of"]


def name_of(ref: DocumentRef) -> str:
    """Give what a document is called: its title, else its file's name or address, else its id."""
    return ref.title or place_of(ref.uri) or ref.id


def place_of(uri: str) -> str:
    """Give what a visitor may know of a place: an address as it is, of a path the last part.

    Of what was dropped here, the folders that were dropped are his own, and stay.
    """
    if "://" in uri and not uri.startswith("file://"):
        return uri
    parts = PurePosixPath(uri.removeprefix("file://")).parts
    if UPLOADS in parts:
        inside = parts[parts.index(UPLOADS) + 2 :]
        return "/".join(inside) or parts[-1]
    return parts[-1] if parts else uri
