"""Follow-ups: what is found, and cited, with the history, without it, and by a person's rewriting.

A gold span that is a whole document is one that any of its passages holds, as nothing finer was
annotated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant
from assistant.conversation import MAX_QUESTION
from evals.assistant_run import ranked
from evals.judged import judge
from evals.loader import read_lines, read_record
from evals.measures import score_answer
from evals.responses import Response
from evals.retrieval import DEPTH, retrieval_scores
from evals.suite import GoldSpan, Question, Record, Suite, SuiteError
from evals.tables import Rows, figure

__all__ = ["compare_rewriting", "follow_ups_of", "read_rewrites"]

_RANKED = ("r_5", "r_20", "ndcg_10")
_MEASURES = (*_RANKED, "citation_f1")
_LEAST_GAP = 0.02  # below, a share of it is a share of noise


class _Rewrite(Record):
    qid: str
    rewrite: str


@dataclass(frozen=True)
class _FollowUp:
    question: Question
    human: str


def read_rewrites(path: Path) -> dict[str, str]:
    """Read lines of ``{"qid", "rewrite"}``; raises SuiteError for another form."""
    records = (read_record(_Rewrite, line, f"{path}:{n}") for n, line in read_lines(path))
    return {record.qid: record.rewrite for record in records}


def follow_ups_of(suite: Suite, rewrites: Mapping[str, str]) -> list[_FollowUp]:
    """Give the questions with history and gold that a person rewrote.

    Raises:
        SuiteError: there are none.
    """
    found = [
        _FollowUp(_whole_documents(question, suite), human)
        for question in suite.questions
        if question.history
        and question.answerable
        and question.gold
        and (human := rewrites.get(question.qid, question.standalone))
    ]
    if not found:
        raise SuiteError(
            f"{suite.path}: expected questions with history and standalone, found none"
        )
    return found


def compare_rewriting(
    assistant: Assistant,
    suite: Suite,
    asked: Sequence[_FollowUp],
    on_progress: Callable[[str], None] = lambda _: None,
) -> Rows:
    """Ask each follow-up in four ways, and tabulate what was found and cited."""
    ways: dict[str, Callable[[_FollowUp], str]] = {
        "(a) the turn alone": lambda one: one.question.question,
        "(b) with the whole history": lambda one: _with_history(one.question),
        "(c) rewritten by a person": lambda one: one.human,
    }
    cells = []
    means: list[float] = []
    for name, written in [*ways.items(), ("assistant", None)]:
        on_progress(name)
        judged = []
        for one in asked:
            text = written(one) if written else one.question.question
            history = () if written else one.question.history
            ranking = ranked(assistant.retrieve(text, limit=DEPTH, history=history))
            answer = assistant.ask(text, history=history)
            response = Response(qid=one.question.qid, ranking=ranking, answer=answer)
            judged.append(judge(suite, one.question, response))
        scores = retrieval_scores(judged).values()
        found = {m: sum(score[m].value for score in scores) / len(asked) for m in _RANKED}
        cited = [score_answer(each)["citation_f1"].value for each in judged]
        found["citation_f1"] = sum(cited) / len(asked)
        means.append(found["r_5"])
        cells.append((name, *(figure(m, found[m]) for m in _MEASURES)))
    alone, _, human, ours = means
    gap = human - alone
    closed = f"{(ours - alone) / gap:.0%}" if gap >= _LEAST_GAP else "no gap"
    cells.append(("gap (a) → (c) closed", closed, *[""] * (len(_MEASURES) - 1)))
    return Rows(f"{suite.name}: {len(asked)} follow-ups", ("searched for", *_MEASURES), cells)


def _with_history(question: Question) -> str:
    said = (f"{turn.question} {turn.answer}" for turn in question.history)
    return " ".join((*said, question.question))[-MAX_QUESTION:]


def _whole_documents(question: Question, suite: Suite) -> Question:
    def whole(span: GoldSpan) -> GoldSpan:
        text = suite.documents[span.doc_id].text
        if span.start == 0 and span.end is not None and span.end >= 0.9 * len(text):
            return GoldSpan(doc_id=span.doc_id)
        return span

    gold = tuple(map(whole, question.gold))
    alternatives = tuple(tuple(map(whole, spans)) for spans in question.alternatives)
    return question.model_copy(update={"gold": gold, "alternatives": alternatives})
