"""Messages between the reader and its worker: a length, JSON, and bytes where there are any."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import IO, Any

from assistant.sources.items import BadPart, Extract, Fields, Member, ReadOptions

__all__ = ["Done", "Failed", "Message", "Request", "receive", "send"]

_LENGTHS = struct.Struct(">IQ")


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for a file to be read by the reader of its suffix."""

    suffix: str
    options: ReadOptions
    data: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """The file as a whole could not be read."""

    error: str
    """Name of the class in `assistant.errors`; another one is a defect of the reader."""
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The file has been read to its end."""


Message = Request | Extract | BadPart | Member | Failed | Done
_TYPES: dict[str, Any] = {
    cls.__name__: cls for cls in (Request, Extract, BadPart, Member, Failed, Done)
}


def send(stream: IO[bytes], message: Message) -> None:
    """Write a message; raises OSError where the other side is gone."""
    fields = asdict(message)
    data = fields.pop("data", b"")
    head = json.dumps([type(message).__name__, fields]).encode()
    stream.write(_LENGTHS.pack(len(head), len(data)))
    stream.write(head)
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """Read a message; None where the other side is gone, or no longer makes sense."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, data_length = _LENGTHS.unpack(lengths)
    head, data = stream.read(head_length), stream.read(data_length)
    if len(head) < head_length or len(data) < data_length:
        return None
    try:
        name, fields = json.loads(head)
        return _message(name, fields, data)
    except (ValueError, TypeError, KeyError):  # a process that was damaged, not one of ours
        return None


def _message(name: str, fields: dict[str, Any], data: bytes) -> Message:
    if name in ("Request", "Member"):
        fields["data"] = data
    if "options" in fields:
        fields["options"] = ReadOptions(**fields["options"])
    if "fields" in fields:
        fields["fields"] = Fields(**fields["fields"])
        fields["page_starts"] = tuple(fields["page_starts"])
    message: Message = _TYPES[name](**fields)
    return message
