"""What a system answered: one JSON line per question, of this assistant or of any other.

A line is ``{"qid": …, "answer": {…}}`` with the answer in the one JSON form, or that form flat
beside the qid. Beside it may stand `retrieved` (the ranking, best first), `elapsed_ms`, and, where
the system failed, `failure` with the reason and no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from assistant.datatypes import Answer, Attribution, Citation, DocumentRef, Statement
from evals.loader import read_lines, read_record
from evals.matching import Place
from evals.suite import Question, Record, Suite, SuiteError

__all__ = [
    "RankedPassage",
    "Response",
    "parse_responses",
    "place_in",
    "read_responses",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPassage:
    """A passage of a ranking; without offsets, the whole document."""

    doc_id: str = ""
    sha256: str = ""
    start: int | None = None
    end: int | None = None
    score: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        # Not asdict(): it copies deeply, which for a long run takes longer than all the scoring.
        return {
            "doc_id": self.doc_id,
            "sha256": self.sha256,
            "start": self.start,
            "end": self.end,
            "score": self.score,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One question's answer, or why there is none, and the ranking it was drawn from."""

    qid: str
    answer: Answer | None = None
    failure: str = ""
    ranking: tuple[RankedPassage, ...] | None = None
    """None where the system tells nothing of what it retrieved."""
    elapsed_ms: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the line's form."""
        return {
            "qid": self.qid,
            "failure": self.failure,
            "answer": self.answer.to_dict() if self.answer else None,
            "retrieved": (
                None if self.ranking is None else [passage.to_dict() for passage in self.ranking]
            ),
            "elapsed_ms": self.elapsed_ms,
        }


class _StoredDocument(Record):
    id: str = ""
    sha256: str = ""
    title: str = ""
    publisher: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    uri: str = ""


class _StoredCitation(Record):
    n: int = 0
    start: int | None = None
    end: int | None = None
    quote: str = ""
    page: int | None = None
    document: _StoredDocument

    def to_citation(self, number: int, suite: Suite) -> Citation:
        document = suite.document(doc_id=self.document.id, sha256=self.document.sha256)
        whole = len(document.text) if document else 0
        return Citation(
            n=self.n or number,
            document=DocumentRef(**self.document.model_dump()),
            start=0 if self.start is None else self.start,
            end=whole if self.end is None else self.end,
            quote=self.quote,
            page=self.page,
        )


class _StoredAnswer(Record):
    """The one JSON form, with what another system may not tell left to defaults."""

    question: str = ""
    standalone: str = ""
    language: str = ""
    abstained: bool = False
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    text: str = ""
    short_answer: str = ""
    statements: tuple[Statement, ...] = ()
    citations: tuple[_StoredCitation, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    nearest: tuple[_StoredCitation, ...] = ()
    model: str | None = None
    timings_ms: Mapping[str, float] = Field(default_factory=dict)

    def to_answer(self, question: Question, suite: Suite) -> Answer:
        # A system that gives no confidence has said all it knows by answering or abstaining.
        unstated = 0.0 if self.abstained else 1.0
        return Answer(
            question=self.question or question.question,
            standalone=self.standalone or self.question or question.question,
            language=self.language or question.lang,
            abstained=self.abstained,
            confidence=unstated if self.confidence is None else self.confidence,
            text=self.text,
            short_answer=self.short_answer,
            statements=self.statements,
            citations=tuple(c.to_citation(n, suite) for n, c in enumerate(self.citations, 1)),
            attributions=self.attributions,
            nearest=tuple(c.to_citation(n, suite) for n, c in enumerate(self.nearest, 1)),
            model=self.model,
            timings_ms=self.timings_ms,
        )


class _Line(Record):
    qid: str
    answer: _StoredAnswer | None = None
    failure: str = ""
    retrieved: tuple[RankedPassage, ...] | None = None
    elapsed_ms: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _flat_is_nested(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "answer" not in data and not data.get("failure"):
            return {**data, "answer": data}
        return data


def read_responses(path: Path | str, suite: Suite) -> list[Response]:
    """Read stored answers, one for each question of the suite, in the suite's order.

    A question without a line is a failed one: an outage is never dropped.

    Raises:
        SuiteError: a line is not of the form, or its qid is not of the suite or comes twice.
    """
    path = Path(path)
    if not path.is_file():
        raise SuiteError(f"{path}: expected a file of stored answers, found none")
    found = parse_responses(read_lines(path), suite, str(path))
    return [
        found.get(question.qid) or Response(qid=question.qid, failure=f"no answer in {path.name}")
        for question in suite.questions
    ]


def parse_responses(
    lines: Iterable[tuple[int, bytes]], suite: Suite, where: str
) -> dict[str, Response]:
    """Read numbered lines of stored answers, by qid; raises SuiteError that begins with `where`."""
    questions = {question.qid: question for question in suite.questions}
    found: dict[str, Response] = {}
    for number, line in lines:
        stored = read_record(_Line, line, f"{where}:{number}")
        question = questions.get(stored.qid)
        if question is None or stored.qid in found:
            expected = "a question of the suite" if question is None else "each question once"
            raise SuiteError(f"{where}:{number}: qid: expected {expected}, found {stored.qid!r}")
        found[stored.qid] = _response(stored, question, suite)
    return found


def _response(stored: _Line, question: Question, suite: Suite) -> Response:
    answer = stored.answer.to_answer(question, suite) if stored.answer else None
    elapsed = stored.elapsed_ms
    if elapsed is None and answer is not None:
        elapsed = answer.timings_ms.get("total")
    return Response(
        qid=stored.qid,
        answer=answer,
        failure=stored.failure or ("" if answer else "no answer given"),
        ranking=stored.retrieved,
        elapsed_ms=elapsed,
    )


def place_in(suite: Suite, span: RankedPassage) -> Place:
    """Find where a passage lies; one of an unknown document keeps its name and meets nothing."""
    document = suite.document(doc_id=span.doc_id, sha256=span.sha256)
    if document is None:
        return Place(f"unknown document {span.doc_id!r}", span.start or 0, span.end or 0)
    if span.start is None or span.end is None:
        return Place(document.doc_id, 0, len(document.text), True)
    return Place(document.doc_id, span.start, span.end)


def cited_places(suite: Suite, citations: Iterable[Citation]) -> tuple[Place, ...]:
    """Find where citations lie."""
    return tuple(
        place_in(
            suite,
            RankedPassage(doc_id=c.document.id, sha256=c.document.sha256, start=c.start, end=c.end),
        )
        for c in citations
    )
