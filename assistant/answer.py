"""Reading → Answer: which sentences are cited, in which order, or that nothing answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.datatypes import Answer, Citation, Query, Statement
from assistant.language import own_language
from assistant.reading import Candidate, Reading, ReadingModel
from assistant.words import content_keys

__all__ = ["MARK", "answer", "choose"]

MARK = re.compile(r"\[(\d+)\]")
"""A citation mark in the text of an answer."""

_NOT_ANSWERED = {
    "en": "The sources do not answer this question.",
    "fr": "Les sources ne répondent pas à cette question.",
}
_NEAREST = 3

# Two sentences with this share of their words in common say the same: agencies' copy, updated
# articles. Below it, news sentences differ in who or what they name.
_REPEAT = 0.8


def answer(query: Query, reading: Reading, model: ReadingModel) -> Answer:
    """Answer with verbatim sentences, each cited, or abstain with the nearest passages."""
    if not reading.candidates or reading.confidence < model.abstain_below:
        return _abstention(query, reading)
    chosen = choose(reading.candidates, model)
    citations = tuple(_cite(n, candidate) for n, candidate in enumerate(chosen, start=1))
    statements = tuple(Statement(f"{c.quote} [{c.n}]", (c.n,)) for c in citations)
    return Answer(
        question=query.text,
        standalone=query.standalone,
        language=query.language,
        abstained=False,
        confidence=reading.confidence,
        text=" ".join(statement.text for statement in statements),
        short_answer=_few_words(chosen),
        statements=statements,
        citations=citations,
    )


def choose(candidates: Sequence[Candidate], model: ReadingModel) -> list[Candidate]:
    """Take the best and what comes near it, no near-repeats; a document's in reading order.

    Where the question asks who denied, confirmed or refused something and some did, only what shows
    them is taken, however sure it is: it asks for everyone.
    """
    settling = [candidate for candidate in candidates if candidate.settles]
    least = 0.0 if settling else model.cite_ratio * candidates[0].probability
    most = len(settling) or model.cite_most
    candidates = settling or candidates
    chosen: list[Candidate] = []
    for candidate in candidates:
        if len(chosen) == most or candidate.probability < least:
            break
        if not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
    order = list(dict.fromkeys(c.source.passage.document.sha256 for c in chosen))
    return sorted(chosen, key=lambda c: (order.index(c.source.passage.document.sha256), c.start))


def _few_words(chosen: Sequence[Candidate]) -> str:
    """Give the words likeliest to answer, where that is likelier than that none do."""
    best = max(chosen, key=lambda candidate: candidate.reading.span_score)
    start, end = best.reading.span
    return best.text[start - best.start : end - best.start] if best.reading.span_score > 0 else ""


def _repeats(one: Candidate, other: Candidate) -> bool:
    if one.text == other.text:
        return True
    a, b = content_keys(one.text), content_keys(other.text)
    return bool(a | b) and len(a & b) / len(a | b) >= _REPEAT


def _cite(n: int, candidate: Candidate) -> Citation:
    return Citation(
        n=n,
        document=candidate.source.passage.document,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
    )


def _abstention(query: Query, reading: Reading) -> Answer:
    nearest = tuple(_cite(n, c) for n, c in enumerate(reading.candidates[:_NEAREST], start=1))
    return Answer(
        question=query.text,
        standalone=query.standalone,
        language=query.language,
        abstained=True,
        confidence=reading.confidence,
        text=_NOT_ANSWERED[own_language(query.language)],
        nearest=nearest,
    )
