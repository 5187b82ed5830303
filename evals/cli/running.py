"""Commands that score: run, score, retrieval, compare; and the gates that they hold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.llms import Complete, load_llm
from evals.compare import Comparison, compare
from evals.gate import Check, floors, no_worse, parse_floors
from evals.judge import judge_run, judged_rows
from evals.junit import junit_xml
from evals.loader import load_suite
from evals.options import Gate, Judge, Out, RunOptions, SuitePath, System, spread
from evals.outcome import score_responses
from evals.responses import Response, read_responses
from evals.results import RunInfo
from evals.retrieval import RETRIEVAL_MEASURES, read_trec_run
from evals.run_folder import Run, read_run, write_run, write_whole
from evals.suite import Suite
from evals.tables import as_table, differences, losses, measures

__all__ = ["compare_runs", "retrieval", "run", "score"]

GATE_FAILED = 1
SHOWN = 10
"""Failed and unscored questions that are printed; files hold them all."""


@spread
def run(
    suites: Annotated[list[Path], typer.Argument(metavar="SUITE...", help="folders of suites")],
    *,
    options: RunOptions,
    gate: Gate,
    out: Out = None,
    judge: Judge = "",
) -> None:
    """Ask the assistant every question of a suite, and score the answers."""
    from evals.assistant_run import run_assistant  # brings the models along: not for all commands

    parse_floors(gate.fail_under or ())
    model = load_llm(judge) if judge else None
    passed = True
    for path in suites:
        suite = load_suite(path)
        held, folder = (gate, out) if len(suites) == 1 else _one_of_several(suite, gate, out)
        with _progress() as tell:
            done = run_assistant(suite, options, folder, on_progress=tell)
        show(done)
        if model:
            _judge(done, suite, model, judge)
        passed &= hold(done, held)
    if not passed:
        raise typer.Exit(GATE_FAILED)


@spread
def score(
    suite: SuitePath,
    answers: Annotated[Path, typer.Argument(help="answers.jsonl, or a transcript.jsonl")],
    *,
    gate: Gate,
    out: Out = None,
    system: System = "",
    judge: Judge = "",
) -> None:
    """Score stored answers, of the assistant or of any other system."""
    model = load_llm(judge) if judge else None
    loaded = load_suite(suite)
    scored = _scored(loaded, read_responses(answers, loaded), out, system or answers.stem)
    show(scored)
    if model:
        _judge(scored, loaded, model, judge)
    if not hold(scored, gate):
        raise typer.Exit(GATE_FAILED)


def retrieval(
    suite: SuitePath,
    *,
    run: Annotated[Path, typer.Option(help="a TREC run: qid Q0 doc_id:start-end rank score tag")],
    out: Out = None,
    system: System = "",
) -> None:
    """Score a ranking that any system wrote as a TREC run."""
    loaded = load_suite(suite)
    scored = _scored(loaded, read_trec_run(run, loaded), out, system or run.stem)
    Console().print(as_table(measures(scored.results, RETRIEVAL_MEASURES)))


@spread
def compare_runs(
    a: Annotated[Path, typer.Argument(metavar="A", help="folder of the base run")],
    b: Annotated[Path, typer.Argument(metavar="B", help="folder of the run to judge")],
    *,
    gate: Gate,
    cases: Annotated[int, typer.Option(help="flipped questions to show, each way")] = 5,
) -> None:
    """Compare two runs question by question: B against A. The gates hold B."""
    found = compare(read_run(a), read_run(b))
    console = Console()
    console.print(as_table(differences(found)))
    _show_flips(console, found, cases)
    if found.unpaired:
        console.print(f"{found.unpaired} questions are in one run only and were left out")
    if not hold(found.b, gate):
        raise typer.Exit(GATE_FAILED)


def show(run: Run) -> None:
    """Print a run's measures and losses."""
    console = Console()
    console.print(as_table(measures(run.results)))
    if run.results["losses"]:
        console.print(as_table(losses(run.results)))
    for qid, reason in list(run.results["failed"].items())[:SHOWN]:
        console.print(f"failed: {qid}: {reason}", markup=False)
    console.print(f"scores sha256 {run.results['scores_sha256'][:16]}, in {run.path}", markup=False)


def hold(run: Run, gate: Gate) -> bool:
    """Hold a run against the gates, print each check, write the JUnit file; true if all passed."""
    checks: list[Check] = floors(run, parse_floors(gate.fail_under or ()))
    if gate.no_worse_than:
        checks += no_worse(compare(read_run(gate.no_worse_than), run), alpha=gate.alpha)
    for check in checks:
        Console().print(str(check), markup=False, highlight=False, soft_wrap=True)
    if gate.junit:
        write_whole(gate.junit, junit_xml(run, checks))
    return all(check.passed for check in checks)


def _scored(suite: Suite, responses: list[Response], out: Path | None, system: str) -> Run:
    info = RunInfo(
        suite=suite.name,
        system=system,
        suite_path=str(suite.path),
        suite_sha256=suite.sha256,
        versions={"evals": version("source-assistant"), "python": sys.version.split()[0]},
    )
    folder = out or Path("runs") / suite.name / system
    return write_run(folder, score_responses(suite, responses), info)


def _judge(run: Run, suite: Suite, model: Complete, name: str) -> None:
    with _progress() as tell:
        judgement = judge_run(run, suite, model, model=name, on_progress=tell)
    Console().print(as_table(judged_rows(judgement)))
    unscored = [verdict for verdict in judgement.verdicts if verdict.correct is None]
    for verdict in unscored[:SHOWN]:
        Console().print(f"no verdict: {verdict.qid}: {verdict.reason}", markup=False)


def _one_of_several(suite: Suite, gate: Gate, out: Path | None) -> tuple[Gate, Path | None]:
    """Give each of several suites a folder, a base run and a JUnit file of its own."""
    base, junit = gate.no_worse_than, gate.junit
    held = replace(
        gate,
        no_worse_than=base and base / suite.name,
        junit=junit and junit.with_stem(f"{junit.stem}-{suite.name}"),
    )
    return held, out and out / suite.name


def _show_flips(console: Console, found: Comparison, cases: int) -> None:
    for title, pairs in (
        ("wrong in A, right in B", found.gained),
        ("right in A, wrong in B", found.lost),
    ):
        console.print(f"\n{title}: {len(pairs)}", style="bold")
        for pair in pairs[:cases]:
            console.print(f"  {pair.b.qid}: {pair.b.question}", markup=False)
            for side, one in (("A", pair.a), ("B", pair.b)):
                text = one.answer.text if one.answer else f"(failed: {one.response.failure})"
                lost = "right" if one.right else f"{one.loss}: {one.why}"
                console.print(f"    {side}: {_line(text)}\n       ({_line(lost)})", markup=False)


def _line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:199]}…"


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Draw a progress bar with the time left; on a terminal only it is drawn again and again."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)

        def tell(stage: str, more: int, total: int) -> None:
            progress.update(task, description=stage, advance=more, total=total)

        yield tell
