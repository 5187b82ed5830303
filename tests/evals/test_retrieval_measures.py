"""nDCG, RR and recall worked out by hand for rankings of passages."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest
from night import OWL, QUESTIONS, WriteSuite, span

from evals.judged import judge
from evals.loader import load_suite
from evals.responses import RankedPassage, Response
from evals.retrieval import read_trec_run, retrieval_scores
from evals.suite import Suite, SuiteError

FIRST = span("owl", "The owl denied it.")
SECOND = span("owl", "The fox confirmed it.")
THIRD = span("owl", "The hare slept.")


def passage(*spans: dict[str, object]) -> RankedPassage:
    return RankedPassage(
        doc_id="owl",
        start=min(s["start"] for s in spans),  # type: ignore[type-var]
        end=max(s["end"] for s in spans),  # type: ignore[type-var]
    )


OFF = RankedPassage(doc_id="hibou", start=0, end=5)


def scores(write_suite: WriteSuite, ranking: list[RankedPassage], **gold: object) -> list[float]:
    suite = load_suite(write_suite([QUESTIONS[0] | {"also_ok": []} | gold]))
    response = Response(qid="who", failure="none asked", ranking=tuple(ranking))
    found = retrieval_scores([judge(suite, suite.questions[0], response)])["who"]
    return [found[name].value for name in ("ndcg_10", "rr_10", "r_5", "r_20")]


def discount(rank: int) -> float:
    return 1 / log2(rank + 1)


def test_one_of_two_found_at_rank_2(write_suite: WriteSuite) -> None:
    found = scores(write_suite, [OFF, passage(FIRST)], gold=[FIRST, THIRD])
    assert found == pytest.approx([discount(2) / (discount(1) + discount(2)), 1 / 2, 0.5, 0.5])


def test_two_spans_in_one_passage_are_both_recalled(write_suite: WriteSuite) -> None:
    ranking = [passage(FIRST, SECOND), *[OFF] * 5, passage(THIRD)]
    found = scores(write_suite, ranking, gold=[FIRST, SECOND, THIRD])
    ndcg = (discount(1) + discount(7)) / (discount(1) + discount(2))
    assert found == pytest.approx([ndcg, 1.0, 2 / 3, 1.0])


def test_a_span_counts_once_at_the_first_passage_that_holds_it(write_suite: WriteSuite) -> None:
    assert scores(write_suite, [passage(FIRST), passage(FIRST)], gold=[FIRST]) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (6, [1 / log2(7), 1 / 6, 0.0, 1.0]),
        (11, [0.0, 0.0, 0.0, 1.0]),
        (21, [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_cut_offs(write_suite: WriteSuite, rank: int, expected: list[float]) -> None:
    ranking = [OFF] * (rank - 1) + [passage(FIRST)]
    assert scores(write_suite, ranking, gold=[FIRST]) == pytest.approx(expected)


def test_also_ok_helps_and_never_costs(write_suite: WriteSuite) -> None:
    ahead = scores(write_suite, [passage(SECOND), passage(FIRST)], gold=[FIRST], also_ok=[SECOND])
    assert ahead == [1, 1, 1, 1]
    behind = [passage(FIRST), *[OFF] * 6, passage(SECOND)]
    assert scores(write_suite, behind, gold=[FIRST], also_ok=[SECOND]) == [1, 1, 1, 1]
    alone = scores(write_suite, [passage(SECOND)], gold=[FIRST], also_ok=[SECOND])
    assert alone == pytest.approx([1 / (1 + discount(2)), 1, 0, 0])


def test_the_best_alternative_counts(write_suite: WriteSuite) -> None:
    found = scores(write_suite, [passage(THIRD)], gold=[FIRST, SECOND], alternatives=[[THIRD]])
    assert found == [1, 1, 1, 1]


def test_half_of_the_span_must_be_in_the_passage(write_suite: WriteSuite) -> None:
    half = RankedPassage(doc_id="owl", start=0, end=9)  # of 18 characters
    less = RankedPassage(doc_id="owl", start=0, end=8)
    assert scores(write_suite, [less, half], gold=[FIRST])[1] == 1 / 2


def test_a_system_that_tells_no_ranking_is_not_scored(suite: Suite) -> None:
    blind = [judge(suite, q, Response(qid=q.qid, failure="x")) for q in suite.questions]
    assert retrieval_scores(blind) == {}


def test_trec_runs_are_read(suite: Suite, tmp_path: Path) -> None:
    path = tmp_path / "bm25.trec"
    path.write_text(
        "who Q0 hibou 1 2.5 bm25\nwho Q0 owl:0-18 2 9.0 bm25\nslept Q0 owl-again 1 1.0 bm25\n"
    )
    responses = read_trec_run(path, suite)
    assert [p.doc_id for p in responses[0].ranking or ()] == ["owl", "hibou"]  # by score
    found = retrieval_scores(
        [judge(suite, q, r) for q, r in zip(suite.questions, responses, strict=True)]
    )
    assert found["who"]["r_5"].value == 1.0  # both gold spans, one in a whole document
    assert found["slept"]["rr_10"].value == 1.0  # the copy is the same document


def test_names_with_spaces_are_percent_encoded_in_a_trec_run(
    write_suite: WriteSuite, tmp_path: Path
) -> None:
    corpus = [{"doc_id": "the owl: a%20life", "text": OWL}]
    gold = FIRST | {"doc_id": "the owl: a%20life"}
    question = {"qid": "q 1", "question": "?", "answerable": True, "gold": [gold]}
    suite = load_suite(write_suite([question], corpus))
    ranking = (RankedPassage(doc_id="the owl: a%20life", start=0, end=18),)
    line = "q%201 Q0 the%20owl:%20a%2520life:0-18 1 0.0 system\n"
    (tmp_path / "run").write_text(line)
    assert read_trec_run(tmp_path / "run", suite)[0].ranking == ranking


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("who Q0 owl 1 2.5", "6 columns"),
        ("when Q0 owl 1 2.5 x", "qid"),
        ("who Q0 wolf 1 2.5 x", "'wolf'"),
        ("who Q0 owl 1 high x", "'high'"),
    ],
)
def test_broken_runs_are_refused(suite: Suite, tmp_path: Path, line: str, expected: str) -> None:
    path = tmp_path / "run"
    path.write_text(line)
    with pytest.raises(SuiteError, match=expected):
        read_trec_run(path, suite)
