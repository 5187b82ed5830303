"""CSV and JSON Lines: one document per row, streamed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from assistant.errors import SourceError, SourceTooLarge
from assistant.sources.items import BadPart, Extract, Fields, Found, ReadOptions
from assistant.sources.metadata import text_of
from assistant.sources.text import encoding_of

__all__ = ["read_csv", "read_csv_gz", "read_jsonl", "read_jsonl_gz", "read_tsv"]

_SAMPLE = 1 << 20
_FREE = 10 << 20
"""Bytes that may come out of a gzip file however small it is."""


def read_jsonl(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read JSON Lines; ``row 3`` is the third line, empty lines counted."""
    number = 0
    while line := stream.readline(options.max_bytes + 1):
        number += 1
        if len(line) > options.max_bytes:
            raise SourceTooLarge(
                f"row {number}: expected at most {options.max_bytes:,} bytes, found more"
            )
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield _json_row(line, f"row {number}", options)


def _json_row(line: bytes, part: str, options: ReadOptions) -> Found:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return BadPart(part, f"expected UTF-8: {error.reason} at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return BadPart(part, f"not well-formed JSON: {error}")
    if not isinstance(row, dict):
        return BadPart(part, "expected a JSON object, found another value")
    return _document(row, part, options)


def read_csv(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read CSV with a header; ``row 3`` is the third record after it.

    The separator is the one of comma, semicolon, tab and bar that the header has most of.
    """
    return _read_table(stream, options, separators=",;\t|")


def read_tsv(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read tab-separated values with a header."""
    return _read_table(stream, options, separators="\t")


def read_jsonl_gz(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read gzipped JSON Lines."""
    return read_jsonl(_unzipped(stream, options), options)


def read_csv_gz(stream: BinaryIO, options: ReadOptions) -> Iterator[Found]:
    """Read gzipped CSV."""
    return read_csv(_unzipped(stream, options), options)


def _read_table(stream: BinaryIO, options: ReadOptions, *, separators: str) -> Iterator[Found]:
    sample = stream.read(_SAMPLE)
    encoding = encoding_of(sample, cut=len(sample) == _SAMPLE)
    stream.seek(0)
    first = sample.decode(encoding, errors="replace").partition("\n")[0]
    separator = max(separators, key=first.count)
    csv.field_size_limit(
        options.max_bytes
    )  # the module's default, 128 KiB, is less than an article
    lines = io.TextIOWrapper(stream, encoding=encoding, newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    records = _records(reader)
    try:
        header = _header(next(records, []), options)
        for number, record in enumerate(records, start=1):
            yield _table_row(record, header, f"row {number}", options)
    except UnicodeDecodeError as error:
        raise SourceError(f"after line {reader.line_num}: expected {encoding}: {error}") from error
    finally:
        lines.detach()  # the stream is the caller's to close


def _records(reader: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """Give the records that are not empty, and errors in place of those not well formed."""
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield error
        else:
            if record:
                yield record


def _header(record: list[str] | csv.Error, options: ReadOptions) -> list[str]:
    if isinstance(record, csv.Error):
        raise SourceError(f"not well-formed CSV: {record}")
    if options.text not in record:
        raise SourceError(
            f"expected a column {options.text!r} with the text, found {', '.join(record)[:200]}: "
            "give the name of the column that holds it"
        )
    return record


def _table_row(
    record: list[str] | csv.Error, header: list[str], part: str, options: ReadOptions
) -> Found:
    if isinstance(record, csv.Error):
        return BadPart(part, f"not well-formed CSV: {record}")
    if len(record) != len(header):
        return BadPart(part, f"expected {len(header)} fields, found {len(record)}")
    return _document(dict(zip(header, record, strict=True)), part, options)


def _document(row: Mapping[str, object], part: str, options: ReadOptions) -> Found:
    text = row.get(options.text)
    if not isinstance(text, str):
        return BadPart(part, f"expected a string in {options.text!r}, found {_kind(text)}")
    merged = dict(row)
    if isinstance(meta := row.get("meta"), dict):
        del merged["meta"]
        merged = meta | merged
    del merged[options.text]
    known = {
        "id": options.id,
        "title": options.title,
        "language": options.language,
        "publisher": options.publisher,
        "author": options.author,
        "date": options.date,
        "url": options.url,
    }
    fields = {field: text_of(merged.pop(name, None)) for field, name in known.items()}
    metadata = {key: value for key, v in merged.items() if (value := text_of(v))}
    return Extract(text, Fields(**fields, metadata=metadata), part)


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__


class _Unzipped(io.RawIOBase):
    """The content of a gzip file, refused when it grows beyond what real text packs to."""

    def __init__(self, stream: BinaryIO, ratio: int) -> None:
        self._allowed = max(_FREE, ratio * stream.seek(0, io.SEEK_END))
        stream.seek(0)
        self._content = gzip.GzipFile(fileobj=stream, mode="rb")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._content.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        try:
            count = self._content.readinto(buffer)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(f"not a whole gzip file: {error}") from error
        if self._content.tell() > self._allowed:
            raise SourceTooLarge(f"expected at most {self._allowed:,} bytes unpacked, found more")
        return count


def _unzipped(stream: BinaryIO, options: ReadOptions) -> BinaryIO:
    return io.BufferedReader(_Unzipped(stream, options.archive_ratio))
