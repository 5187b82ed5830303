from __future__ import annotations

import io
import struct

import pytest

from assistant.sources.items import BadPart, Extract, Fields, Member, ReadOptions
from assistant.sources.wire import Done, Failed, Message, Request, receive, send

MESSAGES: list[Message] = [
    Request(".html", ReadOptions(text="corps", seconds=1.5), b"<html>\0\xff"),
    Extract("L’été \ud800\0", Fields(title="É", metadata={"a": "b"}), "row 1", (0, 4)),
    BadPart("row 2", "why", "skipped"),
    Member("a/b.txt", bytes(range(256))),
    Failed("SourceError", "why"),
    Done(),
]


def test_messages_arrive_as_they_were_sent() -> None:
    pipe = io.BytesIO()
    for message in MESSAGES:
        send(pipe, message)
    pipe.seek(0)
    assert [receive(pipe) for _ in MESSAGES] == MESSAGES
    assert receive(pipe) is None


@pytest.mark.parametrize("keep", [0, 1, 12, 20, -1])
def test_half_a_message_is_none(keep: int) -> None:
    pipe = io.BytesIO()
    send(pipe, MESSAGES[0])
    assert receive(io.BytesIO(pipe.getvalue()[:keep])) is None


@pytest.mark.parametrize("head", [b"{}", b"[1", b'["Done", {"x": 1}]', b'["os", {}]', b"[[], {}]"])
def test_nonsense_is_none(head: bytes) -> None:
    assert receive(io.BytesIO(struct.pack(">IQ", len(head), 0) + head)) is None
