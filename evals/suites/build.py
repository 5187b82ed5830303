"""Make a suite's JSON Lines from its `questions.toml`: each gold quote is found in its article.

    python -m evals.suites.build

A quote may leave out its middle (``First words […] last words``) and is written with plain spaces
and quotation marks; the offsets are those of the article as it stands.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ConfigDict, ValidationError

from assistant.datatypes import Document, Stance, Turn
from assistant.sources.finding import find
from assistant.sources.items import SourceFailure, SourceItem
from assistant.sources.reader import SourceReader
from evals.placing import occurrences
from evals.suite import GoldSpan, Question, Record, Speaker, SuiteDocument, SuiteError

__all__ = ["ARTICLES", "SUITES", "build", "locate", "read_articles"]

SUITES = Path(__file__).parent
ARTICLES = SUITES.parents[1] / "corpus" / "articles"

_GAP = " […] "

Quote = tuple[str, str]
"""The article's id and the words quoted from it."""


class Said(Record):
    """An earlier turn in both languages, each a question and its answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: tuple[str, str]
    fr: tuple[str, str]


class Standalone(Record):
    """The follow-up as a question of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    fr: str


class Written(Record):
    """A question as a person writes it, in both languages; without gold it has no answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    type: str
    en: str
    fr: str
    answers: tuple[str, ...] = ()
    speakers: tuple[tuple[str, ...], ...] = ()
    """Each with the name first."""
    stance: Stance | None = None
    gold: tuple[Quote, ...] = ()
    alternatives: tuple[tuple[Quote, ...], ...] = ()
    also_ok: tuple[Quote, ...] = ()
    history: tuple[Said, ...] = ()
    standalone: Standalone | None = None


class Source(Record):
    """What `questions.toml` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: tuple[str, ...] = ()
    """The articles of the suite; all where none is named."""
    question: tuple[Written, ...]


def read_articles(folder: Path = ARTICLES) -> dict[str, SuiteDocument]:
    """Read the articles as the assistant does, by the id they declare or else their file's stem.

    Raises:
        SuiteError: a file gave no document.
    """
    with SourceReader() as reader:
        articles = (_article(found, doc_id) for found, doc_id in _read(reader, folder))
        return {article.doc_id: article for article in articles}


def build(questions: Path, articles: Mapping[str, SuiteDocument]) -> dict[str, str]:
    """Give the content of `corpus.jsonl` and of `questions.jsonl`.

    Raises:
        SuiteError: the file is not of the form, or a quote is missing or occurs twice.
    """
    try:
        source = Source.model_validate(tomllib.loads(questions.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SuiteError(f"{questions}: {error}") from None
    if unknown := set(source.documents) - set(articles):
        raise SuiteError(f"{questions}: documents: expected articles, found {sorted(unknown)}")
    documents = {name: articles[name] for name in source.documents or sorted(articles)}
    try:
        asked = [q for written in source.question for q in _questions(written, documents)]
    except SuiteError as error:
        raise SuiteError(f"{questions}: {error}") from None
    return {"corpus.jsonl": _lines(documents.values()), "questions.jsonl": _lines(asked)}


def locate(quote: Quote, documents: Mapping[str, SuiteDocument]) -> GoldSpan:
    """Find a quote in its article.

    Raises:
        SuiteError: there is no such article, or the quote is missing from it or occurs twice.
    """
    doc_id, words = quote
    if doc_id not in documents:
        raise SuiteError(f"expected an article of the suite, found {doc_id!r}")
    text = documents[doc_id].text
    head, _, tail = words.partition(_GAP)
    found = occurrences(text, head)
    if len(found) != 1:
        raise SuiteError(f"expected {head!r} once in {doc_id}, found it {len(found)} times")
    start, end = found[0]
    if tail:
        ends = [stop for begin, stop in occurrences(text, tail) if begin >= end]
        if not ends:
            raise SuiteError(f"expected {tail!r} after {head!r} in {doc_id}, found it nowhere")
        end = ends[0]
    return GoldSpan(doc_id=doc_id, start=start, end=end, text=text[start:end])


def _read(reader: SourceReader, folder: Path) -> Iterator[tuple[Document, str]]:
    for item in find([str(folder)]):
        parts = reader.read(item) if isinstance(item, SourceItem) else [item]
        for part in parts:
            if isinstance(part, SourceFailure):
                raise SuiteError(f"{part.uri}: expected an article, found: {part.reason}")
            yield part.document, part.declared_id or PurePosixPath(item.uri).stem


def _article(document: Document, doc_id: str) -> SuiteDocument:
    ref = document.ref
    meta = {"publisher": ref.publisher, "author": ref.author, "date": ref.published}
    return SuiteDocument(
        doc_id=doc_id, title=ref.title, text=document.text, lang=ref.language, meta=meta
    )


def _questions(written: Written, documents: Mapping[str, SuiteDocument]) -> Iterator[Question]:
    def spans(quotes: Iterable[Quote]) -> tuple[GoldSpan, ...]:
        return tuple(locate(quote, documents) for quote in quotes)

    try:
        gold, also_ok = spans(written.gold), spans(written.also_ok)
        alternatives = tuple(spans(quotes) for quotes in written.alternatives)
    except SuiteError as error:
        raise SuiteError(f"question {written.id!r}: {error}") from None
    for language in ("en", "fr"):
        yield Question(
            qid=f"{written.id}@{language}",
            question=getattr(written, language),
            lang=language,
            type=written.type,
            answerable=bool(gold),
            answers=written.answers,
            gold=gold,
            alternatives=alternatives,
            also_ok=also_ok,
            speakers=tuple(Speaker(name=names[0], aliases=names) for names in written.speakers),
            stance=written.stance,
            history=tuple(Turn(*getattr(said, language)) for said in written.history),
            standalone=getattr(written.standalone, language) if written.standalone else "",
        )


def _lines(records: Iterable[Record]) -> str:
    return "".join(f"{json.dumps(_row(record), ensure_ascii=False)}\n" for record in records)


def _row(record: Record) -> dict[str, Any]:
    row = record.model_dump(mode="json")
    for turn in row.get("history", ()):  # of a turn, what the form of a suite has
        for name in turn.keys() - {"question", "answer"}:
            del turn[name]
    return row


def main() -> None:
    """Write the JSON Lines of every suite that has a `questions.toml`."""
    articles = read_articles()
    for questions in sorted(SUITES.glob("*/questions.toml")):
        for name, content in build(questions, articles).items():
            (questions.parent / name).write_text(content, "utf-8")


if __name__ == "__main__":
    main()
