"""The measures of answers, one question at a time: pure functions, each score with its reason.

Definitions are those of `evals/README.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.datatypes import Answer, Citation
from evals.judged import Judged
from evals.matching import Place, characters, common, hits
from evals.normalise import answer_tokens
from evals.score import Score
from evals.speakers import named_speakers, speaker_scores, stance_accuracy

__all__ = [
    "ANSWER_MEASURES",
    "CitationScores",
    "abstention",
    "answer_scores",
    "citation_scores",
    "score_answer",
    "span_f1",
    "verbatim",
]

ANSWER_MEASURES = (
    "citation_precision",
    "citation_recall",
    "citation_f1",
    "span_f1",
    "verbatim",
    "answer_em",
    "answer_f1",
    "speaker_precision",
    "speaker_recall",
    "speaker_f1",
    "stance_accuracy",
    "abstention_accuracy",
)


class CitationScores(NamedTuple):
    """How well citations meet the gold spans."""

    precision: Score
    recall: Score
    f1: Score


class AnswerScores(NamedTuple):
    """Exact match and token F1 of a short answer."""

    em: Score
    f1: Score


def score_answer(judged: Judged) -> dict[str, Score]:
    """Score one answer by every measure that is defined for its question."""
    question = judged.question
    if judged.answer is None:
        return _failed(judged)
    answer = judged.answer
    scores = {"abstention_accuracy": abstention(question.answerable, answer.abstained)}
    if answer.citations:
        scores["verbatim"] = verbatim(answer.citations, judged.sources)
    if not question.answerable:
        if judged.answered:
            scores["citation_precision"] = Score(0.0, 1.0, "answered what no document answers")
        return scores
    if judged.gold_sets:
        scores |= _citations(judged)
    if question.answers:
        em, f1 = _short(answer, judged)
        scores |= {"answer_em": em, "answer_f1": f1}
    if question.speakers:
        scores |= _speakers(answer, judged)
    return scores


def citation_scores(
    cited: Sequence[Place], gold: Sequence[Place], also_ok: Sequence[Place] = ()
) -> CitationScores:
    """Score citations against one set of gold spans; without a citation all is 0."""
    right = [any(hits(c, span) for span in (*gold, *also_ok)) for c in cited]
    found = [any(hits(c, span) for c in cited) for span in gold]
    precision = sum(right) / len(cited) if cited else 0.0
    recall = sum(found) / len(gold)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    wrong = [
        _miss(n, c, gold) for n, (c, ok) in enumerate(zip(cited, right, strict=True), 1) if not ok
    ]
    missed = [f"missed: {span}" for span, ok in zip(gold, found, strict=True) if not ok]
    precise = "; ".join([f"{sum(right)} of {len(cited)} citations are right", *wrong])
    recalled = "; ".join([f"{sum(found)} of {len(gold)} gold spans are cited", *missed])
    return CitationScores(
        Score(precision, 1.0, precise if cited else "no citation"),
        Score(recall, 1.0, recalled),
        Score(f1, 1.0, f"precision {precision:.3f}, recall {recall:.3f}"),
    )


def span_f1(cited: Sequence[Place], gold: Sequence[Place], also_ok: Sequence[Place] = ()) -> Score:
    """Score cited against gold characters: 2 · shared / (cited + gold).

    Cited characters that are `also_ok` and not gold count neither way. Summed over questions,
    the fraction is the micro-averaged F1.
    """
    shared = common(cited, gold)
    outside = characters(cited) - common(cited, (*gold, *also_ok))
    of_gold = characters(gold)
    reason = f"{shared} characters shared of {shared + outside} cited and {of_gold} gold"
    return Score(2.0 * shared, float(shared + outside + of_gold), reason)


def verbatim(citations: Sequence[Citation], sources: Sequence[str | None]) -> Score:
    """Count the citations whose quote is what stands at their place."""
    off = [
        f"[{n}] quotes {_cut(c.quote)}, its place holds {'nothing' if s is None else _cut(s)}"
        for n, (c, s) in enumerate(zip(citations, sources, strict=True), 1)
        if c.quote != s
    ]
    right = len(citations) - len(off)
    reason = "; ".join([f"{right} of {len(citations)} quotes are verbatim", *off])
    return Score(float(right), float(len(citations)), reason)


def answer_scores(given: str, accepted: Sequence[str], languages: Sequence[str]) -> AnswerScores:
    """Score a short answer against the best accepted one, in the language that fits best."""
    best_f1, best_em, matched = -1.0, 0.0, ""
    for language in languages:
        tokens = answer_tokens(given, language)
        for candidate in accepted:
            wanted = answer_tokens(candidate, language)
            f1 = _token_f1(tokens, wanted)
            best_em = max(best_em, float(tokens == wanted))
            if f1 > best_f1:
                best_f1, matched = f1, candidate
    reason = f"{_cut(given)} against {_cut(matched)}"
    return AnswerScores(Score(best_em, 1.0, reason), Score(max(best_f1, 0.0), 1.0, reason))


def abstention(answerable: bool, abstained: bool) -> Score:
    """Score whether the system answered what can be answered, and only that."""
    did = "abstained" if abstained else "answered"
    reason = f"{did}, and the question is {'' if answerable else 'not '}answerable"
    return Score(float(answerable != abstained), 1.0, reason)


def _failed(judged: Judged) -> dict[str, Score]:
    """Score 0 in every measure that is due for the question; its gold characters are all missed."""
    question = judged.question
    reason = f"failed: {judged.response.failure}"
    due = ["abstention_accuracy", "citation_precision"]
    if not question.answerable:
        return dict.fromkeys(due, Score(0.0, 1.0, reason))
    if question.answers:
        due += ["answer_em", "answer_f1"]
    if question.speakers:
        due += ["speaker_precision", "speaker_recall", "speaker_f1"]
        due += ["stance_accuracy"] if question.stance else []
    if judged.gold_sets:
        due += ["citation_recall", "citation_f1"]
    scores = dict.fromkeys(due, Score(0.0, 1.0, reason))
    if judged.gold_sets:
        missed = span_f1((), judged.gold_sets[0])
        scores["span_f1"] = missed._replace(reason=reason)
    return scores


def _citations(judged: Judged) -> Mapping[str, Score]:
    """Score against the best of the gold sets: for citations by F1, for characters by their own."""
    sets = judged.gold_sets
    best = max((citation_scores(judged.cited, gold, judged.also_ok) for gold in sets), key=_by_f1)
    scores = {
        "citation_recall": best.recall,
        "citation_f1": best.f1,
        "span_f1": max(
            (span_f1(judged.cited, gold, judged.also_ok) for gold in sets),
            key=lambda score: score.value,
        ),
    }
    if judged.answered:
        scores["citation_precision"] = best.precision
    return scores


def _by_f1(scores: CitationScores) -> float:
    return scores.f1.value


def _short(answer: Answer, judged: Judged) -> AnswerScores:
    if answer.abstained:
        return AnswerScores(Score(0.0, 1.0, "abstained"), Score(0.0, 1.0, "abstained"))
    languages = sorted({judged.question.lang, *judged.gold_languages})
    return answer_scores(answer.short_answer or answer.text, judged.question.answers, languages)


def _speakers(answer: Answer, judged: Judged) -> Mapping[str, Score]:
    question = judged.question
    precision, recall, f1, matched = speaker_scores(named_speakers(answer), question.speakers)
    scores = {"speaker_precision": precision, "speaker_recall": recall, "speaker_f1": f1}
    if question.stance and matched:
        stance = stance_accuracy(answer.attributions, matched, question.stance)
        scores["stance_accuracy"] = stance
    return scores


def _token_f1(given: Sequence[str], wanted: Sequence[str]) -> float:
    if not given or not wanted:
        return float(given == wanted)
    shared = (Counter(given) & Counter(wanted)).total()
    return 2 * shared / (len(given) + len(wanted))


def _miss(number: int, citation: Place, gold: Sequence[Place]) -> str:
    """Say why a citation is wrong: how far it is from the gold."""
    same = [span for span in gold if span.document == citation.document]
    if not same:
        return f"[{number}] {citation} is in no gold document"
    nearest = min(same, key=lambda s: max(s.start - citation.end, citation.start - s.end))
    gap = max(nearest.start - citation.end, citation.start - nearest.end)
    if gap >= 0:
        return f"[{number}] {citation} is {gap} characters from {nearest}"
    return f"[{number}] {citation} shares {-gap} characters with {nearest}, less than half"


def _cut(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}…")
