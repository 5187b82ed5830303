"""Comparison, gates, JUnit and tables of small runs, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from night import HIBOU, OWL, WriteSuite, response, span

from assistant.errors import InvalidInput
from evals.compare import compare
from evals.gate import floors, no_worse, parse_floors
from evals.junit import junit_xml
from evals.loader import load_suite
from evals.outcome import score_responses
from evals.results import RunInfo
from evals.run_folder import Run, write_run
from evals.suite import Suite
from evals.tables import as_markdown, differences, measures

N = 12
SENTENCE = "The owl denied it."


@pytest.fixture
def dozen(write_suite: WriteSuite) -> Suite:
    """Twelve questions on twelve documents."""
    corpus = [{"doc_id": f"d{i}", "text": f"{OWL} {i}", "lang": "en"} for i in range(N)]
    questions = [
        {
            "qid": f"q{i}",
            "question": f"Who denied <b>{i}</b>?",
            "lang": "en",
            "answerable": True,
            "gold": [span(f"d{i}", SENTENCE)],
        }
        for i in range(N)
    ]
    return load_suite(write_suite(questions, corpus))


def run(suite: Suite, folder: Path, right: int) -> Run:
    """Answer the first `right` questions rightly, the others with a wrong citation."""
    responses = []
    for i, question in enumerate(suite.questions):
        text = suite.documents[f"d{i}"].text
        start, end = (0, len(SENTENCE)) if i < right else (len(SENTENCE) + 1, len(OWL))
        citation = {
            "start": start,
            "end": end,
            "quote": text[start:end],
            "document": {"id": f"d{i}"},
        }
        line = {
            "qid": question.qid,
            "text": "\x00",
            "citations": [citation],
            "elapsed_ms": i,
        }
        responses.append(response(line, suite))
    info = RunInfo(suite="dozen", system=folder.name)
    return write_run(folder, score_responses(suite, responses), info)


def test_differences_are_paired(dozen: Suite, tmp_path: Path) -> None:
    found = compare(run(dozen, tmp_path / "a", 12), run(dozen, tmp_path / "b", 6))
    f1 = found.measures["citation_f1"]
    assert (f1.a, f1.b, f1.difference, f1.n) == (1.0, 0.5, -0.5, N)
    assert f1.p == pytest.approx(2 / 2**6)  # exact: six pairs differ, all one way
    assert f1.low is not None
    assert -0.85 < f1.low < -0.5
    assert [pair.b.qid for pair in found.lost] == [f"q{i}" for i in range(6, 12)]
    assert not found.gained
    same = found.measures["verbatim"]
    assert (same.difference, same.p) == (0.0, 1.0)
    assert found.measures["latency_p50_ms"].difference == 0.0


def test_runs_without_common_questions_are_refused(
    dozen: Suite, write_suite: WriteSuite, tmp_path: Path
) -> None:
    a = run(dozen, tmp_path / "a", 1)
    night = load_suite(write_suite())
    responses = [response({"qid": q.qid}, night) for q in night.questions]
    b = write_run(
        tmp_path / "b", score_responses(night, responses), RunInfo(suite="night", system="b")
    )
    with pytest.raises(InvalidInput, match="'dozen' and 'night'"):
        compare(a, b)


def test_a_floor_passes_and_fails(dozen: Suite, tmp_path: Path) -> None:
    half = run(dozen, tmp_path / "a", 6)
    passed, failed, none = floors(
        half, parse_floors(["citation_f1=0.5,citation_recall=.51", "speaker_f1=0"])
    )
    assert str(passed).startswith("PASS  citation_f1 >= 0.5: 0.500 [")
    assert str(failed).startswith("FAIL  citation_recall >= 0.51: 0.500 [")
    assert not none.passed  # nothing was judged by it


@pytest.mark.parametrize("text", ["citation_f1", "citation_f1=high", "f1=1", "latency_p50_ms=9"])
def test_a_floor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="expected measure=number"):
        parse_floors([text])


def test_only_a_significant_loss_fails(dozen: Suite, tmp_path: Path) -> None:
    base = run(dozen, tmp_path / "base", 12)

    def failing(right: int) -> set[str]:
        found = compare(base, run(dozen, tmp_path / f"r{right}", right))
        return {c.name.split()[0] for c in no_worse(found, alpha=0.05) if not c.passed}

    assert failing(12) == set()
    assert failing(10) == set()  # p = 2 / 2²
    assert {"citation_f1", "span_f1"} <= failing(5)  # p = 2 / 2⁷
    better = compare(run(dozen, tmp_path / "worse", 2), base)
    assert all(check.passed for check in no_worse(better, alpha=0.05))


def test_junit_is_well_formed_whatever_the_text(dozen: Suite, tmp_path: Path) -> None:
    done = run(dozen, tmp_path / "a", 11)
    checks = floors(done, {"citation_f1": 0.99, "verbatim": 1.0})
    gates, questions = ET.fromstring(junit_xml(done, checks))
    assert (gates.get("failures"), questions.get("failures")) == ("1", "1")
    assert questions.get("tests") == "12"
    failure = questions.find("testcase[12]/failure")
    assert failure is not None
    assert "wrong span" not in (failure.get("message") or "")
    assert "citation_f1 0.000" in (failure.text or "")
    assert "Who denied <b>11</b>?" in (failure.text or "")


def test_an_outage_is_an_error_in_junit(suite: Suite, tmp_path: Path) -> None:
    responses = [response({"qid": q.qid, "failure": "down & out"}, suite) for q in suite.questions]
    done = write_run(tmp_path, score_responses(suite, responses), RunInfo(suite="s", system="x"))
    _, questions = ET.fromstring(junit_xml(done, []))
    assert questions.get("errors") == "3"


def test_tables_show_what_was_judged_and_escape(dozen: Suite, tmp_path: Path) -> None:
    a, b = run(dozen, tmp_path / "a", 12), run(dozen, tmp_path / "b|<i>", 6)
    text = as_markdown(measures(b.results))
    assert "| citation_f1 | 0.500 |" in text
    assert "speaker_f1" not in text
    assert r"b\|&lt;i>" in text
    assert "| citation_f1 | 1.000 | 0.500 | -0.500 |" in as_markdown(differences(compare(a, b)))


def test_french_gold_is_its_own_pair(suite: Suite) -> None:
    assert suite.documents["hibou"].text == HIBOU
    responses = [response({"qid": q.qid}, suite) for q in suite.questions]
    pairs = [one.language_pair for one in score_responses(suite, responses)]
    assert pairs == ["en→en+fr", "fr→en", "en→en+fr"]
