"""Mail (EML) → its text, and the files attached to it."""

from __future__ import annotations

import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from io import BytesIO
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.html import read_html
from assistant.sources.items import BadPart, Extract, Fields, Found, Member, ReadOptions
from assistant.sources.limits import read_all
from assistant.sources.text import decode

__all__ = ["read_eml"]


def read_eml(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read a mail: the plain text if there is one, else the HTML; then what is attached."""
    data = read_all(stream, options.max_bytes)
    message = BytesParser(policy=email.policy.default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise SourceError("expected a mail with headers, found none")
    body = _body(message, options)
    attached = list(_attached(message, options))
    if body.strip() or not attached:
        yield Extract(body, _fields(message))
    yield from attached


def _fields(message: EmailMessage) -> Fields:
    headers = {name: str(message.get(name, "")) for name in ("from", "to", "message-id")}
    name, address = parseaddr(headers["from"])
    return Fields(
        title=str(message.get("subject", "")),
        author=name or address,
        date=str(message.get("date", "")),
        metadata={name: value for name, value in headers.items() if value},
    )


def _body(message: EmailMessage, options: ReadOptions) -> str:
    part = message.get_body(("plain", "html"))
    if not isinstance(part, EmailMessage):
        return ""
    text = _text(part)
    if part.get_content_type() == "text/plain" or not text.strip():
        return text
    try:
        [page] = read_html(BytesIO(text.encode()), options)
    except SourceError:  # markup without text: a mail that only brings what is attached
        return ""
    assert isinstance(page, Extract)
    return page.text


def _text(part: EmailMessage) -> str:
    try:
        content = part.get_content()
    except (LookupError, ValueError):  # a charset that nobody knows
        content = decode(_bytes(part))
    return content if isinstance(content, str) else ""


def _attached(message: EmailMessage, options: ReadOptions) -> Iterator[Found]:
    from assistant.sources.kinds import kind_of  # which names this module among the readers

    for number, part in enumerate(message.iter_attachments(), start=1):
        suffix = ".eml" if part.get_content_type() == "message/rfc822" else ""
        name = part.get_filename() or f"attachment-{number}{suffix}"
        name = name.replace("\\", "/").rpartition("/")[2]
        if kind_of(name) is None:
            yield BadPart(name, "no reader for this kind of file", "skipped")
        elif options.archive_depth < 1:
            yield BadPart(name, "too deep inside other archives and mails")
        else:
            yield Member(name, _bytes(part))


def _bytes(part: EmailMessage) -> bytes:
    """Give the content of a part; of an attached mail, the mail."""
    if part.get_content_type() == "message/rfc822":
        return b"".join(bytes(mail) for mail in part.iter_parts())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
