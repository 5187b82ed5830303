"""MultiHop-RAG: `corpus.json` and `MultiHopRAG.json`; gold is each evidence's fact.

A fact that is not to the letter in its article is gold as the whole article, and noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.converters.writing import Converted, read_json
from evals.placing import occurrences
from evals.suite import GoldSpan, Question, Record, SuiteDocument

__all__ = ["convert_multihop_rag"]

_UNANSWERABLE = "null_query"


class _Article(Record):
    title: str
    body: str
    url: str = ""
    author: str = ""
    source: str = ""
    published_at: str = ""

    @property
    def key(self) -> str:
        return self.url or self.title


class _Evidence(Record):
    title: str = ""
    url: str = ""
    fact: str = ""


class _Query(Record):
    query: str
    answer: str = ""
    question_type: str = ""
    evidence_list: tuple[_Evidence, ...] = ()


def convert_multihop_rag(corpus: Path, queries: Path) -> Converted:
    """Convert the two files; raises SuiteError where one is not of the form."""
    articles = {article.key: article for article in read_json(corpus, tuple[_Article, ...])}
    names = {key: key for key in articles} | {a.title: a.key for a in articles.values()}
    notes: list[str] = []
    questions = [
        _question(f"q{number}", query, names, articles, notes=notes)
        for number, query in enumerate(read_json(queries, tuple[_Query, ...]), 1)
    ]
    return Converted([_document(article) for article in articles.values()], questions, notes)


def _document(article: _Article) -> SuiteDocument:
    meta = {
        "publisher": article.source,
        "author": article.author,
        "date": article.published_at,
        "url": article.url,
    }
    return SuiteDocument(
        doc_id=article.key, title=article.title, text=article.body, lang="en", meta=meta
    )


def _question(
    qid: str,
    query: _Query,
    names: Mapping[str, str],
    articles: Mapping[str, _Article],
    *,
    notes: list[str],
) -> Question:
    gold: list[GoldSpan] = []
    for evidence in query.evidence_list:
        key = names.get(evidence.url) or names.get(evidence.title)
        if key is None:
            notes.append(f"{qid}: {evidence.title!r} is not in the corpus: left out")
            continue
        text = articles[key].body
        places = occurrences(text, evidence.fact)
        if places:
            start, end = places[0]
            gold.append(GoldSpan(doc_id=key, start=start, end=end, text=text[start:end]))
        else:
            notes.append(f"{qid}: a fact is not to the letter in {key!r}: the whole is gold")
            gold.append(GoldSpan(doc_id=key))
    answerable = query.question_type != _UNANSWERABLE
    return Question(
        qid=qid,
        question=query.query,
        lang="en",
        type=query.question_type,
        answerable=answerable,
        answers=(query.answer,) if answerable and query.answer else (),
        gold=_distinct(gold) if answerable else (),
    )


def _distinct(spans: Sequence[GoldSpan]) -> tuple[GoldSpan, ...]:
    return tuple(dict.fromkeys(spans))
