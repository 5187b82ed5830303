"""Diagnosis, confidence and results of whole runs, worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from night import HIBOU, OWL, cite, response, span

from assistant.errors import InvalidInput
from evals.confidence import area, expected_error, reliability, risk_coverage
from evals.outcome import Outcome, score_responses
from evals.responses import Response
from evals.results import MEASURES, RunInfo
from evals.run_folder import read_run, write_run
from evals.suite import Suite

INFO = RunInfo(suite="suite", system="by hand")


def outcomes(suite: Suite, **given: dict[str, Any]) -> list[Outcome]:
    """Score one response per question; a question that is not given failed."""
    return score_responses(
        suite,
        [
            response({"qid": q.qid} | given.get(q.qid, {"failure": "down"}), suite)
            for q in suite.questions
        ],
    )


def answer(*citations: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"answer": {"text": "The owl.", "citations": list(citations)} | fields}


OWL_DENIED = cite("owl", "The owl denied it.")
HIBOU_DENIED = cite("hibou", "Le hibou a nié.", HIBOU)
RENARD = cite("hibou", "Le renard", HIBOU)
HARE = cite("owl", "The hare slept.")
SAID = {"source": "the owl", "stance": "deny", "cue": "denied", "content": "", "citation": 1}


def ranked(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"retrieved": [{k: s[k] for k in ("doc_id", "start", "end")} for s in spans]}


IN_OWL = span("owl", OWL)
IN_HIBOU = span("hibou", HIBOU, HIBOU)


@pytest.mark.parametrize(
    ("given", "loss"),
    [
        ({"failure": "down"}, "failed"),
        (answer(OWL_DENIED) | ranked(IN_OWL), "not retrieved"),
        (answer(OWL_DENIED) | ranked(IN_OWL, IN_HIBOU), "not chosen"),
        (
            answer(OWL_DENIED, cite("hibou", "Le renard", HIBOU)) | ranked(IN_OWL, IN_HIBOU),
            "wrong span",
        ),
        (answer(abstained=True) | ranked(IN_OWL, IN_HIBOU), "wrongly abstained"),
        (answer(abstained=True) | ranked(IN_OWL), "not retrieved"),
        (answer(abstained=True), "wrongly abstained"),
        (answer(OWL_DENIED), "not chosen"),
        (answer(OWL_DENIED, HIBOU_DENIED, HARE), "cited too much"),
        (answer(OWL_DENIED, HIBOU_DENIED, short_answer="the fox"), "wrong speaker"),
        (answer(OWL_DENIED, HIBOU_DENIED, attributions=[SAID], short_answer="Hm"), "wrong answer"),
        (answer(OWL_DENIED, HIBOU_DENIED, attributions=[SAID]), "none"),
    ],
)
def test_diagnosis_names_the_first_step_that_lost(
    suite: Suite, given: dict[str, Any], loss: str
) -> None:
    who = outcomes(suite, who=given)[0]
    assert who.loss == loss
    assert bool(who.why) is (loss != "none")


def test_answering_the_unanswerable_is_wrong(suite: Suite) -> None:
    moon = outcomes(suite, moon=answer(HARE))[2]
    assert (moon.loss, moon.right, moon.status) == ("wrongly answered", False, "answered")
    assert outcomes(suite, moon=answer(abstained=True))[2].right


def test_risk_coverage_and_reliability(suite: Suite) -> None:
    run = outcomes(
        suite,
        who=answer(OWL_DENIED, HIBOU_DENIED, confidence=0.9),  # right
        slept=answer(OWL_DENIED, confidence=0.6),  # wrong
        moon=answer(abstained=True, confidence=0.2),
    )
    curve = risk_coverage(run)
    assert [(p.coverage, p.risk) for p in curve] == [(1 / 3, 0.0), (2 / 3, 1 / 2)]
    assert area(curve) == pytest.approx(1 / 4)  # half of the way at 0, half at ½
    bins = reliability(run)
    assert [(one.confidence, one.right, one.n) for one in bins] == [(0.6, 0.0, 1), (0.9, 1.0, 1)]
    assert expected_error(bins) == pytest.approx((0.6 + 0.1) / 2)


def test_answers_of_equal_confidence_are_one_point(suite: Suite) -> None:
    run = outcomes(
        suite, who=answer(OWL_DENIED, HIBOU_DENIED, confidence=0.5), slept=answer(confidence=0.5)
    )
    assert [(p.coverage, p.risk) for p in risk_coverage(run)] == [(2 / 3, 1 / 2)]
    assert risk_coverage(outcomes(suite)) == []
    assert area([]) is None


def test_results_of_a_run(suite: Suite, tmp_path: Path) -> None:
    run = outcomes(
        suite,
        who=answer(OWL_DENIED, confidence=0.9) | {"elapsed_ms": 10.0},
        moon=answer(abstained=True, confidence=0.2) | {"elapsed_ms": 30.0},
    )
    written = write_run(tmp_path / "run", run, INFO)
    results = written.results
    assert tuple(results["measures"]) == MEASURES
    means = {name: measure["mean"] for name, measure in results["measures"].items()}
    assert means["citation_recall"] == 1 / 4  # a half, and 0 for the failed one
    assert means["citation_precision"] == 1 / 2  # 1 for the answer, 0 for the failed one
    assert means["abstention_accuracy"] == 2 / 3
    assert means["latency_p50_ms"] == 20.0
    assert means["verbatim"] == 1.0
    assert means["r_5"] is None
    # AUROC: answerable 0.9 and failed (below all); unanswerable 0.2: one pair of two in order.
    assert means["abstention_auroc"] == 1 / 2
    assert results["measures"]["r_5"]["n"] == 0
    assert results["failed"] == {"slept": "down"}
    assert set(results["by"]) == {"type", "language", "language_pair"}
    assert set(results["by"]["language_pair"]) == {"en→en+fr", "fr→en"}
    assert results["by"]["type"]["who_said"]["citation_recall"]["mean"] == 1 / 2
    assert results["losses"]["not chosen"] == {"n": 1, "qids": ["who"]}
    assert json.loads((tmp_path / "run" / "results.json").read_text()) == results


def test_a_run_is_read_back_whole(suite: Suite, tmp_path: Path) -> None:
    run = outcomes(suite, who=answer(OWL_DENIED, HARE) | ranked(IN_OWL), moon=answer(HARE))
    write_run(tmp_path / "run", run, INFO)
    assert read_run(tmp_path / "run").outcomes == run


def test_equal_answers_give_equal_bytes_whatever_their_timings(
    suite: Suite, tmp_path: Path
) -> None:
    for name, elapsed in (("a", 1.0), ("b", 99.0)):
        given = answer(OWL_DENIED) | {"elapsed_ms": elapsed}
        write_run(tmp_path / name, outcomes(suite, who=given), INFO)
    a, b = ((tmp_path / name / "scores.csv").read_bytes() for name in "ab")
    assert a == b
    assert b"who,who_said,en," in a


def test_a_cell_is_no_formula(suite: Suite, tmp_path: Path) -> None:
    question = suite.questions[0].model_copy(update={"qid": "=1+1", "type": "@x"})
    evil = Suite(suite.path, suite.documents, (question,))
    run = score_responses(evil, [Response(qid="=1+1", failure="x")])
    write_run(tmp_path, run, INFO)
    assert "\n'=1+1,'@x," in (tmp_path / "scores.csv").read_text()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no results\.json"):
        read_run(tmp_path)
