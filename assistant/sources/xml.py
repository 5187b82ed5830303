"""XML without entities, and the Dublin Core in which office files and books describe themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import SourceError
from assistant.sources.items import Fields

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["dublin_core", "local_name", "parse_xml"]

_CORE = {
    "title": ("title",),
    "author": ("initial-creator", "creator"),
    "publisher": ("publisher",),
    "date": ("created", "creation-date", "date"),
    "language": ("language",),
}


def parse_xml(data: bytes) -> Element:
    """Parse XML; raises SourceError where it is not well formed or declares entities."""
    from xml.etree.ElementTree import ParseError

    import defusedxml.ElementTree
    from defusedxml import DefusedXmlException

    try:
        root: Element = defusedxml.ElementTree.fromstring(data)
    except DefusedXmlException as error:
        raise SourceError(f"XML that declares entities is not read: {error}") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SourceError(f"not well-formed XML: {error}") from error
    return root


def local_name(element: Element) -> str:
    """Give a tag without its namespace."""
    return element.tag.rpartition("}")[2]


def dublin_core(root: Element) -> Fields:
    """Read title, creators, publisher, date and language, wherever they stand below `root`."""
    values: dict[str, list[str]] = {}
    for element in root.iter():
        if text := (element.text or "").strip():
            values.setdefault(local_name(element), []).append(text)
    known: dict[str, str] = {}
    for field, names in _CORE.items():
        found = next((values[name] for name in names if name in values), [""])
        known[field] = ", ".join(found) if field == "author" else found[0]
    return Fields(metadata={}, **known)
