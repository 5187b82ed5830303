"""The forms as the packages read them, where they are installed; and by hand where not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from night import OWL, WriteSuite, cite, write_lines
from typer.testing import CliRunner

from evals.cli import app


@pytest.fixture
def exported(write_suite: WriteSuite, tmp_path: Path) -> Path:
    """A folder with a run exported in every form."""
    suite = write_suite()
    answer = {"qid": "who", "text": "The owl.", "citations": [cite("owl", "The owl denied it.")]}
    answers = write_lines(tmp_path / "answers.jsonl", [answer])
    out = tmp_path / "run"
    CliRunner().invoke(app, ["score", str(suite), str(answers), "--out", str(out)])
    for form in ("ragas", "deepeval"):
        done = CliRunner().invoke(app, ["export", str(out), form])
        assert done.exit_code == 0, done.output
    return out


def test_forms(exported: Path) -> None:
    first, second, third = map(json.loads, (exported / "ragas.jsonl").read_text().splitlines())
    assert first == {
        "user_input": "Who denied it?",
        "response": "The owl.",
        "reference": "the owl",
        "retrieved_contexts": ["The owl denied it."],
        "reference_contexts": ["The owl denied it.", "Le hibou a nié."],
    }
    assert second["response"] == ""
    assert third["reference_contexts"] == []
    cases = json.loads((exported / "deepeval.json").read_text())
    assert cases[0]["context"] == first["reference_contexts"]
    assert cases[0]["retrieval_context"][0] in OWL


def test_ragas_reads_its_form(exported: Path) -> None:
    ragas = pytest.importorskip("ragas")
    dataset = ragas.EvaluationDataset.from_jsonl(exported / "ragas.jsonl")
    assert dataset[0].user_input == "Who denied it?"
    assert dataset[0].reference_contexts == ["The owl denied it.", "Le hibou a nié."]


def test_deepeval_reads_its_form(exported: Path) -> None:
    dataset = pytest.importorskip("deepeval.dataset").EvaluationDataset()
    names = ("input", "actual_output", "expected_output", "context", "retrieval_context")
    keys = {f"{name}_key_name": name for name in names}
    dataset.add_test_cases_from_json_file(str(exported / "deepeval.json"), **keys)
    assert dataset.test_cases[0].actual_output == "The owl."
    assert dataset.test_cases[0].retrieval_context == ["The owl denied it."]
