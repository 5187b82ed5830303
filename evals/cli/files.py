"""Commands on files: convert, check, refresh, report, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InvalidInput
from evals.compare import compare
from evals.converters.beir import convert_beir
from evals.converters.handwritten import convert_csv, read_documents
from evals.converters.mtrag import convert_mtrag
from evals.converters.multihop_rag import convert_multihop_rag
from evals.converters.squad import convert_squad
from evals.converters.writing import Converted, write_suite
from evals.export import FORMS
from evals.judge import read_judgement
from evals.loader import load_suite, read_suite
from evals.options import SuitePath
from evals.refresh import refresh as refresh_suite
from evals.refresh import staleness
from evals.report.markdown import markdown_report
from evals.report.page import html_report
from evals.run_folder import Run, read_run, write_whole
from evals.suite import Suite, SuiteError

__all__ = ["check", "convert", "export", "refresh", "report"]

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
    _hold(suite, write=False)


def refresh(suite: SuitePath) -> None:
    """Re-anchor the gold spans whose text still occurs once in their changed document."""
    _hold(suite, write=True)


def report(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="folders of runs, the newest last")
    ],
    *,
    suite: Annotated[
        Path | None, typer.Option(help="folder of the suite, where it is not where it was")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="folder; by default the newest run's")] = None,
    cases: Annotated[int, typer.Option(min=0, help="questions shown; lost ones first")] = 2000,
) -> None:
    """Write report.html and report.md of a run; of several, with the trend."""
    loaded = [read_run(path) for path in runs]
    newest = loaded[-1]
    path = suite or Path(newest.results["suite_path"])
    folder = out or newest.path
    folder.mkdir(parents=True, exist_ok=True)
    comparison = compare(loaded[-2], newest) if len(loaded) > 1 else None
    judgement = read_judgement(newest)
    page = html_report(loaded, _suite_of(newest, path), limit=cases, judgement=judgement)
    write_whole(folder / "report.html", page)
    write_whole(folder / "report.md", markdown_report(newest, comparison, judgement))
    typer.echo(f"{folder / 'report.html'}\n{folder / 'report.md'}")


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="folder of a run")],
    form: Annotated[str, typer.Argument(help=" or ".join(FORMS))],
    *,
    suite: Annotated[
        Path | None, typer.Option(help="folder of the suite, where it is not where it was")
    ] = None,
) -> None:
    """Write a run in the data set form of ragas or deepeval."""
    if form not in FORMS:
        raise InvalidInput(f"expected {' or '.join(FORMS)}, found {form!r}")
    loaded = read_run(run)
    name, write = FORMS[form]
    write_whole(run / name, write(loaded, load_suite(suite or loaded.results["suite_path"])))
    typer.echo(str(run / name))


def _suite_of(run: Run, path: Path) -> Suite | None:
    """Read the suite that a run was made on; None where it is gone or was changed since."""
    try:
        suite = read_suite(path)
    except SuiteError as error:
        typer.echo(f"note: quotes only, no sources: {error}", err=True)
        return None
    if suite.sha256 != run.results["suite_sha256"]:
        typer.echo(f"note: quotes only, no sources: {path} changed since the run", err=True)
        return None
    return suite


def _hold(path: Path, *, write: bool) -> None:
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
