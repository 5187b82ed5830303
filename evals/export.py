"""A run in the data set forms of `ragas` and `deepeval`, for teams that use them.

Both judge with a language model; what they are given here is what was asked, answered, cited and
retrieved, and the gold beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evals.judged import Judged, judge
from evals.matching import Place
from evals.run_folder import Run
from evals.suite import Suite

__all__ = ["FORMS", "deepeval_json", "ragas_jsonl"]


def ragas_jsonl(run: Run, suite: Suite) -> str:
    """Give the lines that `ragas.EvaluationDataset.from_jsonl` reads."""
    return "".join(
        json.dumps(
            {
                "user_input": judged.question.question,
                "response": _response(judged),
                "reference": _reference(judged),
                "retrieved_contexts": _texts(suite, judged.ranking or judged.cited),
                "reference_contexts": _texts(suite, _gold(judged)),
            },
            ensure_ascii=False,
        )
        + "\n"
        for judged in _judged(run, suite)
    )


def deepeval_json(run: Run, suite: Suite) -> str:
    """Give the file that deepeval's `EvaluationDataset.add_test_cases_from_json_file` reads.

    Key names are those of its `LLMTestCase`.
    """
    cases = [
        {
            "input": judged.question.question,
            "actual_output": _response(judged),
            "expected_output": _reference(judged),
            "context": _texts(suite, _gold(judged)),
            "retrieval_context": _texts(suite, judged.ranking or judged.cited),
        }
        for judged in _judged(run, suite)
    ]
    return json.dumps(cases, ensure_ascii=False, indent=1) + "\n"


FORMS: Mapping[str, tuple[str, Callable[[Run, Suite], str]]] = {
    "ragas": ("ragas.jsonl", ragas_jsonl),
    "deepeval": ("deepeval.json", deepeval_json),
}
"""File name and writer of each form."""


def _judged(run: Run, suite: Suite) -> Iterator[Judged]:
    questions = {question.qid: question for question in suite.questions}
    for outcome in run.outcomes:
        if outcome.qid in questions:
            yield judge(suite, questions[outcome.qid], outcome.response)


def _response(judged: Judged) -> str:
    return judged.answer.text if judged.answer else ""


def _reference(judged: Judged) -> str:
    """Give the first accepted answer, else the gold passages' own words."""
    question = judged.question
    if question.answers:
        return question.answers[0]
    return " ".join(span.text for span in question.gold)


def _gold(judged: Judged) -> tuple[Place, ...]:
    return judged.gold_sets[0] if judged.gold_sets else ()


def _texts(suite: Suite, places: tuple[Place, ...]) -> list[Any]:
    return [
        suite.documents[place.document].text[place.start : place.end]
        for place in places
        if place.document in suite.documents
    ]
