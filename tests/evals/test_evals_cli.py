from __future__ import annotations

import json
from pathlib import Path

import pytest
from night import WriteSuite, cite, write_lines
from typer.testing import CliRunner

from evals.cli import app, main

RIGHT = {"qid": "slept", "text": "The hare.", "citations": [cite("owl", "The hare slept.")]}
WRONG = RIGHT | {"citations": [cite("owl", "The owl denied it.")]}


def score(
    folder: Path, *lines: dict[str, object], name: str = "a", args: tuple[str, ...] = ()
) -> int:
    answers = write_lines(folder.parent / f"{name}.jsonl", lines)
    out = str(folder.parent / name)
    result = CliRunner().invoke(app, ["score", str(folder), str(answers), "--out", out, *args])
    return result.exit_code


def test_score_writes_a_run_and_gates_it(write_suite: WriteSuite, tmp_path: Path) -> None:
    folder = write_suite()
    assert score(folder, RIGHT) == 0
    results = json.loads((tmp_path / "a" / "results.json").read_text())
    assert results["measures"]["citation_recall"]["mean"] == 0.5
    assert score(folder, RIGHT, args=("--fail-under", "citation_recall=0.5")) == 0
    junit = str(tmp_path / "junit.xml")
    assert score(folder, RIGHT, args=("--fail-under", "citation_recall=0.6", "--junit", junit)) == 1
    assert "citation_recall &gt;= 0.6" in Path(junit).read_text()
    base = str(tmp_path / "a")
    assert score(folder, WRONG, name="b", args=("--no-worse-than", base)) == 0  # two clusters


def test_compare_shows_flips_with_both_answers(write_suite: WriteSuite, tmp_path: Path) -> None:
    folder = write_suite()
    score(folder, RIGHT, name="a")
    score(folder, WRONG, name="b")
    result = CliRunner().invoke(app, ["compare", str(tmp_path / "a"), str(tmp_path / "b")])
    assert result.exit_code == 0
    assert "right in A, wrong in B: 1" in result.output
    assert "slept: Qui dormait ?" in result.output


def test_retrieval_scores_a_trec_run(write_suite: WriteSuite, tmp_path: Path) -> None:
    run = tmp_path / "bm25.trec"
    run.write_text("slept Q0 owl:40-56 1 3.2 bm25\n")
    out = str(tmp_path / "out")
    args = ["retrieval", str(write_suite()), "--run", str(run), "--out", out]
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    assert "rr_10" in result.output
    assert "citation_f1" not in result.output


def test_an_error_is_one_line_with_its_exit_code(
    write_suite: WriteSuite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["evals", "score", str(write_suite()), "nothing.jsonl"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: nothing.jsonl: expected a file of stored answers")
    assert error.count("\n") == 1
