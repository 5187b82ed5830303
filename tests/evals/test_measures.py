"""Every number here was worked out by hand from the definitions in `evals/README.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from night import OWL, cite, response, span

from assistant.datatypes import Attribution, Citation, DocumentRef
from evals.judged import judge
from evals.matching import Place
from evals.measures import answer_scores, citation_scores, score_answer, span_f1, verbatim
from evals.outcome import score_responses
from evals.responses import Response
from evals.speakers import speaker_scores, stance_accuracy
from evals.suite import Question, Speaker, Suite, SuiteDocument


def at(start: int, end: int, document: str = "d") -> Place:
    return Place(document, start, end)


def test_citations_one_of_two_right_one_of_three_found() -> None:
    cited = [at(0, 10), at(50, 60)]
    gold = [at(0, 12), at(100, 110), at(0, 10, "other")]
    precision, recall, f1 = citation_scores(cited, gold)
    assert precision.value == 1 / 2
    assert recall.value == 1 / 3
    assert f1.value == pytest.approx(0.4)  # 2 · 1/2 · 1/3 / (5/6)
    assert "[2] d 50-60 is 38 characters from d 0-12" in precision.reason
    assert "missed: d 100-110" in recall.reason


def test_also_ok_is_no_error_and_no_loss() -> None:
    precision, recall, _ = citation_scores([at(0, 10), at(20, 30)], [at(0, 10)], [at(20, 30)])
    assert (precision.value, recall.value) == (1.0, 1.0)
    assert citation_scores([at(0, 10)], [at(0, 10)], [at(20, 30)]).f1.value == 1.0
    # ... but it is no gold either
    assert citation_scores([at(20, 30)], [at(0, 10)], [at(20, 30)]).recall.value == 0.0


@pytest.mark.parametrize(
    ("cited", "gold", "also_ok", "value"),
    [
        ([(5, 15)], [(0, 10)], [], 10 / 20),  # 5 shared, 10 cited, 10 gold
        ([(5, 15)], [(0, 10)], [(10, 20)], 10 / 15),  # the 5 outside are also ok
        ([(0, 10), (5, 15)], [(0, 15)], [], 1.0),  # a union counts each character once
        ([], [(0, 10)], [], 0.0),
        ([(0, 10)], [(0, 5), (20, 25)], [], 10 / 20),
    ],
)
def test_span_f1_is_of_characters(
    cited: list[tuple[int, int]],
    gold: list[tuple[int, int]],
    also_ok: list[tuple[int, int]],
    value: float,
) -> None:
    places = ([at(*pair) for pair in pairs] for pairs in (cited, gold, also_ok))
    assert span_f1(*places).value == pytest.approx(value)


def test_verbatim_counts_quotes_that_are_what_stands_there() -> None:
    quotes = [
        Citation(n=n, document=DocumentRef(id="d", sha256=""), start=0, end=3, quote=quote)
        for n, quote in enumerate(["owl", "0wl", "owl"], 1)
    ]
    score = verbatim(quotes, ["owl", "owl", None])
    assert (score.numerator, score.denominator) == (1, 3)
    assert "[2] quotes '0wl', its place holds 'owl'" in score.reason
    assert "[3] quotes 'owl', its place holds nothing" in score.reason


@pytest.mark.parametrize(
    ("given", "accepted", "languages", "em", "f1"),
    [
        ("the black cat sat", ["a cat"], ["en"], 0, 2 * 1 / (3 + 1)),
        ("cat cat", ["cat"], ["en"], 0, 2 * 1 / (2 + 1)),  # repeats count, as SQuAD's do
        ("L'hibou.", ["le hibou"], ["fr"], 1, 1.0),
        ("The Owl", ["le hibou", "owl"], ["en", "fr"], 1, 1.0),
        ("l'eau", ["eau"], ["en"], 0, 0.0),  # "leau": no elisions in English
        ("", ["owl"], ["en"], 0, 0.0),
    ],
)
def test_short_answers(
    given: str, accepted: list[str], languages: list[str], em: float, f1: float
) -> None:
    scores = answer_scores(given, accepted, languages)
    assert (scores.em.value, scores.f1.value) == (em, pytest.approx(f1))


OWL_SPEAKER = Speaker(name="the owl", aliases=("le hibou",))
FOX = Speaker(name="Mr. Renard Fox")


@pytest.mark.parametrize(
    ("named", "precision", "recall", "f1"),
    [
        (["Le Hibou", "the moon"], 1 / 2, 1 / 2, 1 / 2),
        (["the owl", "le hibou"], 1.0, 1 / 2, 2 / 3),  # two names of one speaker are one
        (["fox", "owl"], 1.0, 1.0, 1.0),
        (["the moon", "The moon!"], 0.0, 0.0, 0.0),
        ([], 0.0, 0.0, 0.0),
    ],
)
def test_speakers_match_as_sets(
    named: list[str], precision: float, recall: float, f1: float
) -> None:
    scores = speaker_scores(named, [OWL_SPEAKER, FOX])
    assert [score.value for score in scores[:3]] == pytest.approx([precision, recall, f1])


def test_stance_is_that_of_the_matched_speaker() -> None:
    said = [
        Attribution(source="le hibou", stance="deny", cue="a nié", content="", citation=1),
        Attribution(source="the fox", stance="confirm", cue="confirmed", content="", citation=1),
    ]
    assert stance_accuracy(said, [OWL_SPEAKER], "deny").value == 1.0
    assert stance_accuracy(said, [OWL_SPEAKER, FOX], "deny").value == 1 / 2
    assert "the owl: deny" in stance_accuracy(said, [OWL_SPEAKER], "confirm").reason


def answer(suite: Suite, qid: str, **fields: Any) -> Response:
    return response({"qid": qid, "answer": fields}, suite)


def values(suite: Suite, response: Response) -> dict[str, float]:
    question = next(q for q in suite.questions if q.qid == response.qid)
    scores = score_answer(judge(suite, question, response))
    return {name: score.value for name, score in scores.items()}


def test_a_whole_answer(suite: Suite) -> None:
    # Cited: one of two gold spans, one also_ok, and a wrong one.
    cited = [cite("owl-again", t) for t in ("The owl denied it.", "The fox confirmed it.")]
    cited.append(cite("owl", "The hare slept."))
    said = {"source": "The owl", "stance": "deny", "cue": "denied", "content": "", "citation": 1}
    response = answer(
        suite, "who", text="The owl [1].", citations=cited, attributions=[said], confidence=0.9
    )
    assert values(suite, response) == pytest.approx(
        {
            "citation_precision": 2 / 3,
            "citation_recall": 1 / 2,
            "citation_f1": 4 / 7,
            "span_f1": 2 * 18 / (18 + 15 + 18 + 15),  # shared 18; beside it 15; gold 18 + 15
            "verbatim": 1.0,
            "answer_em": 1.0,
            "answer_f1": 1.0,
            "speaker_precision": 1.0,
            "speaker_recall": 1.0,
            "speaker_f1": 1.0,
            "stance_accuracy": 1.0,
            "abstention_accuracy": 1.0,
        }
    )


def test_abstaining_on_an_answerable_question(suite: Suite) -> None:
    response = answer(suite, "slept", abstained=True, text="the hare")
    assert values(suite, response) == {
        "abstention_accuracy": 0.0,
        "citation_recall": 0.0,
        "citation_f1": 0.0,
        "span_f1": 0.0,
        "answer_em": 0.0,
        "answer_f1": 0.0,
    }


def test_unanswerable_questions(suite: Suite) -> None:
    assert values(suite, answer(suite, "moon", abstained=True)) == {"abstention_accuracy": 1.0}
    answered = answer(suite, "moon", text="The owl.", citations=[cite("owl", "The owl")])
    assert values(suite, answered) == {
        "abstention_accuracy": 0.0,
        "citation_precision": 0.0,
        "verbatim": 1.0,
    }


def test_a_failure_scores_0_wherever_the_question_counts(suite: Suite) -> None:
    failed = values(suite, Response(qid="who", failure="timed out"))
    assert set(failed.values()) == {0.0}
    assert {"citation_precision", "citation_f1", "answer_f1", "stance_accuracy"} <= set(failed)


def test_a_failure_misses_all_gold_characters(suite: Suite) -> None:
    scores = score_answer(judge(suite, suite.questions[0], Response(qid="who", failure="x")))
    assert scores["span_f1"].denominator == 18 + 15


def test_the_best_gold_set_counts_as_a_whole(suite: Suite) -> None:
    first, second = span("owl", "The owl denied it."), span("owl", "The fox confirmed it.")
    data = {"qid": "q", "question": "?", "answerable": True, "gold": [first]}
    question = Question.model_validate(data | {"alternatives": [[second]]})
    one = suite_of(suite, question)
    assert values(one, answer(one, "q", citations=[cite("owl", second["text"])]))["span_f1"] == 1.0
    both = answer(one, "q", citations=[cite("owl", s["text"]) for s in (first, second)])
    assert values(one, both)["citation_precision"] == 1 / 2


def suite_of(suite: Suite, *questions: Question) -> Suite:
    return Suite(suite.path, suite.documents, questions)


spans = st.tuples(st.integers(0, len(OWL) - 1), st.integers(1, 30)).map(
    lambda pair: (pair[0], min(len(OWL), pair[0] + pair[1]))
)
CITATIONS = st.lists(spans, max_size=5)


def made_suite(gold: list[tuple[int, int]]) -> Suite:
    question = Question.model_validate(
        {
            "qid": "q",
            "question": "Who?",
            "lang": "en",
            "answerable": True,
            "answers": ["the owl"],
            "gold": [{"doc_id": "d", "start": s, "end": e, "text": OWL[s:e]} for s, e in gold],
            "speakers": [{"name": "the owl"}],
            "stance": "deny",
        }
    )
    document = SuiteDocument(doc_id="d", text=OWL, lang="en")
    return Suite(Path("made"), {"d": document}, (question,))


def response_of(suite: Suite, cited: list[tuple[int, int]], **fields: Any) -> Response:
    citations = [
        {"start": s, "end": e, "quote": OWL[s:e], "document": {"id": "d"}} for s, e in cited
    ]
    data = {
        "qid": "q",
        "answer": {"citations": citations, "short_answer": "owl", **fields},
        "retrieved": [{"doc_id": "d", "start": s, "end": e} for s, e in cited],
    }
    return response(data, suite)


@given(st.lists(spans, min_size=1, max_size=4), CITATIONS)
def test_scores_lie_between_0_and_1(
    gold: list[tuple[int, int]], cited: list[tuple[int, int]]
) -> None:
    suite = made_suite(gold)
    (outcome,) = score_responses(suite, [response_of(suite, cited)])
    assert all(0 <= score.value <= 1 for score in outcome.scores.values())
    assert all(score.reason for score in outcome.scores.values())


@given(st.lists(spans, min_size=1, max_size=4), CITATIONS, st.randoms())
def test_the_order_of_citations_does_not_matter(
    gold: list[tuple[int, int]], cited: list[tuple[int, int]], random: Any
) -> None:
    suite = made_suite(gold)
    shuffled = list(cited)
    random.shuffle(shuffled)
    a, b = (values(suite, response_of(suite, order)) for order in (cited, shuffled))
    assert a == b


@given(st.lists(spans, min_size=1, max_size=4))
def test_the_gold_answer_scores_1(gold: list[tuple[int, int]]) -> None:
    suite = made_suite(gold)
    said = {"source": "the owl", "stance": "deny", "cue": "", "content": "", "citation": 1}
    perfect = response_of(suite, gold, attributions=[said])
    (outcome,) = score_responses(suite, [perfect])
    ranked = {"ndcg_10", "rr_10", "r_5", "r_20"}
    answered = [score.value for name, score in outcome.scores.items() if name not in ranked]
    assert answered == [1.0] * 12
    assert outcome.right
    assert outcome.loss == "none"
    assert outcome.scores["r_5"].value == 1.0
