"""What a reader took from a file → a document."""

from __future__ import annotations

import re

from assistant.datatypes import Document
from assistant.errors import SourceError
from assistant.language import detect
from assistant.sources.dates import iso_date
from assistant.sources.items import Extract, Fields, Part, SourceItem
from assistant.sources.metadata import text_of

__all__ = ["make_part"]

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")


def make_part(extract: Extract, item: SourceItem, beside: Fields) -> Part:
    """Make the document; `beside` is what the source's sidecar says.

    For a document that is the whole source the sidecar has the last word, for a row or a member
    it fills gaps.

    Raises:
        SourceError: there is no text, or text that no encoding can write.
    """
    text = extract.text
    if not text.strip():
        scanned = ": a scanned PDF? It needs text recognition first" if extract.page_starts else ""
        raise SourceError(f"no text found{scanned}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"half a surrogate pair at character {error.start}") from error
    fields = extract.fields.over(beside) if extract.part else beside.over(extract.fields)
    language = _primary(fields.language) or detect(text)
    published = iso_date(fields.date, language=language)
    metadata = dict(fields.metadata)
    if fields.date and not published:
        metadata.setdefault("date", fields.date)
    uri = f"{item.uri}#{extract.part}" if extract.part else item.uri
    if item.path and fields.url:
        if re.match(r"https?://", fields.url):  # a link of the page: no javascript:
            uri = fields.url
        else:
            metadata.setdefault("url", fields.url)
    document = Document.of(
        text,
        id=_clean(fields.id),
        page_starts=extract.page_starts,
        title=_clean(fields.title),
        publisher=_clean(fields.publisher),
        author=_clean(fields.author),
        published=published,
        language=language,
        uri=_clean(uri),
        media_type=fields.media_type,
        metadata={_clean(key): _clean(value) for key, value in metadata.items()},
    )
    return Part(document, extract.part, document.id if fields.id else "")


def _primary(language: str) -> str:
    """Keep the language of a BCP 47 code, without region and script: ``fr-CA`` is ``fr``."""
    match = _LANGUAGE.fullmatch(language.strip())
    return match[1].lower() if match else ""


def _clean(text: str) -> str:
    """Make one line of it that any store can hold."""
    return text_of(text).encode("utf-8", "replace").decode()
