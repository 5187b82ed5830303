"""Zip archives → the files in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.items import BadPart, Found, Member, ReadOptions
from assistant.sources.limits import open_zip, read_all, read_entry, unsafe_name
from assistant.sources.metadata import sidecar_owner

__all__ = ["read_zip"]


def read_zip(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Give the files of an archive in the order of their names; what has no reader is not unpacked.

    Raises:
        SourceError: no archive, one out of bounds, or one too deep inside others.
    """
    from assistant.sources.kinds import kind_of  # which names this module among the readers

    if options.archive_depth < 1:
        raise SourceError("an archive too deep inside other archives")
    with open_zip(read_all(stream, options.max_bytes), options) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            name = entry.filename
            hidden = any(step.startswith((".", "__MACOSX")) for step in name.split("/"))
            if entry.is_dir():
                continue
            if reason := unsafe_name(entry):
                yield BadPart(name, reason)
            elif hidden:
                yield BadPart(name, "hidden: its name begins with a dot", "skipped")
            elif kind_of(name) is None and not sidecar_owner(name):
                yield BadPart(name, "no reader for this kind of file", "skipped")
            else:
                try:
                    yield Member(name, read_entry(archive, entry))
                except SourceError as error:
                    yield BadPart(name, str(error))
