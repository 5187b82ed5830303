"""The tiny suite on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from night import CORPUS, QUESTIONS, WriteSuite, write_lines

from evals.loader import load_suite
from evals.suite import Suite


@pytest.fixture
def write_suite(tmp_path: Path) -> WriteSuite:
    def write(
        questions: Sequence[Mapping[str, Any]] = QUESTIONS,
        corpus: Sequence[Mapping[str, Any]] = CORPUS,
    ) -> Path:
        folder = tmp_path / "suite"
        folder.mkdir(exist_ok=True)
        write_lines(folder / "corpus.jsonl", corpus)
        write_lines(folder / "questions.jsonl", questions)
        return folder

    return write


@pytest.fixture
def suite(write_suite: WriteSuite) -> Suite:
    return load_suite(write_suite())
