"""Where a question lost: the first step of the pipeline that went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from evals.judged import Judged
from evals.matching import Place, hits, holds, overlap
from evals.score import Score

__all__ = ["LOSSES", "Diagnosis", "Loss", "diagnose"]

Loss = Literal[
    "none",
    "failed",
    "not retrieved",
    "wrongly abstained",
    "wrongly answered",
    "not chosen",
    "wrong span",
    "cited too much",
    "wrong speaker",
    "wrong answer",
]
"""The kinds of loss, in the order in which they happen.

- not retrieved: a gold span is in none of the ranked passages;
- not chosen: it was retrieved (or nothing is known of the ranking), and nothing near it is cited;
- wrong span: a citation lies in a passage that holds it, or touches it, and misses it;
- cited too much: all gold is cited, and something else besides;
- wrong answer: the citations are right and the short answer shares no word with an accepted one.
"""

LOSSES: tuple[Loss, ...] = get_args(Loss)


class Diagnosis(NamedTuple):
    """The kind of loss and the case in words."""

    loss: Loss
    why: str


def diagnose(judged: Judged, scores: Mapping[str, Score]) -> Diagnosis:
    """Name the first step at which a question lost."""
    if judged.failed:
        return Diagnosis("failed", judged.response.failure)
    if judged.question.answerable:
        return _answerable(judged, scores)
    if judged.answered:
        return Diagnosis("wrongly answered", "no document of the suite answers the question")
    return Diagnosis("none", "")


def _answerable(judged: Judged, scores: Mapping[str, Score]) -> Diagnosis:
    missed = _missed(judged)
    absent = [span for span in missed if not _retrieved(judged, span)]
    if absent and judged.ranking is not None:
        return Diagnosis("not retrieved", _list("in none of the ranked passages", absent))
    if judged.abstained:
        known = "retrieved" if judged.ranking is not None else "the ranking is unknown"
        return Diagnosis("wrongly abstained", _list(known, missed))
    if missed:
        return _not_cited(judged, missed)
    return _rest(scores)


def _missed(judged: Judged) -> tuple[Place, ...]:
    """Give the spans that no citation hits, of the gold set that misses least."""
    candidates = [
        tuple(span for span in gold if not any(hits(c, span) for c in judged.cited))
        for gold in judged.gold_sets
    ]
    return min(candidates, key=len, default=())


def _retrieved(judged: Judged, span: Place) -> bool:
    return any(holds(place, span) for place in judged.ranking or ())


def _not_cited(judged: Judged, missed: Sequence[Place]) -> Diagnosis:
    near = [span for span in missed if _near(judged, span)]
    if near:
        return Diagnosis("wrong span", _list("cited beside", near))
    known = "retrieved" if judged.ranking is not None else "not cited (the ranking is unknown)"
    return Diagnosis("not chosen", _list(known, missed))


def _near(judged: Judged, span: Place) -> bool:
    around = [place for place in judged.ranking or () if holds(place, span)]
    return any(
        overlap(cited, span) or any(overlap(cited, place) for place in around)
        for cited in judged.cited
    )


def _rest(scores: Mapping[str, Score]) -> Diagnosis:
    """Name what else can be off where all gold is cited."""
    precision = scores.get("citation_precision")
    if precision and precision.value < 1:
        return Diagnosis("cited too much", precision.reason)
    for measure in ("speaker_f1", "stance_accuracy"):
        speakers = scores.get(measure)
        if speakers and speakers.value < 1:
            return Diagnosis("wrong speaker", speakers.reason)
    short = scores.get("answer_f1")
    if short and not short.value:
        return Diagnosis("wrong answer", short.reason)
    return Diagnosis("none", "")


def _list(what: str, spans: Sequence[Place]) -> str:
    return f"{what}: {', '.join(map(str, spans))}" if spans else what
