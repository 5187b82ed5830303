from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.datatypes import Answer
from assistant.errors import InvalidInput
from evals.responses import RankedPassage
from evals.runner import Asked, Reply, ask_all, claim, forget
from evals.suite import Question, Suite


class Parrot:
    """A system that repeats the question, and fails where it is told to."""

    def __init__(self, *fails: str) -> None:
        self.fails = set(fails)
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, question: Question) -> Reply:
        with self._lock:
            self.asked.append(question.qid)
        if question.qid in self.fails:
            raise TimeoutError("no reply")
        text = question.question
        answer = Answer(
            question=text,
            standalone=text,
            language=question.lang,
            abstained=False,
            confidence=0.5,
            text=text,
        )
        return Reply(answer, (RankedPassage(doc_id="owl", start=0, end=9),), 1.5)


def ask(suite: Suite, parrot: Parrot, folder: Path, *, first: int = 3, workers: int = 1) -> Asked:
    claim(folder, {"suite": suite.sha256})
    return ask_all(suite, parrot, folder, questions=suite.questions[:first], workers=workers)


@pytest.mark.parametrize("workers", [1, 4])
def test_answers_come_in_the_suites_order(suite: Suite, tmp_path: Path, workers: int) -> None:
    asked = ask(suite, Parrot(), tmp_path / "run", workers=workers)
    assert [r.qid for r in asked.responses] == ["who", "slept", "moon"]
    assert [r.answer.text for r in asked.responses if r.answer][1] == "Qui dormait ?"
    assert asked.asked == 3


def test_a_failure_is_a_result(suite: Suite, tmp_path: Path) -> None:
    _, slept, moon = ask(suite, Parrot("slept"), tmp_path / "run").responses
    assert (slept.answer, slept.failure) == (None, "TimeoutError: no reply")
    assert moon.answer is not None


def test_a_broken_off_run_goes_on_and_asks_again_what_failed(suite: Suite, tmp_path: Path) -> None:
    first = ask(suite, Parrot("slept"), tmp_path / "run", first=2)
    again = Parrot()
    resumed = ask(suite, again, tmp_path / "run")
    assert set(again.asked) == {"slept", "moon"}
    assert resumed.asked == 2
    assert resumed.responses[0] == first.responses[0]


def test_a_torn_last_line_is_asked_again(suite: Suite, tmp_path: Path) -> None:
    ask(suite, Parrot(), tmp_path / "run")
    transcript = tmp_path / "run" / "transcript.jsonl"
    transcript.write_bytes(transcript.read_bytes()[:-20])
    again = Parrot()
    assert len(ask(suite, again, tmp_path / "run").responses) == 3
    assert set(again.asked) == {"moon"}


def test_the_first_question_is_asked_once_more_to_warm_up(suite: Suite, tmp_path: Path) -> None:
    parrot = Parrot()
    ask(suite, parrot, tmp_path / "run")
    assert parrot.asked == ["who", "who", "slept", "moon"]


def test_another_runs_folder_is_refused(tmp_path: Path) -> None:
    claim(tmp_path, {"suite": "abc", "version": "1"})
    claim(tmp_path, {"suite": "abc", "version": "1"})
    with pytest.raises(InvalidInput, match=r"version '2', found one with '1'.*--fresh"):
        claim(tmp_path, {"suite": "abc", "version": "2"})
    forget(tmp_path)
    claim(tmp_path, {"suite": "abc", "version": "2"})
