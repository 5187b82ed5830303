"""Plain text and Markdown: bytes → exactly their characters, title, front matter."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.items import Extract, Fields, Found, ReadOptions
from assistant.sources.limits import read_all
from assistant.sources.metadata import fields_of, parse_toml, parse_yaml

__all__ = ["decode", "encoding_of", "read_markdown", "read_text"]

_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_HEAD = 16_000
_MAX_TITLE = 160
_FIRST_LINE = re.compile(r"\s*(\S[^\r\n]*?)[ \t]*(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")
_HEADING = re.compile(
    r"^ {0,3}#{1,2}[ \t]+(?P<atx>\S[^\r\n]*?)(?:[ \t]+#+)?[ \t]*$"
    r"|^(?P<setext>\S[^\r\n]*?)[ \t]*\r?\n=+[ \t]*$",
    re.MULTILINE,
)


def read_text(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read plain text: the document is exactly the decoded characters.

    A short first line with a blank line after it is also the title; it stays in the text.
    """
    text = decode(read_all(stream, options.max_bytes))
    yield Extract(text, Fields(title=_first_line(text)))


def read_markdown(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read Markdown: the document is what follows the front matter, markup included."""
    head, body = _split(decode(read_all(stream, options.max_bytes)))
    heading = _HEADING.search(body[:_MAX_HEAD])
    title = (heading["atx"] or heading["setext"]) if heading else _first_line(body)
    yield Extract(body, head.over(Fields(title=title)))


def decode(data: bytes) -> str:
    """Decode as UTF-8, by a byte order mark, or else as Western European.

    Raises:
        SourceError: it is not text.
    """
    try:
        text = data.decode(encoding_of(data))
    except UnicodeDecodeError as error:
        raise SourceError(f"expected text: {error}") from error
    if "\0" in text:
        raise SourceError("expected text, found zero bytes: is it a binary file?")
    return text


def encoding_of(data: bytes, *, cut: bool = False) -> str:
    """Name the codec that decodes `data`, which may be the beginning of something (`cut`).

    Raises:
        SourceError: it is not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=not cut)
    except UnicodeDecodeError:
        return _western(data)
    return "utf-8"


def _western(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # its default threshold, 0.2, refuses a short line with many accents and guillemets; random
    # bytes and PDFs are refused with 0.8 as well
    best = from_bytes(data, cp_isolation=["cp1252", "latin_1"], threshold=0.8).best()
    if best is None:
        raise SourceError("expected text in UTF-8, UTF-16 or cp1252: is it a binary file?")
    return best.encoding


def _split(text: str) -> tuple[Fields, str]:
    """Part the front matter from the text that follows it, of which nothing is changed."""
    from frontmatter import YAMLHandler
    from frontmatter.default_handlers import BaseHandler

    toml = BaseHandler(re.compile(r"^\+{3}\s*$", re.MULTILINE), "+++", "+++")
    for handler, parse in ((YAMLHandler(), parse_yaml), (toml, parse_toml)):
        if not handler.detect(text):
            continue
        try:
            head, body = handler.split(text)
        except ValueError:  # no second fence: a rule, not front matter
            return Fields(), text
        if len(head) > _MAX_HEAD:
            return Fields(), text
        content = parse(head, "front matter")
        if not isinstance(content, dict):  # prose between two rules
            return Fields(), text
        return fields_of(content), re.sub(r"\A\r?\n", "", body)
    return Fields(), text


def _first_line(text: str) -> str:
    match = _FIRST_LINE.match(text)
    line = match[1] if match and re.search(r"[^\W_]", match[1]) else ""
    return line if len(line) <= _MAX_TITLE and not line.endswith((".", ",", ";", ":")) else ""
