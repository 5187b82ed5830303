"""What came of one question: scores with reasons, whether it was right, where it lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.datatypes import Answer
from evals.diagnosis import Loss, diagnose
from evals.judged import Judged, judge
from evals.measures import score_answer
from evals.responses import RankedPassage, Response
from evals.retrieval import retrieval_scores
from evals.score import Score
from evals.suite import Suite

__all__ = ["RIGHT", "Outcome", "Status", "score_responses"]

RIGHT = 0.5
"""An answer counts as right from this citation F1 on (answer F1 where no span is gold)."""

Status = Literal["answered", "abstained", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One question of a run, as a line of the transcript holds it."""

    qid: str
    question: str
    language: str
    type: str
    language_pair: str
    cluster: str
    answerable: bool
    status: Status
    right: bool
    loss: Loss
    why: str
    """What was lost where, in words; empty where nothing was."""
    scores: Mapping[str, Score]
    response: Response

    @property
    def answer(self) -> Answer | None:
        return self.response.answer

    def to_dict(self) -> dict[str, Any]:
        """Give the transcript's line: the whole answer, every score and the reason for it."""
        return {
            "qid": self.qid,
            "question": self.question,
            "language": self.language,
            "type": self.type,
            "language_pair": self.language_pair,
            "cluster": self.cluster,
            "answerable": self.answerable,
            "status": self.status,
            "right": self.right,
            "loss": self.loss,
            "why": self.why,
            "scores": {
                name: {
                    "value": score.value,
                    "of": [score.numerator, score.denominator],
                    "reason": score.reason,
                }
                for name, score in self.scores.items()
            },
            **self.response.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        """Read a transcript's line back; raises KeyError or TypeError where it is none."""
        taken = ("scores", "failure", "answer", "retrieved", "elapsed_ms")
        ranking = data["retrieved"]
        response = Response(
            qid=data["qid"],
            answer=Answer.from_dict(data["answer"]) if data["answer"] else None,
            failure=data["failure"],
            ranking=None if ranking is None else tuple(RankedPassage(**p) for p in ranking),
            elapsed_ms=data["elapsed_ms"],
        )
        scores = {
            name: Score(score["of"][0], score["of"][1], score["reason"])
            for name, score in data["scores"].items()
        }
        fields = {name: value for name, value in data.items() if name not in taken}
        return cls(scores=scores, response=response, **fields)


def score_responses(suite: Suite, responses: Sequence[Response]) -> list[Outcome]:
    """Score the responses to a suite's questions, given in the suite's order."""
    judged = [
        judge(suite, question, response)
        for question, response in zip(suite.questions, responses, strict=True)
    ]
    retrieval = retrieval_scores(judged)
    return [_outcome(one, retrieval.get(one.question.qid, {})) for one in judged]


def _outcome(judged: Judged, retrieval: Mapping[str, Score]) -> Outcome:
    question = judged.question
    scores = {**retrieval, **score_answer(judged)}
    diagnosis = diagnose(judged, scores)
    return Outcome(
        qid=question.qid,
        question=question.question,
        language=question.lang,
        type=question.type,
        language_pair=judged.language_pair,
        cluster=judged.cluster,
        answerable=question.answerable,
        status="failed" if judged.failed else "abstained" if judged.abstained else "answered",
        right=_is_right(judged, scores),
        loss=diagnosis.loss,
        why=diagnosis.why,
        scores=scores,
        response=judged.response,
    )


def _is_right(judged: Judged, scores: Mapping[str, Score]) -> bool:
    if judged.failed:
        return False
    if not judged.question.answerable or judged.abstained:
        return judged.question.answerable != judged.abstained
    decisive = scores.get("citation_f1") or scores.get("answer_f1")
    return decisive is None or decisive.value >= RIGHT
