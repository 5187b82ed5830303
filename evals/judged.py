"""A question and its response side by side, every span resolved to a place of the suite."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.datatypes import Answer
from evals.matching import Place
from evals.responses import RankedPassage, Response, cited_places, place_in
from evals.suite import GoldSpan, Question, Suite

__all__ = ["Judged", "judge"]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the measures look at: pure values, nothing left to look up."""

    question: Question
    response: Response
    gold_sets: tuple[tuple[Place, ...], ...]
    also_ok: tuple[Place, ...]
    cited: tuple[Place, ...]
    sources: tuple[str | None, ...]
    """For each citation the characters that stand at its place; None for an unknown document."""
    ranking: tuple[Place, ...] | None
    gold_languages: tuple[str, ...]
    language_pair: str
    """Language of the question → of its gold documents (of the corpus where there is no gold)."""
    cluster: str
    """Questions on one document are no independent observations: they share a cluster."""

    @property
    def answer(self) -> Answer | None:
        return self.response.answer

    @property
    def failed(self) -> bool:
        return self.response.answer is None

    @property
    def abstained(self) -> bool:
        return self.answer is not None and self.answer.abstained

    @property
    def answered(self) -> bool:
        return self.answer is not None and not self.answer.abstained


def judge(suite: Suite, question: Question, response: Response) -> Judged:
    """Resolve a question's gold and a response's citations and ranking."""
    answer = response.answer
    citations = answer.citations if answer else ()
    gold_sets = tuple(tuple(_gold(suite, span) for span in spans) for spans in question.gold_sets)
    cited = cited_places(suite, citations)
    documents = [suite.documents[place.document] for spans in gold_sets for place in spans]
    languages = tuple(sorted({document.lang for document in documents}))
    return Judged(
        question=question,
        response=response,
        gold_sets=gold_sets,
        also_ok=tuple(_gold(suite, span) for span in question.also_ok),
        cited=cited,
        sources=tuple(_source(suite, place) for place in cited),
        ranking=(
            None
            if response.ranking is None
            else tuple(place_in(suite, passage) for passage in response.ranking)
        ),
        gold_languages=languages,
        language_pair=_pair(question.lang, languages or suite.languages),
        cluster=documents[0].doc_id if documents else f"question {question.qid}",
    )


def _gold(suite: Suite, span: GoldSpan) -> Place:
    return place_in(suite, RankedPassage(doc_id=span.doc_id, start=span.start, end=span.end))


def _source(suite: Suite, place: Place) -> str | None:
    document = suite.documents.get(place.document)
    if document is None or not 0 <= place.start <= place.end <= len(document.text):
        return None
    return document.text[place.start : place.end]


def _pair(asked: str, languages: tuple[str, ...]) -> str:
    return f"{asked or 'und'}→{'+'.join(name or 'und' for name in languages)}"
