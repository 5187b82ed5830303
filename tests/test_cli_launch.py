"""`assistant eval`: everything passes through, and so do exit codes and errors."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli_runner import assistant


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One question on one document, answered half right."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "wood"
    folder.mkdir()
    text = "The owl denied it. The hare slept."
    document = {"doc_id": "owl", "text": text, "lang": "en"}
    gold = [
        {"doc_id": "owl", "start": 0, "end": 18, "text": text[:18]},
        {"doc_id": "owl", "start": 19, "end": 34, "text": text[19:]},
    ]
    question = {"qid": "1", "question": "What happened?", "answerable": True, "gold": gold}
    citation = {"document": {"id": "owl"}, "start": 0, "end": 18, "quote": text[:18]}
    (folder / "corpus.jsonl").write_text(json.dumps(document))
    (folder / "questions.jsonl").write_text(json.dumps(question))
    answer = {"qid": "1", "answer": {"text": "A denial.", "citations": [citation]}}
    Path("answers.jsonl").write_text(json.dumps(answer))
    return folder


@pytest.mark.parametrize(("floor", "code"), [("0.5", 0), ("0.6", 1)])
def test_arguments_and_the_gates_exit_code_pass_through(suite: Path, floor: str, code: int) -> None:
    gate = f"citation_recall={floor}"
    ran = assistant("eval", "score", suite, "answers.jsonl", "--out", "run", "--fail-under", gate)
    assert (ran.code, ran.err) == (code, "")
    assert f"citation_recall >= {float(floor)}: 0.500" in ran.out
    assert json.loads(Path("run/results.json").read_text())["questions"] == 1


def test_an_error_is_one_line_with_its_exit_code(suite: Path) -> None:
    ran = assistant("eval", "score", suite, "nothing.jsonl")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: nothing.jsonl: expected a file of stored answers")


def test_wrong_usage_names_the_command_that_helps() -> None:
    ran = assistant("eval", "score", "--nonsense")
    assert ran.code == 2
    assert "--nonsense" in ran.err
    assert "`assistant eval score --help`" in ran.err


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_help_is_that_of_the_suites(arguments: list[str]) -> None:
    ran = assistant("eval", *arguments)
    assert "Usage: assistant eval" in ran.out
    assert "compare" in ran.out


def missing(name: str) -> Callable[[str], ModuleType]:
    def import_module(_: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return import_module


def test_without_the_extra_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib, "import_module", missing("ir_measures.providers"))
    ran = assistant("eval", "check", "wood")
    assert ran.code == 3
    assert "pip install 'source-assistant[evals]'" in ran.err


def test_another_missing_module_is_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib, "import_module", missing("evals.mistyped"))
    with pytest.raises(ModuleNotFoundError, match=r"evals\.mistyped"):
        assistant("eval", "check", "wood")
