"""The plugin in a pytest run of its own, on stored answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from night import WriteSuite, cite, write_lines

ROOT = Path(__file__).parents[2]


def run_pytest(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    # Given by name, since the entry point is there only where the project is installed anew.
    plugin = ["-p", "no:assistant-suite", "-p", "evals.pytest_plugin", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, f"--rootdir={folder}", "-c", "/dev/null", *args],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_each_question_is_a_test_with_its_explanation(
    write_suite: WriteSuite, tmp_path: Path
) -> None:
    suite = write_suite()
    lines = [
        {"qid": "slept", "text": "The owl.", "citations": [cite("owl", "The owl denied it.")]},
        {"qid": "moon", "abstained": True, "text": "Not told."},
    ]
    answers = write_lines(tmp_path / "answers.jsonl", lines)
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    args = (f"--assistant-suite={suite}", f"--assistant-answers={answers}")
    done = run_pytest(tmp_path, "-v", *args)
    assert done.returncode == 1, done.stderr
    assert "2 failed, 1 passed" in done.stdout
    assert "test_other" not in done.stdout
    assert "moon PASSED" in done.stdout
    for part in ("Qui dormait ?", "answer:   The owl.", "citation_f1 0.000", "not chosen"):
        assert part in done.stdout
    assert "Traceback" not in done.stdout
    assert "no answer in answers.jsonl" in done.stdout
    chosen = run_pytest(tmp_path, *args, "-k", "moon")
    assert "1 passed" in chosen.stdout
    both = run_pytest(tmp_path, *args, "test_other.py")
    assert "1 passed" in both.stdout


def test_a_suite_that_does_not_hold_is_refused(write_suite: WriteSuite, tmp_path: Path) -> None:
    suite = write_suite()
    (suite / "corpus.jsonl").write_text('{"doc_id": "owl", "text": "Changed."}\n')
    done = run_pytest(tmp_path, f"--assistant-suite={suite}")
    assert done.returncode == 2
    assert "gold[0].start of question 'who'" in done.stdout
