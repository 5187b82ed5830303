"""`assistant library`: its state, its check, its repair."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.cli.options import AsJson, Flags, taking
from assistant.cli.output import one_line, show, tell, write_json

__all__ = ["app"]

app = typer.Typer(help="State, check and repair of the library.")


@app.command("info")
@taking("library", "chroma")
def info(flags: Flags, *, as_json: AsJson = False) -> None:
    """Say what the library holds and in what state it is."""
    with flags.open_library() as library:
        found = asdict(library.info())
    if as_json:
        write_json(found)
        return
    for name, value in found.items():
        inner = value.items() if isinstance(value, dict) else ()
        told = ", ".join(f"{key} {item}" for key, item in inner) or str(value)
        show(f"{name.replace('_', ' ') + ':':<16} {one_line(told)}")


@app.command("check")
@taking("library", "chroma")
def check(flags: Flags, *, as_json: AsJson = False) -> None:
    """Compare everything with everything: catalog, indexes, every vector, every text."""
    with flags.open_library() as library:
        report = library.check()
    if as_json:
        write_json({"ok": report.ok, **asdict(report)})
    else:
        for note in report.notes:
            show(f"note: {one_line(note)}", style="yellow")
        if report.unreachable:
            show(f"note: the dense index does not find {report.unreachable} of its passages")
        for problem in report.problems:
            show(f"problem: {one_line(problem)}", style="red")
        show(
            f"{report.documents} documents, {report.passages} passages: "
            + ("all is well" if report.ok else f"{len(report.problems)} problems")
        )
    if not report.ok:
        tell("Make the indexes anew from the catalog with `assistant library rebuild`.")
        raise typer.Exit(1)


@app.command("rebuild")
@taking("library", "encoder", "chroma", "wait")
def rebuild(
    flags: Flags,
    *,
    with_encoder: Annotated[
        bool,
        typer.Option("--reembed", help="Embed all passages with --encoder, and go over to it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the indexes anew from the catalog, and read who says what where that is not known."""
    from assistant.reextraction import reextract

    embedded = 0
    with flags.open_library(write=True) as library:
        reextract(library)
        if with_encoder:
            from assistant.ingest import reembed
            from assistant.models.encoders import load_encoder

            name = flags.settings().encoder
            embedded = reembed(library, load_encoder(name, download=flags.may_download))
        else:
            library.rebuild()
        found = library.info()
    if as_json:
        write_json({"embedded": embedded, **asdict(found)})
        return
    done = f"{embedded} passages embedded with {found.encoder.name}"
    show(
        f"{done if with_encoder else 'indexes made anew'}: "
        f"{found.passages} passages of {found.documents} documents"
    )
