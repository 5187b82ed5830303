"""Word, PowerPoint and Excel → Markdown, by markitdown."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from assistant.errors import MissingExtra, SourceError
from assistant.sources.items import Extract, Fields, Found, ReadOptions
from assistant.sources.limits import open_zip, read_all, read_entry
from assistant.sources.pdf import join_pages
from assistant.sources.xml import dublin_core, parse_xml

if TYPE_CHECKING:
    from markitdown import DocumentConverter

__all__ = ["markdown_of", "read_docx", "read_pptx", "read_xlsx"]

_SLIDE = re.compile(r"<!-- Slide number: \d+ -->\n?")
_PICTURE = re.compile(r"^!\[[^\]\n]*\]\([^)\n]*\)\n?", re.MULTILINE)
_EMPTY_CELL = re.compile(r"(?<=\| )(?:NaN|Unnamed: \d+) (?=\|)")  # as pandas calls them
_PLAIN = {
    # the text is quoted, not rendered: neither backslashes nor pictures nor targets of links
    "escape_asterisks": False,
    "escape_underscores": False,
    "escape_misc": False,
    "strip": ["img", "a"],
}


def read_docx(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read a Word document."""
    data, fields = _checked(stream, options)
    yield Extract(markdown_of(data, ".docx"), fields)


def read_pptx(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read a presentation; a slide is a page."""
    data, fields = _checked(stream, options)
    slides = _SLIDE.split(markdown_of(data, ".pptx"))[1:]
    text, page_starts = join_pages([_PICTURE.sub("", slide).strip() for slide in slides])
    yield Extract(text, fields, page_starts=page_starts)


def read_xlsx(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read a workbook: a table per sheet."""
    data, fields = _checked(stream, options)
    yield Extract(_EMPTY_CELL.sub("", markdown_of(data, ".xlsx")), fields)


def markdown_of(data: bytes, suffix: str) -> str:
    """Convert by the converter of the suffix, which is known: no guessing from the content.

    Raises:
        MissingExtra: markitdown is not installed.
        SourceError: it could not convert the file.
    """
    try:
        from markitdown import MarkItDownException, StreamInfo

        converter = _converter(suffix)
    except ImportError as error:
        raise MissingExtra(f"reading {suffix}", "office") from error
    try:
        result = converter.convert(BytesIO(data), StreamInfo(extension=suffix), **_PLAIN)
    except (MarkItDownException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise SourceError(f"not a whole {suffix} file: {type(error).__name__}: {error}") from error
    text: str = result.markdown
    return text


def _converter(suffix: str) -> DocumentConverter:
    from markitdown import converters

    kinds: dict[str, Callable[[], DocumentConverter]] = {
        ".docx": converters.DocxConverter,
        ".pptx": converters.PptxConverter,
        ".xlsx": converters.XlsxConverter,
        ".xhtml": converters.HtmlConverter,
    }
    return kinds[suffix]()


def _checked(stream: BinaryIO, options: ReadOptions) -> tuple[bytes, Fields]:
    """Unpack once what the converter is going to unpack, and read the properties.

    Raises:
        SourceError: an archive out of bounds, or XML with a document type: OOXML has none, and the
            converter's parsers would expand its entities.
    """
    data = read_all(stream, options.max_bytes)
    fields = Fields()
    with open_zip(data, options) as archive:
        for entry in archive.infolist():
            content = read_entry(archive, entry)
            if entry.filename.endswith((".xml", ".rels", ".vml")) and _has_doctype(content):
                raise SourceError(f"{entry.filename}: XML with a document type is not read")
            if entry.filename == "docProps/core.xml":
                fields = dublin_core(parse_xml(content))
    return data, fields


def _has_doctype(content: bytes) -> bool:
    return any("<!DOCTYPE".encode(e) in content for e in ("utf-8", "utf-16-le", "utf-16-be"))
