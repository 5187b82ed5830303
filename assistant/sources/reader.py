"""A file or URL → its documents."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from assistant.errors import MissingExtra, SourceError, SourceTooLarge, UnsupportedSource
from assistant.sources.documents import make_part
from assistant.sources.finding import sidecar_of
from assistant.sources.items import (
    BadPart,
    Extract,
    Fields,
    Found,
    Member,
    Part,
    ReadOptions,
    SourceFailure,
    SourceItem,
)
from assistant.sources.kinds import kind_of, suffix_of
from assistant.sources.limits import read_all
from assistant.sources.metadata import SIDECAR_SUFFIXES, parse_sidecar, sidecar_owner
from assistant.sources.sandbox import Sandbox
from assistant.sources.web import fetch
from assistant.sources.wire import Request

__all__ = ["SourceReader"]


@dataclass(slots=True)
class _Allowance:
    """What is left for a source with all the files inside it."""

    bytes: int
    entries: int
    seconds: float


class SourceReader:
    """Reads sources one after the other; owns the process that parses what is risky to parse.

    One reader serves one thread.
    """

    def __init__(self, options: ReadOptions | None = None) -> None:
        self._options = options or ReadOptions()
        self._sandbox = Sandbox()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the parsing process."""
        self._sandbox.close()

    def read(self, item: SourceItem) -> Iterator[Part | SourceFailure]:
        """Read the documents of a source; a row or member that gives none is a `SourceFailure`.

        Raises:
            SourceError: nothing of the source can be read (any more).
            MissingExtra: the reader of this kind of file is not installed.
        """
        try:
            name, stream, beside = self._open(item)
            with stream:
                yield from self._parts(name, stream, item, beside)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}") from error

    def _open(self, item: SourceItem) -> tuple[str, BinaryIO, Fields]:
        if item.path is None:
            fetched = fetch(item.uri, self._options)
            return fetched.name, io.BytesIO(fetched.data), Fields()
        named = Path(item.uri)
        sidecar = sidecar_of(named)
        beside = Fields()
        if sidecar:
            with _open_file(sidecar) as opened:
                beside = parse_sidecar(sidecar.name, read_all(opened, self._options.max_bytes))
        return named.name, _open_file(item.path), beside

    def _parts(
        self, name: str, stream: BinaryIO, item: SourceItem, beside: Fields
    ) -> Iterator[Part | SourceFailure]:
        options = self._options
        allowance = _Allowance(options.archive_bytes, options.archive_entries, 10 * options.seconds)
        empty = True
        for found in self._documents(name, stream, allowance, depth=0):
            empty = False
            if isinstance(found, BadPart):
                yield _failure(item, found)
                continue
            try:
                yield make_part(found, item, beside)
            except SourceError as error:
                if not found.part:
                    raise
                yield _failure(item, BadPart(found.part, str(error)))
        if empty:
            raise SourceError("no document found in it: it is empty")

    def _documents(
        self, name: str, stream: BinaryIO, allowance: _Allowance, *, depth: int
    ) -> Iterator[Extract | BadPart]:
        """Read the documents of a file, then those of the files inside it."""
        kind = kind_of(name)
        if kind is None:
            raise UnsupportedSource(f"no reader for {suffix_of(name) or 'such a file'}")
        reading: Iterable[Found] = (
            self._parse(suffix_of(name), stream, allowance, depth=depth)
            if kind.sandboxed
            else kind.read(stream, self._options)
        )
        members: dict[str, Member] = {}
        for found in reading:
            if isinstance(found, Member) and found.name in members:
                yield BadPart(found.name, "a second file of the same name")
            elif isinstance(found, Member):
                members[found.name] = found
            elif isinstance(found, Extract):
                yield replace(found, fields=replace(found.fields, media_type=kind.media_type))
            else:
                yield found
        allowance.bytes -= sum(len(member.data) for member in members.values())
        allowance.entries -= len(members)
        for member in members.values():
            if sidecar_owner(member.name) not in members:
                yield from self._member(member, members, allowance, depth=depth + 1)

    def _parse(
        self, suffix: str, stream: BinaryIO, allowance: _Allowance, *, depth: int
    ) -> list[Found]:
        """Let the worker read a file, within what is left for the source."""
        if allowance.seconds <= 0:
            raise SourceTooLarge("what it is in took too long to read already")
        options = replace(
            self._options,
            archive_bytes=allowance.bytes,
            archive_entries=allowance.entries,
            archive_depth=self._options.archive_depth - depth,
        )
        request = Request(suffix, options, read_all(stream, options.max_bytes))
        started = time.monotonic()
        try:
            return self._sandbox.read(request, seconds=min(options.seconds, allowance.seconds))
        finally:
            allowance.seconds -= time.monotonic() - started

    def _member(
        self,
        member: Member,
        siblings: Mapping[str, Member],
        allowance: _Allowance,
        *,
        depth: int,
    ) -> Iterator[Extract | BadPart]:
        """Read a file inside a file; what goes wrong stays inside."""
        try:
            beside = _sidecar_among(siblings, member.name)
            stream = io.BytesIO(member.data)
            for found in self._documents(member.name, stream, allowance, depth=depth):
                yield _inside(member.name, found, beside)
        except (SourceError, MissingExtra) as error:
            skipped = isinstance(error, UnsupportedSource)
            yield BadPart(member.name, str(error), "skipped" if skipped else "failed")


def _open_file(path: Path) -> BinaryIO:
    """Open a regular file; what was one when it was found may be a link or a pipe by now."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnsupportedSource("not a regular file")
    return os.fdopen(descriptor, "rb")


def _sidecar_among(siblings: Mapping[str, Member], name: str) -> Fields:
    for suffix in SIDECAR_SUFFIXES:
        if sidecar := siblings.get(name + suffix):
            return parse_sidecar(sidecar.name, sidecar.data)
    return Fields()


def _inside(name: str, found: Extract | BadPart, beside: Fields) -> Extract | BadPart:
    part = f"{name}/{found.part}" if found.part else name
    if isinstance(found, BadPart):
        return replace(found, part=part)
    fields = found.fields.over(beside) if found.part else beside.over(found.fields)
    return replace(found, part=part, fields=fields)


def _failure(item: SourceItem, bad: BadPart) -> SourceFailure:
    return SourceFailure(item.uri, item.root, f"{bad.part}: {bad.reason}", bad.kind, bad.part)
