"""Bounded reading: what a file claims of its size is not believed."""

from __future__ import annotations

from typing import BinaryIO

from assistant.errors import SourceTooLarge

__all__ = ["read_all"]


def read_all(stream: BinaryIO, limit: int) -> bytes:
    """Read to the end.

    Raises:
        SourceTooLarge: there is more than `limit` bytes.
    """
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise SourceTooLarge(f"expected at most {limit:,} bytes, found more")
    return data
