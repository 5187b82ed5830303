from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import InvalidInput
from assistant.ui.evals import run_html
from assistant.ui.runs import list_runs, read_run
from assistant.ui.wording import WORDS
from evals.outcome import Outcome
from evals.responses import Response
from evals.results import RunInfo
from evals.run_folder import write_run

HOSTILE = "<img src=x onerror=alert(1)> ${1} {{1}}"


def outcome(qid: str, *, right: bool) -> Outcome:
    return Outcome(
        qid=qid,
        question=f"{qid}: who denied it? {HOSTILE}",
        language="en",
        type="who_said",
        language_pair="en-en",
        cluster=qid,
        answerable=True,
        status="failed",
        right=right,
        loss="none" if right else "not retrieved",
        why="" if right else HOSTILE,
        scores={},
        response=Response(qid=qid, answer=None, failure="an outage"),
    )


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """What `python -m evals run` writes, one folder deep."""
    outcomes = [outcome("1", right=True), outcome("2", right=False)]
    write_run(tmp_path / "wood" / "run", outcomes, RunInfo(suite=HOSTILE, system="assistant"))
    return tmp_path


def test_a_run_as_the_suites_write_it_is_read(runs: Path) -> None:
    assert list_runs(runs) == ["wood/run"]
    run = read_run(runs, "wood/run")
    assert (run.results.suite, run.results.questions) == (HOSTILE, 2)
    assert [lost.qid for lost in run.lost] == ["2"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_lost_question_can_be_asked_again_and_everything_is_text(
    runs: Path, language: str
) -> None:
    html = run_html(read_run(runs, "wood/run"), WORDS[language])
    assert 'name="ask" value="2&#58; who denied it&#63;' in html
    assert "<img" not in html
    assert "${" not in html
    assert "{{" not in html


@pytest.mark.parametrize("name", ["", "..", "wood", "/etc", "../../etc", "wood/run/../run"])
def test_only_listed_runs_are_opened(runs: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="one of the listed runs"):
        read_run(runs, name)


@pytest.mark.parametrize("content", ["", "[]", '{"suite": "wood"}', '{"suite": 1', "\xff"])
def test_another_file_of_the_name_is_refused_without_its_place(runs: Path, content: str) -> None:
    (runs / "wood" / "run" / "results.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(InvalidInput, match="the files of a run") as refused:
        read_run(runs, "wood/run")
    assert str(runs) not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_transcript_that_is_none_is_refused(runs: Path) -> None:
    (runs / "wood" / "run" / "transcript.jsonl").write_text(json.dumps({"qid": 1}))
    with pytest.raises(InvalidInput, match="the files of a run"):
        read_run(runs, "wood/run")
