"""HTML → the article's text, with title, author, date, publisher and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.items import Extract, Fields, Found, ReadOptions
from assistant.sources.limits import read_all

__all__ = ["read_html"]


def read_html(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read an article: navigation, comments and advertisements are left out."""
    import trafilatura

    data = read_all(stream, options.max_bytes)
    tree = trafilatura.load_html(data)
    if tree is None and re.search(rb"<[A-Za-z]", data):
        tree = trafilatura.load_html(b"<html>" + data)  # a fragment is taken for no HTML
    if tree is None:
        raise SourceError("expected an HTML page, found nothing that parses as one")
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    page = trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        # a date that merely occurs in the text says nothing of when it was published
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if page is None:
        raise SourceError("no article text found in the page")
    fields = Fields(
        title=page.title or "",
        author=page.author or "",
        publisher=page.sitename or "",
        date=page.date or "",
        language=language,
        url=page.url or "",
    )
    yield Extract(page.text, fields)
