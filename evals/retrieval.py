"""Retrieval measures by `ir-measures`, on rankings of passages judged by the gold spans they hold.

A passage is relevant where it is the first to hold a gold (or also_ok) span; a gold span that no
passage holds is one relevant document that was not found. R@k is the share of the gold spans that
the first k passages hold. `also_ok` can help nDCG and RR and never costs: of the two readings,
with it and without, the kinder counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from statistics import fmean
from typing import NamedTuple
from urllib.parse import unquote

from ir_measures import RR, Measure, R, ScoredDoc, nDCG

from evals.judged import Judged
from evals.matching import Place, holds
from evals.responses import RankedPassage, Response
from evals.score import Score
from evals.suite import Suite, SuiteError

__all__ = [
    "RETRIEVAL_MEASURES",
    "first_ranks",
    "read_trec_run",
    "retrieval_scores",
]

DEPTH = 20
"""Passages of a ranking that count, as deep as the deepest measure looks."""

_RANKED = {"ndcg_10": nDCG @ 10, "rr_10": RR @ 10}
_RECALL = {"r_5": R @ 5, "r_20": R @ 20}
RETRIEVAL_MEASURES = (*_RANKED, *_RECALL)


class _Query(NamedTuple):
    """What `ir-measures` is asked: at which ranks (0 = found nowhere) the relevant ones are."""

    ranks: tuple[int, ...]
    depth: int


_Candidate = tuple[_Query, ...]


def retrieval_scores(judged: Sequence[Judged]) -> dict[str, dict[str, Score]]:
    """Score the rankings of all answerable questions that have gold, by qid and measure.

    Where no system response tells a ranking there is nothing to score. Where some do, a response
    without one (a failure) scores 0.
    """
    if all(one.ranking is None for one in judged):
        return {}
    scored = [one for one in judged if one.question.answerable and one.gold_sets]
    ranked = _best([_readings(one) for one in scored], _RANKED)
    recall = _best([_per_span(one) for one in scored], _RECALL)
    return {
        one.question.qid: {
            name: Score(value, 1.0, _reason(one)) for name, value in (values | more).items()
        }
        for one, values, more in zip(scored, ranked, recall, strict=True)
    }


def first_ranks(ranking: Sequence[Place], spans: Iterable[Place]) -> tuple[int, ...]:
    """Give for each span the 1-based rank of the first passage that holds it, 0 for none."""
    return tuple(
        next((rank for rank, place in enumerate(ranking, 1) if holds(place, span)), 0)
        for span in spans
    )


def read_trec_run(path: Path, suite: Suite) -> list[Response]:
    """Read a TREC run as responses that hold a ranking and no answer.

    A document is named ``doc_id`` or ``doc_id:start-end``; names with white space are
    percent-encoded.

    Raises:
        SuiteError: a line is not of the form, or names an unknown question or document.
    """
    questions = {question.qid for question in suite.questions}
    rankings: dict[str, list[ScoredDoc]] = defaultdict(list)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        columns = line.split()
        if not columns:
            continue
        if len(columns) != 6:
            raise SuiteError(f"{path}:{number}: expected 6 columns, found {len(columns)}")
        qid = columns[0] if columns[0] in questions else unquote(columns[0])
        if qid not in questions:
            raise SuiteError(f"{path}:{number}: expected a qid of the suite, found {qid!r}")
        rankings[qid].append(ScoredDoc(qid, columns[2], _number(columns[4], path, number)))
    return [
        Response(
            qid=question.qid,
            failure="a run holds no answers",
            ranking=tuple(
                _passage(scored, suite, path)
                for scored in sorted(rankings[question.qid], key=lambda scored: -scored.score)
            ),
        )
        for question in suite.questions
    ]


def _readings(judged: Judged) -> list[_Candidate]:
    """Give each gold set twice, without the also_ok spans that were found and with them."""
    ranking = (judged.ranking or ())[:DEPTH]
    extra = tuple(rank for rank in first_ranks(ranking, judged.also_ok) if rank)
    sets = [first_ranks(ranking, gold) for gold in judged.gold_sets]
    readings = [*sets, *(ranks + extra for ranks in sets)] if extra else sets
    return [(_Query(ranks, len(ranking)),) for ranks in readings]


def _per_span(judged: Judged) -> list[_Candidate]:
    """Ask for each span of a gold set by itself, so that two spans in one passage are two."""
    ranking = (judged.ranking or ())[:DEPTH]
    return [
        tuple(_Query((rank,), len(ranking)) for rank in first_ranks(ranking, gold))
        for gold in judged.gold_sets
    ]


def _best(
    questions: Sequence[Sequence[_Candidate]], measures: Mapping[str, Measure]
) -> list[dict[str, float]]:
    """Let `ir-measures` score all queries; a question's value is its best candidate's mean."""
    asked = [query for candidates in questions for queries in candidates for query in queries]
    qrels = {str(i): _qrels(query.ranks) for i, query in enumerate(asked)}
    run = {
        str(i): {str(rank): -float(rank) for rank in range(1, query.depth + 1)}
        for i, query in enumerate(asked)
    }
    best: list[dict[str, float]] = [{} for _ in questions]
    for name, measure in measures.items():
        values = {metric.query_id: metric.value for metric in measure.iter_calc(qrels, run)}
        number = count()
        for question, candidates in enumerate(questions):
            best[question][name] = max(
                fmean([values[str(next(number))] for _ in queries]) for queries in candidates
            )
    return best


def _qrels(ranks: Sequence[int]) -> dict[str, int]:
    found = {str(rank): 1 for rank in ranks if rank}
    return found | {f"not found {number}": 1 for number in range(ranks.count(0))}


def _reason(judged: Judged) -> str:
    if judged.failed and not judged.ranking:
        return f"failed: {judged.response.failure}"
    gold = judged.gold_sets[0]
    ranks = first_ranks((judged.ranking or ())[:DEPTH], gold)
    return "; ".join(
        f"{span} at rank {rank}" if rank else f"{span} not in the first {DEPTH}"
        for span, rank in zip(gold, ranks, strict=True)
    )


def _passage(scored: ScoredDoc, suite: Suite, path: Path) -> RankedPassage:
    for name in (scored.doc_id, unquote(scored.doc_id)):
        if name in suite.documents:
            return RankedPassage(doc_id=name, score=scored.score)
        document, _, span = name.rpartition(":")
        start, _, end = span.partition("-")
        if document in suite.documents and start.isdecimal() and end.isdecimal():
            return RankedPassage(
                doc_id=document, start=int(start), end=int(end), score=scored.score
            )
    raise SuiteError(
        f"{path}: expected doc_id or doc_id:start-end of the suite, found {scored.doc_id!r}"
    )


def _number(text: str, path: Path, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise SuiteError(f"{path}:{line}: expected a score, found {text!r}") from None
