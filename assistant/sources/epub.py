"""EPUB → the text of its chapters in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from assistant.errors import SourceError
from assistant.sources.items import Extract, Found, ReadOptions
from assistant.sources.limits import open_zip, read_all, read_entry
from assistant.sources.office import markdown_of
from assistant.sources.xml import dublin_core, local_name, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["read_epub"]


def read_epub(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read a book; markitdown's own reader would put the metadata into the text."""
    with open_zip(read_all(stream, options.max_bytes), options) as archive:
        files = {entry.filename: entry for entry in archive.infolist()}

        def content(name: str) -> bytes:
            if name not in files:
                raise SourceError(f"expected an EPUB with {name!r} in it, found none")
            return read_entry(archive, files[name])

        container = parse_xml(content("META-INF/container.xml"))
        package_name = next((path for path in _values(container, "rootfile", "full-path")), "")
        package = parse_xml(content(package_name))
        folder = posixpath.dirname(package_name)
        chapters = [
            markdown_of(content(posixpath.normpath(posixpath.join(folder, name))), ".xhtml")
            for name in _spine(package)
        ]
    yield Extract("\n\n".join(filter(None, chapters)), dublin_core(package))


def _spine(package: Element) -> Iterator[str]:
    """Give the names of the chapters' files in reading order."""
    items = [element for element in package.iter() if local_name(element) == "item"]
    names = {item.get("id"): unquote(item.get("href", "")) for item in items}
    return (names[key] for key in _values(package, "itemref", "idref") if key in names)


def _values(root: Element, tag: str, attribute: str) -> Iterator[str]:
    return (element.get(attribute, "") for element in root.iter() if local_name(element) == tag)
