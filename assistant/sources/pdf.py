"""PDF → the text of its pages, with the offset at which each begins."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.items import Extract, Fields, Found, ReadOptions
from assistant.sources.limits import read_all

__all__ = ["join_pages", "read_pdf", "unwrap"]

_HYPHEN = re.compile("[\ufffe\x02]\r?\n?")  # what PDFium writes for a hyphen at a line's end

_COLUMN = 30  # characters: no text is set narrower, so shorter lines are headings or verse


def read_pdf(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read a PDF: the lines of a paragraph become one, a page begins where the last one ends."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(read_all(stream, options.max_bytes))
        pages = [unwrap(page.get_textpage().get_text_range()) for page in pdf]
        about = pdf.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"not a readable PDF, or locked by a password: {error}") from error
    text, page_starts = join_pages(pages)
    fields = Fields(title=about["Title"], author=about["Author"], date=about["CreationDate"])
    yield Extract(text, fields, page_starts=page_starts)


def unwrap(page: str) -> str:
    r"""Join the lines that were broken for want of room, and words that were hyphenated.

    A line was broken for that where the first word of the next would not have fitted.

    >>> unwrap("Le maire a annoncé que le pont resterait\r\nfermé.\r\nPersonne n'est blessé.")
    "Le maire a annoncé que le pont resterait fermé.\nPersonne n'est blessé."
    """
    lines = [line.strip() for line in _HYPHEN.sub("", page).splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    width = max(_COLUMN, lengths[int(0.95 * (len(lengths) - 1))])  # the longest may be an outlier
    text = lines[0]
    for line, following in itertools.pairwise(lines):
        word = following.partition(" ")[0]
        text += (" " if word and len(line) + 1 + len(word) > 0.85 * width else "\n") + following
    return text.strip()


def join_pages(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """Join pages, within a sentence by a space, else by an empty line; give where each begins."""
    text = ""
    starts = []
    for page in pages:
        if text and page:
            text += " " if page[0].islower() else "\n\n"
        starts.append(len(text))
        text += page
    return text, tuple(starts)
