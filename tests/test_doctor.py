"""The doctor: what it looks at, and what it finds wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from assistant import Assistant, Settings, doctor
from assistant.doctor import Finding, examine
from assistant.models.reader import OnnxReader
from tests.bag_of_words import BagOfWords
from tests.cli_runner import assistant
from tests.models.tiny import make_reader


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSISTANT_LIBRARY", raising=False)


def found(topic: str, name: str, settings: Settings | None = None) -> Finding:
    findings = examine(settings or Settings(library=Path("library")))
    [finding] = [f for f in findings if (f.topic, f.name) == (topic, name)]
    return finding


def make_library(encoder: BagOfWords) -> None:
    Path("harbour.txt").write_text("The harbour froze in March.")
    settings = Settings(library=Path("library"), chroma="off")
    with Assistant.open(settings=settings, encoder=encoder) as opened:
        opened.add(["harbour.txt", "missing.txt"])


def test_fresh_machine_has_no_problem() -> None:
    findings = examine(Settings())
    assert [f for f in findings if f.state == "problem"] == []
    topics = list(dict.fromkeys(f.topic for f in findings))
    assert topics == [
        "machine",
        "settings",
        "packages",
        "extras",
        "models",
        "network",
        "library",
    ]
    assert found("library", "library").state == "note"


def test_models_are_told_with_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    told = found("models", "encoder").value
    assert re.match(r"assistant-encoder-fr-en [0-9a-f]{16}, 384 dimensions, from /", told)
    told = found("models", "reader").value
    assert re.match(r"assistant-reader-fr-en [0-9a-f]{16}, from /", told)
    reader = OnnxReader(make_reader(Path("reader")))
    Path("reader/tokenizer.json").unlink()
    monkeypatch.setattr("assistant.doctor.load_reader", lambda: reader)
    broken = found("models", "reader")
    assert (broken.state, "tokenizer.json" in broken.value) == ("problem", True)
    missing = found("models", "encoder", Settings(encoder="no-such-model"))
    assert missing.state == "problem"
    assert missing.value.startswith("No model at no-such-model: ")


@pytest.mark.parametrize(
    ("name", "settings", "told"),
    [
        ("reranker", {"reranker": "no-such-model"}, "No model at no-such-model: "),
        ("language model", {"llm": "qwen3"}, "a language model: expected "),
        ("passwords", {"auth_file": "users"}, "users: no such file"),
    ],
)
def test_what_a_first_question_would_fail_on_is_a_problem(
    name: str, settings: dict[str, str], told: str
) -> None:
    topic = "settings" if name == "passwords" else "models"
    finding = found(topic, name, Settings(**settings))
    assert finding.state == "problem"
    assert finding.value.startswith(told)


def test_a_language_model_whose_package_is_missing_is_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = "openai-like:qwen3@http://127.0.0.1:9/v1"
    assert found("models", "language model", Settings(llm=spec)) == Finding(
        "models", "language model", spec
    )
    monkeypatch.setitem(sys.modules, "llama_index.llms.openai_like", None)
    missing = found("models", "language model", Settings(llm=spec))
    assert missing.state == "problem"
    assert "source-assistant[openai-like]" in missing.value


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 40, 1), "note"), ((3, 51, 2), "note"), ((3, 51, 3), "ok"), ((4, 0, 0), "ok")],
)
def test_sqlite_with_the_wal_reset_bug_is_noted(version: tuple[int, ...], state: str) -> None:
    finding = doctor._sqlite(version)
    assert finding.state == state
    assert ("WAL-reset bug" in finding.value) == (state == "note")


@pytest.mark.parametrize("needed", ["no-such-package>=1", "pytest<1", "numpy==0.1"])
def test_missing_or_other_package_is_a_problem_with_its_command(needed: str) -> None:
    finding = doctor._package(Requirement(needed))
    assert finding.state == "problem"
    assert finding.remedy == f"pip install '{needed}'"


def test_every_needed_package_is_told() -> None:
    named = {f.name for f in examine(Settings()) if f.topic == "packages"}
    assert {"source-assistant", "chromadb", "tantivy", "torch", "gradio"} <= named
    assert "pytest" not in named


def test_each_setting_says_where_it_is_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TOP", "7")
    monkeypatch.setenv("ASSISTANT_LIBARY", "typo")
    assert found("settings", "top", Settings()).value == "7 (ASSISTANT_TOP)"
    assert found("settings", "wait").value == "0.0 (default)"
    assert found("settings", "ASSISTANT_LIBARY").state == "note"
    told = assistant("doctor", "--library", "elsewhere", "--json").json["findings"]
    assert [f["value"] for f in told if f["name"] == "library"] == ["elsewhere (argument)"]


@pytest.mark.parametrize(
    ("chroma", "state"),
    [
        ("", "ok"),
        ("off", "ok"),
        ("http://127.0.0.1:8000", "ok"),
        ("http://localhost:8000", "ok"),
        ("http://chroma.example:8000", "note"),
    ],
)
def test_what_uses_the_network_is_told(chroma: str, state: str) -> None:
    finding = found("network", "chroma", Settings(chroma=chroma))
    assert finding.state == state
    assert finding.value.startswith("never" if chroma in ("", "off") else "vectors are sent")


def test_library_is_described_and_another_encoder_is_a_problem() -> None:
    make_library(BagOfWords())
    told = found("library", "library")
    assert told.value.startswith("1 documents, 1 passages, ")
    wrong = found("library", "made with")
    assert wrong.state == "problem"
    assert "rebuild --reembed" in wrong.remedy
    ran = assistant("doctor", "--library", "library")
    assert ran.code == 1
    assert "problem: bag-of-words 1" in ran.out
    assert ran.out.endswith("\n1 problems\n")


def test_damaged_library_is_a_problem_and_not_a_crash() -> None:
    folder = Path("library")
    folder.mkdir()
    (folder / "catalog.sqlite").write_bytes(b"not a database" * 100)
    assert found("library", "library").state == "problem"


def test_all_is_well_exits_with_0() -> None:
    ran = assistant("doctor")
    assert ran.code == 0
    assert ran.out.endswith("\nAll is well.\n")
