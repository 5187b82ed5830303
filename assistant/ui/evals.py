"""The Evals tab, for developers: a run's measures, where it lost, and its lost questions again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import InvalidInput
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.runs import Measure, Results, Run, list_runs, read_run
from assistant.ui.text import element, shown
from assistant.ui.visitors import words_for

__all__ = ["build_evals", "run_html"]

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_HEADLINES = (
    *("citation_f1", "span_f1", "answer_f1", "speaker_f1"),
    *("abstention_accuracy", "r_5", "verbatim", "latency_p50_ms"),
)
_MOST_LOST = 300


def build_evals(folder: Path, page: gr.Blocks, tab: gr.Tab) -> None:
    """Make the components where it is called, over the runs in a folder."""
    chosen = gr.Dropdown([], label=TRANSLATIONS("runs"), elem_id="run")
    shown_run = gr.Markdown(elem_id="run-report", sanitize_html=False)

    def refresh(name: str | None, request: gr.Request) -> list[Any]:
        names = list_runs(folder)
        name = name if name in names else next(iter(names), None)
        return [gr.Dropdown(choices=names, value=name), show(name, request)]

    def show(name: str | None, request: gr.Request) -> str:
        words = words_for(request)
        if not name:
            return element("p", "empty", words["no_runs"])
        try:
            return run_html(read_run(folder, name), words)
        except InvalidInput as error:
            return element("p", "problem", words["bad_run"].format(why=shown(str(error))))

    gr.on([page.load, tab.select], refresh, chosen, [chosen, shown_run], **_QUIET)
    chosen.input(show, chosen, shown_run, **_QUIET)


def run_html(run: Run, words: Mapping[str, str]) -> str:
    """Give the tables of a run and the questions that lost, each to be asked again."""
    results = run.results
    count = words["questions"].format(count=results.questions)
    name = f"{shown(results.suite)} · {shown(results.system)} · {count}"
    parts = [f"<h2>{name}</h2>", _measures(results, words), _losses(results, words)]
    parts += [_breakdown(by, groups, words) for by, groups in results.by.items()]
    parts.append(_lost(run, words))
    return f'<div class="evals ours shelf">{"".join(parts)}</div>'


def _measures(results: Results, words: Mapping[str, str]) -> str:
    rows = [
        (shown(name), _figure(name, one.mean), _interval(name, one), str(one.n))
        for name, one in results.measures.items()
        if one.n and one.mean is not None
    ]
    return _table(words["measure"], [words[n] for n in ("measure", "mean", "interval", "n")], rows)


def _losses(results: Results, words: Mapping[str, str]) -> str:
    rows = [(shown(name), str(loss.n)) for name, loss in results.losses.items()]
    return _table(words["losses"], [words["loss"], words["n"]], rows)


def _breakdown(
    by: str, groups: Mapping[str, Mapping[str, Measure]], words: Mapping[str, str]
) -> str:
    if len(groups) < 2:
        return ""
    names = [n for n in _HEADLINES if any(n in each and each[n].n for each in groups.values())]
    rows = [
        (shown(group), *(_figure(n, each[n].mean) if n in each else "–" for n in names))
        for group, each in groups.items()
    ]
    title = words["breakdown"].format(name=shown(by.replace("_", " ")))
    return _table(title, [shown(by.replace("_", " ")), *names], rows)


def _lost(run: Run, words: Mapping[str, str]) -> str:
    rows = []
    for one in run.lost[:_MOST_LOST]:
        question = shown(one.question)
        label = f'aria-label="{words["ask_this"]}: {question}"'
        named = f'type="button" name="ask" value="{question}"'
        button = f"<button {named} {label}>{words['ask_this']}</button>"
        rows.append((question, shown(one.loss), shown(one.why), button))
    head = [words[name] for name in ("question", "loss", "why", "ask_this")]
    return _table(f"{words['failed_questions']} ({len(run.lost)})", head, rows)


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a table of cells that are HTML already."""
    body = ""
    for first, *rest in rows:
        cells = "".join(f'<td dir="auto">{cell}</td>' for cell in rest)
        body += f'<tr><th scope="row" dir="auto">{first}</th>{cells}</tr>'
    if not body:
        return ""
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{names}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if name.endswith("_ms") else f"{value:.3f}"


def _interval(name: str, one: Measure) -> str:
    return f"{_figure(name, one.low)} – {_figure(name, one.high)}" if one.low is not None else "–"
