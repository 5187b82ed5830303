"""Commands on files: convert, check, refresh."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evals.converters.beir import convert_beir
from evals.converters.handwritten import convert_csv, read_documents
from evals.converters.mtrag import convert_mtrag
from evals.converters.multihop_rag import convert_multihop_rag
from evals.converters.squad import convert_squad
from evals.converters.writing import Converted, write_suite
from evals.loader import read_suite
from evals.options import SuitePath
from evals.refresh import refresh as refresh_suite
from evals.refresh import staleness

__all__ = ["check", "convert", "refresh"]

STALE = 1

convert = typer.Typer(
    name="convert", no_args_is_help=True, help="Make a suite of a public data set, or of a CSV."
)

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="folder of the new suite")]
Language = Annotated[str, typer.Option(help="BCP 47 tag of documents and questions")]


@convert.command()
def squad(
    file: Annotated[Path, typer.Argument(help="JSON of SQuAD v1 or v2, PIAF, FQuAD, XQuAD")],
    out: Folder,
    *,
    lang: Language = "en",
) -> None:
    """SQuAD's form: paragraphs, questions, answers with offsets."""
    _write(out, convert_squad(file, language=lang), file.name)


@convert.command()
def beir(
    folder: Annotated[Path, typer.Argument(help="folder with corpus, queries and qrels")],
    out: Folder,
    *,
    split: Annotated[str, typer.Option(help="which qrels")] = "test",
    lang: Language = "en",
) -> None:
    """BEIR: gold is whole documents."""
    _write(out, convert_beir(folder, language=lang, split=split), folder.name)


@convert.command(name="multihop-rag")
def multihop_rag(
    corpus: Annotated[Path, typer.Argument(help="corpus.json")],
    queries: Annotated[Path, typer.Argument(help="MultiHopRAG.json")],
    out: Folder,
) -> None:
    """MultiHop-RAG: gold is the facts of several articles."""
    _write(out, convert_multihop_rag(corpus, queries), queries.name)


@convert.command()
def mtrag(
    tasks: Annotated[Path, typer.Argument(help="JSON Lines of generation tasks")],
    out: Folder,
    *,
    rewrites: Annotated[Path | None, typer.Option(help="JSON Lines of rewrites")] = None,
) -> None:
    """MTRAG: conversations with their reference passages."""
    _write(out, convert_mtrag(tasks, rewrites), tasks.name)


@convert.command(name="csv")
def handwritten(
    file: Annotated[Path, typer.Argument(help="columns question, answer, quote, document")],
    documents: Annotated[Path, typer.Argument(help="folder of files, or a corpus.jsonl")],
    out: Folder,
    *,
    lang: Language = "",
) -> None:
    """A CSV written by hand: each quote is found in its document."""
    _write(out, convert_csv(file, read_documents(documents), language=lang), file.name)


def check(suite: SuitePath) -> None:
    """Say which gold spans do not hold in the suite's documents."""
    _report(suite, write=False)


def refresh(suite: SuitePath) -> None:
    """Re-anchor the gold spans whose text still occurs once in their changed document."""
    _report(suite, write=True)


def _report(path: Path, *, write: bool) -> None:
    suite = read_suite(path)
    found = refresh_suite(suite) if write else staleness(suite)
    for moved in found.moved:
        typer.echo(f"{'moved' if write else 'can be moved'}: {moved}")
    for lost in found.lost:
        typer.echo(f"lost: {lost}")
    total = sum(len(list(question.spans())) for question in suite.questions)
    off = len(found.moved) + len(found.lost)
    typer.echo(
        f"{total} gold spans: {total - off} hold, {len(found.moved)} moved, {len(found.lost)} lost"
    )
    if found.lost or (found.moved and not write):
        raise typer.Exit(STALE)


def _write(out: Path, converted: Converted, source: str) -> None:
    suite = write_suite(out, converted, source=source)
    for note in converted.notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(
        f"{out}: {len(suite.documents)} documents, {len(suite.questions)} questions, "
        f"{sum(q.answerable for q in suite.questions)} of them answerable; "
        f"{len(converted.notes)} notes"
    )
