from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from night import CORPUS, OWL, QUESTIONS, WriteSuite, cite, response, write_lines
from typer.testing import CliRunner

from evals.cli import app
from evals.loader import load_suite
from evals.matching import Place, characters
from evals.outcome import score_responses
from evals.report.cases import cases
from evals.report.page import html_report
from evals.report.svg import Axis, Point, histogram, line_plot
from evals.results import RunInfo
from evals.run_folder import Run, write_run
from evals.suite import Suite

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
)


class Tags(HTMLParser):
    """The names of all attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}


def make_run(suite: Suite, folder: Path, **given: dict[str, Any]) -> Run:
    responses = [
        response({"qid": q.qid} | given.get(q.qid, {"failure": HOSTILE}), suite)
        for q in suite.questions
    ]
    info = RunInfo(
        suite=suite.name,
        system=folder.name,
        suite_path=str(suite.path),
        suite_sha256=suite.sha256,
    )
    return write_run(folder, score_responses(suite, responses), info)


@pytest.fixture
def hostile(write_suite: WriteSuite) -> Suite:
    """The tiny suite with markup wherever text may stand."""
    corpus = [CORPUS[0] | {"title": HOSTILE, "text": f"{OWL} {HOSTILE}"}, *CORPUS[1:]]
    questions = [QUESTIONS[0] | {"question": HOSTILE, "type": HOSTILE}, *QUESTIONS[1:]]
    return load_suite(write_suite(questions, corpus))


def report(suite: Suite, folder: Path) -> str:
    answer = {"text": HOSTILE, "short_answer": HOSTILE, "confidence": 0.7}
    answer |= {"citations": [cite("owl", "The owl denied it.")], "elapsed_ms": 4.0}
    runs = [make_run(suite, folder / name, who=answer) for name in ("a<b>", "b")]
    return html_report(runs, suite)


def test_a_page_is_whole_and_fetches_nothing(hostile: Suite, tmp_path: Path) -> None:
    page = report(hostile, tmp_path)
    assert page.count("<script") == 2  # the data and the script of the page
    assert page.count("</script>") == 2
    assert "<img" not in page
    tags = Tags()
    tags.feed(page)
    assert not {name for name in tags.attributes if name in {"src", "href"} or name[:2] == "on"}
    assert "default-src 'none'" in page
    assert "Trend over 2 runs" in page
    data = re.search(r'id="cases">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    who = json.loads(data[1])[0]
    assert who["question"] == who["answer"] == HOSTILE
    assert HOSTILE not in page


@pytest.mark.browser
def test_no_text_runs_in_a_browser(hostile: Suite, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "expected Debian's chromium: apt-get install chromium"
    page = tmp_path / "report.html"
    page.write_text(report(hostile, tmp_path), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    dom = subprocess.run(
        [chromium, *flags, "--dump-dom", f"{page.as_uri()}#who"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert "<title>suite: b</title>" in dom
    assert dom.count('class="detail"') == 1  # the question that the link names is open
    assert '<mark class="gc">The owl denied it.</mark>' in dom
    assert "1 of 3" in dom


def test_gold_and_cited_are_marked_in_the_source(suite: Suite, tmp_path: Path) -> None:
    cited = [cite("owl", "owl denied it. The"), cite("owl", "The hare slept.")]
    run = make_run(suite, tmp_path / "run", who={"text": "x", "citations": cited})
    who = cases(run.outcomes, suite, limit=9)[0]
    (title, parts), (french, _) = who["gold"]
    assert (title, french) == ("The owl", "Le hibou")
    assert "".join(text for text, _ in parts) == OWL
    assert [text for text, marks in parts if "g" in marks] == ["The ", "owl denied it."]
    assert [text for text, marks in parts if "c" in marks and "g" not in marks] == [
        " ",
        "The",
        "The hare slept.",
    ]
    assert characters([Place("owl", 0, len(OWL))]) == sum(len(text) for text, _ in parts)


def test_lost_questions_come_first_where_there_are_too_many(suite: Suite, tmp_path: Path) -> None:
    run = make_run(suite, tmp_path / "run", moon={"abstained": True})
    assert [case["qid"] for case in cases(run.outcomes, suite, limit=2)] == ["who", "slept"]


def test_without_the_suite_quotes_are_shown(suite: Suite, tmp_path: Path) -> None:
    run = make_run(
        suite, tmp_path / "run", who={"text": "x", "citations": [cite("owl", "The hare slept.")]}
    )
    assert cases(run.outcomes, None, limit=9)[0]["cited"] == [["owl", [["The hare slept.", "c"]]]]


def test_plots_are_well_formed_and_escape_titles() -> None:
    plot = line_plot([Point(0.5, 0.5, "<i>&", 0.4, 0.6)], Axis("x"), Axis("y"))
    assert [e.text for e in ET.fromstring(plot).iter() if e.tag == "title"] == ["<i>&"]
    bars = ET.fromstring(histogram([0.0, 0.05, 1.0], Axis("score"), bins=10))
    assert [e.text for e in bars.iter() if e.tag == "title"][::9] == ["0 – 0.1: 2", "0.9 – 1: 1"]


def test_report_command_writes_page_and_markdown(write_suite: WriteSuite, tmp_path: Path) -> None:
    folder = write_suite()
    answers = write_lines(tmp_path / "a.jsonl", [{"qid": "moon", "abstained": True}])
    for name in ("a", "b"):
        args = ["score", str(folder), str(answers), "--out", str(tmp_path / name)]
        CliRunner().invoke(app, args)
    result = CliRunner().invoke(app, ["report", str(tmp_path / "a"), str(tmp_path / "b")])
    assert result.exit_code == 0, result.output
    markdown = (tmp_path / "b" / "report.md").read_text()
    assert "| abstention_accuracy | 0.333 |" in markdown
    assert "0 questions became right, 0 became wrong." in markdown
    assert "2 questions failed" in markdown
    (folder / "questions.jsonl").write_text((folder / "questions.jsonl").read_text() + "\n")
    gone = CliRunner().invoke(app, ["report", str(tmp_path / "b"), "--suite", str(tmp_path / "x")])
    assert "note: quotes only" in gone.output
