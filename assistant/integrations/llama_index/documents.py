"""Documents that a reader of llama-index has read → the library, by its own way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from llama_index.core.schema import Document

from assistant.assistant import Assistant
from assistant.errors import SourceError
from assistant.ingest import SyncReport, take_in
from assistant.sources import Part, SourceFailure, SourceItem
from assistant.sources.documents import make_part
from assistant.sources.items import Extract, Fields
from assistant.sources.metadata import fields_of

__all__ = ["add_documents"]

_ROOT = "llama-index"
_PLACES = ("url", "URL", "source", "link", "file_path")
_LEFT_OUT = {"file_path", "file_name", "page_label"}  # they name the place, or a part of it


def add_documents(assistant: Assistant, documents: Sequence[Document]) -> SyncReport:
    """Add what any reader of llama-index has read; again, and it is brought up to date.

    A document keeps its id. Of its metadata, `title`, `author`, `publisher`, `date`, `language`
    and `url` (or what readers call them) become the fields of the same names, the rest stays as
    metadata; the language is recognised where nothing tells it. Documents of one file or URL are
    its parts, and replace those that were read from it before.

    Here `assistant` is an `Assistant`.

    >>> from llama_index.core import Document
    >>> article = Document(text="The owl sleeps.", id_="owl", metadata={"publisher": "The Owl"})
    >>> report = add_documents(assistant, [article])
    >>> assistant.library.document("owl").ref.publisher
    'The Owl'
    """
    by_place: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_place[_place(document)].append(document)
    read: dict[SourceItem, list[Part | SourceFailure]] = {}
    for place, found in by_place.items():
        item = SourceItem(place, _ROOT)
        names = [_part(document, n) for n, document in enumerate(found, start=1)]
        if len(found) == 1 or len(set(names)) < len(names):
            names = [""] if len(found) == 1 else [f"document {n}" for n in range(1, len(names) + 1)]
        read[item] = [
            _read(document, item, name) for document, name in zip(found, names, strict=True)
        ]
    with assistant.writing() as library:
        return take_in(library, assistant.encoder, read)


def _read(document: Document, item: SourceItem, part: str) -> Part | SourceFailure:
    metadata = {key: value for key, value in document.metadata.items() if key not in _LEFT_OUT}
    title = document.metadata.get("title") or document.metadata.get("file_name", "")
    fields = fields_of({**metadata, "title": title, "id": document.id_})
    try:
        return make_part(Extract(document.text, fields, part), item, Fields())
    except SourceError as error:
        return SourceFailure(item.uri, item.root, f"{document.id_}: {error}", part=part)


def _place(document: Document) -> str:
    """Say where a document is from: a URL or a file, else its id stands for a place."""
    for name in _PLACES:
        place = str(document.metadata.get(name, ""))
        if place.startswith(("http://", "https://")):
            return place
    file = document.metadata.get("file_path")
    return Path(file).absolute().as_posix() if file else f"{_ROOT}:{document.id_}"


def _part(document: Document, n: int) -> str:
    label = document.metadata.get("page_label")
    return f"page {label}" if label else f"document {n}"
