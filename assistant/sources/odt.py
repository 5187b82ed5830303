"""OpenDocument text → its paragraphs, headings, lists and tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from assistant.errors import SourceError
from assistant.sources.items import Extract, Fields, Found, ReadOptions
from assistant.sources.limits import open_zip, read_all, read_entry
from assistant.sources.xml import dublin_core, local_name, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["read_odt"]

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ASIDE = {"annotation", "annotation-end", "note", "tracked-changes", "forms", "script"}


def read_odt(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read an OpenDocument text; footnotes and comments, which break sentences, are left out."""
    with open_zip(read_all(stream, options.max_bytes), options) as archive:
        parts = {entry.filename: entry for entry in archive.infolist()}
        if "content.xml" not in parts:
            raise SourceError("expected an OpenDocument text with a content.xml, found none")
        body = parse_xml(read_entry(archive, parts["content.xml"]))
        about = parts.get("meta.xml")
        fields = dublin_core(parse_xml(read_entry(archive, about))) if about else Fields()
    yield Extract("\n\n".join(filter(None, _blocks(body))), fields)


def _blocks(element: Element) -> Iterator[str]:
    """Give the paragraphs, lists and tables below an element."""
    name = local_name(element)
    if name in _ASIDE:
        return
    if name == "p":
        yield _inline(element).strip()
    elif name == "h":
        level = int(element.get(f"{_TEXT}outline-level", "1"))
        yield f"{'#' * level} {_inline(element).strip()}"
    elif name in ("list", "table"):
        yield "\n".join(block for child in element for block in _blocks(child))
    elif name == "list-item":
        yield "- " + "\n".join(block for child in element for block in _blocks(child))
    elif name == "table-row":
        cells = (" ".join(block for part in cell for block in _blocks(part)) for cell in element)
        yield f"| {' | '.join(cells)} |"
    else:
        for child in element:
            yield from _blocks(child)


def _inline(element: Element) -> str:
    """Give a paragraph's characters, its written-out spaces, tabs and line breaks included."""
    name = local_name(element)
    if name in _ASIDE:
        return ""
    if name == "s":
        return " " * min(int(element.get(f"{_TEXT}c", "1")), 100)
    if name in ("tab", "line-break"):
        return "\t" if name == "tab" else "\n"
    text = element.text or ""
    return text + "".join(_inline(child) + (child.tail or "") for child in element)
