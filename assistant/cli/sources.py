"""`assistant sources`: what the library holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.options import AsJson, Flags, taking
from assistant.cli.output import one_line, show, write_json
from assistant.datatypes import Document
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.library import Library, Location, SourceRow

__all__ = ["app"]

app = typer.Typer(help="List, show and remove what the library holds.")


@app.command("list")
@taking("library", "chroma")
def list_sources(flags: Flags, *, as_json: AsJson = False) -> None:
    """List the sources: state, number of documents, place."""
    with flags.open_library() as library:
        rows = library.sources()
    if as_json:
        write_json([asdict(row) for row in rows])
        return
    for row in rows:
        show(_summary(row), style="red" if row.error else "")
    show(f"{len(rows)} sources")


@app.command("show")
@taking("library", "chroma")
def show_document(
    flags: Flags,
    document: Annotated[str, typer.Argument(help="Its id, alias, or 8 digits of its SHA-256.")],
    *,
    text: Annotated[bool, typer.Option("--text", help="The text too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a document: what is known of it, where it was found, its text."""
    with flags.open_library() as library:
        found = library.document(document)
        locations = library.locations(document)
    described = _described(found, locations)
    if as_json:
        write_json({**described, "text": found.text} if text else described)
        return
    for name, value in described.items():
        for line in _values(value):
            show(f"{name + ':':<12} {line}")
    if text:
        show()
        show(found.text)


@app.command("remove")
@taking("library", "chroma", "wait")
def remove(
    flags: Flags,
    targets: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="A file, folder or URL, or a document id."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Forget sources and the documents that are nowhere else. No file is deleted."""
    with flags.open_library(write=True) as library:
        rows = library.sources()
        uris = list(dict.fromkeys(uri for t in targets for uri in _named(t, rows, library)))
        documents = library.remove(uris)
    if as_json:
        write_json({"sources": uris, "documents": documents})
        return
    for uri in uris:
        show(f"removed {one_line(uri)}")
    show(f"{len(uris)} sources and {documents} documents removed")


def _summary(row: SourceRow) -> str:
    counted = f"{row.status:<6} {len(row.documents):>6}  {one_line(row.uri)}"
    return f"{counted}: {one_line(row.error)}" if row.error else counted


def _described(document: Document, locations: Sequence[Location]) -> dict[str, Any]:
    return {
        **asdict(document.ref),
        "characters": len(document.text),
        "pages": len(document.page_starts),
        "locations": [asdict(location) for location in locations],
    }


def _values(value: Any) -> list[str]:
    """Put a described value on lines; what is empty gives none."""
    if isinstance(value, dict):
        return [one_line(f"{name}={inner}") for name, inner in value.items()]
    if isinstance(value, list):
        return [one_line(" ".join(str(v) for v in inner.values() if v)) for inner in value]
    return [one_line(str(value))] if value else []


def _named(target: str, rows: Sequence[SourceRow], library: Library) -> list[str]:
    """Find the sources that an argument names.

    Raises:
        InvalidInput: none, or a document that shares its source with others.
    """
    if not target:  # as a path it would be the current folder, with all that is in it
        raise InvalidInput("Expected a file, folder, URL or document id, found ''")
    path = Path(os.path.abspath(Path(target).expanduser())).as_posix()  # noqa: PTH100 - links are kept, as in ingest
    uris = [row.uri for row in rows if row.uri in (target, path) or row.uri.startswith(f"{path}/")]
    if uris:
        return uris
    holding = {location.source for location in library.locations(target)}
    found = [row for row in rows if row.uri in holding]
    for row in found:
        if len(row.documents) > 1:
            raise InvalidInput(
                f"Document {target} is one of {len(row.documents)} of {row.uri}: remove "
                "that, or take the document out of it and ingest it again"
            )
    return [row.uri for row in found]
