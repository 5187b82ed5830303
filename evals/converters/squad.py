"""SQuAD v1 and v2 JSON, and what shares its form: PIAF, FQuAD, XQuAD.

An article is one document, its paragraphs parted by a blank line, so that finding the paragraph is
part of the task. The first annotator's answer is the gold span; where others marked other
characters, each of theirs is as good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from evals.converters.writing import Converted, read_json
from evals.placing import occurrences
from evals.suite import GoldSpan, Question, Record, SuiteDocument

__all__ = ["convert_squad"]

_BETWEEN = "\n\n"


class _Answer(Record):
    text: str
    answer_start: int


class _Question(Record):
    id: str | int
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(Record):
    context: str
    qas: tuple[_Question, ...]


class _Article(Record):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _File(Record):
    data: tuple[_Article, ...]


@dataclass
class _Growing:
    """A document that grows paragraph by paragraph: an article may come in several parts."""

    title: str
    paragraphs: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, paragraph: str) -> int:
        """Add a paragraph; gives the offset at which it begins."""
        start = self.length + (len(_BETWEEN) if self.paragraphs else 0)
        self.paragraphs.append(paragraph)
        self.length = start + len(paragraph)
        return start


def convert_squad(path: Path, *, language: str) -> Converted:
    """Convert a SQuAD file; raises SuiteError where it is not of the form."""
    documents: dict[str, _Growing] = {}
    questions: list[Question] = []
    notes: list[str] = []
    for number, article in enumerate(read_json(path, _File).data, 1):
        name = article.title or f"article {number}"
        document = documents.setdefault(name, _Growing(article.title))
        for paragraph in article.paragraphs:
            start = document.add(paragraph.context)
            for asked in paragraph.qas:
                spans = list(_spans(asked, paragraph.context, name, start, notes=notes))
                questions.append(_question(asked, spans, language))
    return Converted(
        [
            SuiteDocument(
                doc_id=name, title=d.title, text=_BETWEEN.join(d.paragraphs), lang=language
            )
            for name, d in documents.items()
        ],
        questions,
        notes,
    )


def _question(asked: _Question, spans: list[GoldSpan], language: str) -> Question:
    return Question(
        qid=str(asked.id),
        question=asked.question.strip(),
        lang=language,
        answerable=bool(spans),
        answers=tuple(dict.fromkeys(answer.text for answer in asked.answers)) if spans else (),
        gold=tuple(spans[:1]),
        alternatives=tuple((span,) for span in spans[1:]),
    )


def _spans(
    asked: _Question, context: str, name: str, offset: int, *, notes: list[str]
) -> Iterator[GoldSpan]:
    """Give the distinct spans that annotators marked; wrong offsets are mended and noted."""
    if asked.is_impossible:
        return
    seen: set[int] = set()
    for answer in asked.answers:
        start = answer.answer_start
        if context[start : start + len(answer.text)] != answer.text:
            places = [place for place, _ in occurrences(context, answer.text)]
            if not places:
                notes.append(f"{asked.id}: {answer.text!r} is not in its paragraph: left out")
                continue
            start = min(places, key=lambda place: abs(place - answer.answer_start))
            notes.append(f"{asked.id}: {answer.text!r} is at {start}, not {answer.answer_start}")
        end = start + len(answer.text)
        if start in seen or not answer.text:
            continue
        seen.add(start)
        text = context[start:end]
        yield GoldSpan(doc_id=name, start=offset + start, end=offset + end, text=text)
