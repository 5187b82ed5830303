"""Who says what in a library's documents: found before they are seen, anew by a newer extractor."""

from __future__ import annotations

from assistant.attribution import EXTRACTOR_VERSION, extract
from assistant.library import Library

__all__ = ["reextract"]

_DOCUMENTS_PER_BATCH = 64


def reextract(library: Library, *, staged: bool = False) -> int:
    """Find who says what in the documents that this version of the extractor has not read.

    Nothing is embedded; one that was interrupted goes on where it was.

    Args:
        staged: read those that are about to be published, not those that are seen already.

    Returns:
        Number of documents that were read.
    """
    keys = library.unextracted(EXTRACTOR_VERSION, staged=staged)
    for at in range(0, len(keys), _DOCUMENTS_PER_BATCH):
        documents = library.documents_at(keys[at : at + _DOCUMENTS_PER_BATCH])
        found = {key: extract(document) for key, document in documents.items()}
        library.write_attributions(EXTRACTOR_VERSION, found)
    return len(keys)
