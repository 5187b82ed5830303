"""Each question as the report's page shows it: answer, reasons, gold and cited side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from evals.judge import Judgement
from evals.judged import Judged, judge
from evals.matching import Place, union
from evals.outcome import Outcome
from evals.suite import Question, Suite

__all__ = ["cases"]

CONTEXT = 160
"""Characters of the source that are shown around what is highlighted."""


class _Marked(NamedTuple):
    """Characters of a document, and whether they are gold, cited, also ok."""

    text: str
    marks: str
    """Of ``g`` (gold), ``c`` (cited), ``o`` (also ok); empty for what is around them."""


def cases(
    outcomes: Sequence[Outcome],
    suite: Suite | None,
    *,
    limit: int,
    judgement: Judgement | None = None,
) -> list[dict[str, Any]]:
    """Give the data of the questions; where there are too many, those that lost come first."""
    order = sorted(range(len(outcomes)), key=lambda i: (outcomes[i].right, i))[:limit]
    questions = {question.qid: question for question in suite.questions} if suite else {}
    shown = [_case(outcomes[i], questions.get(outcomes[i].qid), suite) for i in sorted(order)]
    if judgement:
        verdicts = {
            verdict.qid: [verdict.correct, verdict.reason] for verdict in judgement.verdicts
        }
        for case in shown:
            case["judge"] = verdicts.get(case["qid"])
    return shown


def _case(outcome: Outcome, question: Question | None, suite: Suite | None) -> dict[str, Any]:
    answer = outcome.answer
    shown: dict[str, Any] = {
        "qid": outcome.qid,
        "question": outcome.question,
        "type": outcome.type,
        "pair": outcome.language_pair,
        "status": outcome.status,
        "right": outcome.right,
        "loss": outcome.loss,
        "why": outcome.why,
        "scores": [[name, round(s.value, 4), s.reason] for name, s in outcome.scores.items()],
        "answer": answer.text if answer else "",
        "short": answer.short_answer if answer else "",
        "confidence": answer.confidence if answer else None,
        "failure": outcome.response.failure,
        "ms": outcome.response.elapsed_ms,
    }
    if question is None or suite is None:
        citations = answer.citations if answer else ()
        quotes = [[c.document.title or c.document.id, [[c.quote, "c"]]] for c in citations]
        return shown | {"gold": [], "cited": quotes, "accepted": [], "history": []}
    judged = judge(suite, question, outcome.response)
    gold = judged.gold_sets[0] if judged.gold_sets else ()
    return shown | {
        "accepted": list(question.answers),
        "history": [[turn.question, turn.answer] for turn in question.history],
        "gold": _excerpts(gold, judged, suite),
        "cited": _excerpts(judged.cited, judged, suite),
    }


def _excerpts(places: Sequence[Place], judged: Judged, suite: Suite) -> list[list[Any]]:
    """Cut the sources around some places, document by document, with all that is marked there."""
    shown: list[list[Any]] = []
    for name in dict.fromkeys(place.document for place in places):
        document = suite.documents.get(name)
        if document is None:
            shown.append([name, []])
            continue
        length = len(document.text)
        windows = union(
            Place(name, max(0, p.start - CONTEXT), min(length, _end(p) + CONTEXT))
            for p in places
            if p.document == name
        )
        parts: list[_Marked] = []
        for window in windows:
            if window.start:
                parts.append(_Marked("\n… " if parts else "… ", ""))
            parts += _marked(document.text, window, judged)
        if windows and windows[-1].end < length:
            parts.append(_Marked(" …", ""))
        shown.append([document.title or name, [list(part) for part in parts]])
    return shown


def _end(place: Place) -> int:
    # Of a document that is gold as a whole, the beginning is enough to know it by.
    return min(place.end, place.start + 4 * CONTEXT) if place.whole else place.end


def _marked(text: str, window: Place, judged: Judged) -> list[_Marked]:
    """Cut a window at every border of what is marked in it."""
    marked = {
        "g": [place for spans in judged.gold_sets[:1] for place in spans if not place.whole],
        "c": judged.cited,
        "o": judged.also_ok,
    }
    here = {
        mark: [place for place in places if place.document == window.document]
        for mark, places in marked.items()
    }
    borders = {window.start, window.end}
    for place in (place for places in here.values() for place in places):
        borders |= {b for b in (place.start, place.end) if window.start < b < window.end}
    parts: list[_Marked] = []
    for start, end in pairwise(sorted(borders)):
        marks = (
            mark
            for mark, places in here.items()
            if any(place.start <= start and end <= place.end for place in places)
        )
        parts.append(_Marked(text[start:end], "".join(marks)))
    return parts
