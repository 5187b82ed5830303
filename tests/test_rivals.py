"""The rivals' runs are kept, and fewer questions do not replace what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.errors import InvalidInput
from benchmarks import rivals
from evals.loader import load_suite
from evals.run_folder import read_run
from evals.runner import Ask
from evals.suite import Suite

SUITE = Path(__file__).parents[1] / "evals" / "suites" / "putin_call"


def test_fewer_questions_do_not_replace_a_whole_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def silent(_: Suite) -> Iterator[Ask]:
        yield rivals.asking(lambda _: [])

    monkeypatch.setitem(rivals.RIVALS, "silent", silent)
    suite = load_suite(SUITE)
    rivals.run_rival("silent", suite, tmp_path)
    with pytest.raises(InvalidInput, match="questions '2'"):
        rivals.run_rival("silent", rivals.sampled(suite, 2), tmp_path)
    assert len(read_run(tmp_path).outcomes) == len(suite.questions) > 2
