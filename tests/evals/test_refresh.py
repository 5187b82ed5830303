from __future__ import annotations

import gzip
import json

from night import CORPUS, OWL, QUESTIONS, WriteSuite
from typer.testing import CliRunner

from evals.cli import app
from evals.loader import load_suite, read_suite
from evals.refresh import refresh, staleness

SHIFTED = [CORPUS[0] | {"text": f"Last night. {OWL}"}, *CORPUS[1:]]
REWRITTEN = [CORPUS[0] | {"text": "The owl denied it. The owl denied it."}, CORPUS[1]]


def test_spans_whose_text_occurs_once_are_moved(write_suite: WriteSuite) -> None:
    folder = write_suite(corpus=SHIFTED, questions=[q | {"note": "é"} for q in QUESTIONS])
    found = refresh(read_suite(folder))
    assert [str(one) for one in found.moved] == [
        "who: gold[0]: owl 0-18 is now at 12-30",
        "who: also_ok[0]: owl 19-40 is now at 31-52",
    ]
    assert not found.lost
    suite = load_suite(folder)  # everything holds again
    assert suite.questions[0].gold[0].start == 12
    line = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(line)["note"] == "é"  # other fields stay
    assert not staleness(suite).moved


def test_spans_that_occur_twice_or_never_are_for_a_person(write_suite: WriteSuite) -> None:
    suite = read_suite(write_suite(corpus=REWRITTEN, questions=QUESTIONS))
    lost = [str(one) for one in staleness(suite).lost]
    assert lost == [
        "who: also_ok[0]: 'The fox confirmed it.' no longer occurs in 'owl'",
        "slept: gold[0]: 'The hare slept.' was in 'owl-again', which is gone",
    ]


def test_alternatives_and_gzip(write_suite: WriteSuite) -> None:
    question = QUESTIONS[0] | {"alternatives": [QUESTIONS[0]["gold"]]}
    folder = write_suite(corpus=SHIFTED, questions=[question])
    plain = folder / "questions.jsonl"
    (folder / "questions.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    refresh(read_suite(folder))
    assert load_suite(folder).questions[0].alternatives[0][0].start == 12


def test_commands_tell_and_exit(write_suite: WriteSuite) -> None:
    folder = str(write_suite(corpus=SHIFTED))
    checked = CliRunner().invoke(app, ["check", folder])
    assert checked.exit_code == 1
    assert "4 gold spans: 2 hold, 2 moved, 0 lost" in checked.output
    assert CliRunner().invoke(app, ["refresh", folder]).exit_code == 0
    assert CliRunner().invoke(app, ["check", folder]).exit_code == 0
