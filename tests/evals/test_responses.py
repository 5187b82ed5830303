from __future__ import annotations

import json
from pathlib import Path

import pytest
from night import OWL, cite, write_lines

from evals.responses import RankedPassage, place_in, read_responses
from evals.suite import Suite, SuiteError


def test_reads_nested_and_flat_lines_in_the_suites_order(suite: Suite, tmp_path: Path) -> None:
    nested = {"qid": "who", "answer": {"text": "The owl.", "confidence": 0.8}, "elapsed_ms": 12}
    flat = {"qid": "moon", "abstained": True, "timings_ms": {"total": 3}}
    path = write_lines(tmp_path / "answers.jsonl", [flat, nested])
    who, slept, moon = read_responses(path, suite)
    assert who.answer is not None
    assert (who.answer.text, who.answer.confidence, who.elapsed_ms) == ("The owl.", 0.8, 12)
    assert moon.answer is not None
    assert (moon.answer.abstained, moon.answer.confidence, moon.elapsed_ms) == (True, 0.0, 3)
    assert slept.answer is None
    assert slept.failure == "no answer in answers.jsonl"


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ({"qid": "who", "failure": "out of memory"}, "out of memory"),
        ({"qid": "who", "answer": None}, "no answer given"),
    ],
)
def test_reads_failures(
    suite: Suite, tmp_path: Path, line: dict[str, object], failure: str
) -> None:
    who, *_ = read_responses(write_lines(tmp_path / "answers.jsonl", [line]), suite)
    assert (who.answer, who.failure) == (None, failure)


def test_a_citation_may_name_a_digest_or_a_whole_document(suite: Suite, tmp_path: Path) -> None:
    digest = suite.documents["owl-again"].sha256
    by_digest = cite("library id", "The hare slept.", OWL)
    by_digest["document"] = {"id": "library id", "sha256": digest}
    whole = {"document": {"id": "hibou"}}
    line = {"qid": "who", "text": "", "citations": [by_digest, whole]}
    who, *_ = read_responses(write_lines(tmp_path / "answers.jsonl", [line]), suite)
    assert who.answer is not None
    first, second = who.answer.citations
    place = place_in(suite, RankedPassage(sha256=first.document.sha256, start=first.start, end=1))
    assert place.document == "owl"
    assert (second.start, second.end) == (0, len(suite.documents["hibou"].text))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"qid": "when", "text": ""}, "a question of the suite, found 'when'"),
        ({"qid": "who", "confidence": 1.5}, "answer.confidence"),
        ({"qid": "who", "citations": [{"start": 0}]}, r"answer.citations\[0\].document"),
    ],
)
def test_refuses_what_is_not_of_the_form(
    suite: Suite, tmp_path: Path, line: dict[str, object], expected: str
) -> None:
    path = write_lines(tmp_path / "answers.jsonl", [{"qid": "slept"}, line])
    with pytest.raises(SuiteError, match=r"answers\.jsonl:2: .*" + expected):
        read_responses(path, suite)


def test_refuses_a_question_answered_twice(suite: Suite, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "answers.jsonl", [{"qid": "who"}, {"qid": "who"}])
    with pytest.raises(SuiteError, match="each question once"):
        read_responses(path, suite)
    with pytest.raises(SuiteError, match="found none"):
        read_responses(tmp_path / "nothing.jsonl", suite)


def test_reads_a_transcript_as_answers(suite: Suite, tmp_path: Path) -> None:
    answer = {"text": "Le hibou.", "abstained": False, "confidence": 0.5}
    line = {"qid": "who", "answer": answer, "scores": {}, "failure": "", "retrieved": None}
    path = tmp_path / "transcript.jsonl"
    path.write_text(json.dumps(line))
    assert read_responses(path, suite)[0].ranking is None
