"""Another title for a document that the library holds."""

from __future__ import annotations

from dataclasses import replace

from assistant.errors import InvalidInput
from assistant.library import Library, PreparedDocument
from assistant.models.encoders import Encoder
from assistant.passages import embedding_digest, embedding_text, split
from assistant.reextraction import reextract

__all__ = ["retitle"]

_LONGEST = 300


def retitle(library: Library, encoder: Encoder, id: str, *, title: str) -> None:
    """Give a document a title of the user's, which holds until its source is read again.

    The title is embedded with the passages, so they are embedded anew.

    Raises:
        InvalidInput: the title is empty or too long.
        DocumentNotFound: there is no such document.
    """
    title = " ".join(title.split())
    if not 0 < len(title) <= _LONGEST:
        raise InvalidInput(f"Expected a title of 1 to {_LONGEST} characters, found {len(title)}")
    document = library.document(id)
    renamed = replace(document, ref=replace(document.ref, title=title))
    passages = split(renamed, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens)
    texts = [embedding_text(passage) for passage in passages]
    digests = tuple(embedding_digest(text) for text in texts)
    library.stage([PreparedDocument(renamed, tuple(passages), encoder.encode(texts), digests)])
    reextract(library, staged=True)
    library.publish([], renewed=[renamed.ref.sha256])
