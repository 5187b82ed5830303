"""The nouns of the assistant: immutable values, standard library only.

All offsets are Unicode code points of ``Document.text``, end exclusive.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "Answer",
    "Attribution",
    "Citation",
    "Document",
    "DocumentRef",
    "Evidence",
    "Filter",
    "Passage",
    "Query",
    "ScoredPassage",
    "Span",
    "Stance",
    "Statement",
    "Turn",
]

_CITED_FIELDS = ("id", "sha256", "title", "publisher", "author", "published", "language", "uri")
_ATTRIBUTED_FIELDS = ("source", "stance", "cue", "content", "citation")

Span = tuple[int, int]
"""``(start, end)`` in code points of a document's text, end exclusive."""

Stance = Literal[
    "assert",
    "deny",
    "confirm",
    "allege",
    "promise",
    "warn",
    "criticise",
    "praise",
    "ask",
    "order",
    "refuse",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """Where a text is from: everything about a document but its text."""

    id: str
    sha256: str
    title: str = ""
    publisher: str = ""
    author: str = ""
    published: str = ""
    """ISO 8601 date or date-time, empty where unknown."""
    language: str = ""
    """BCP 47, empty where unknown."""
    uri: str = ""
    media_type: str = "text/plain"
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A canonical text and where it is from. Its identity is the SHA-256 of the text."""

    text: str
    ref: DocumentRef
    page_starts: tuple[int, ...] = ()
    """Offset at which each page begins (PDF); empty for a text without pages."""

    @classmethod
    def of(
        cls, text: str, *, id: str = "", page_starts: tuple[int, ...] = (), **fields: Any
    ) -> Document:
        """Make a document from its text; the id defaults to the digest's first 16 digits.

        Args:
            fields: those of `DocumentRef`.

        >>> Document.of("Bonjour.", language="fr").ref.id
        '9fc42a8daf65bc38'
        """
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        ref = DocumentRef(id=id or digest[:16], sha256=digest, **fields)
        return cls(text, ref, page_starts)

    @property
    def id(self) -> str:
        return self.ref.id

    def page_at(self, offset: int) -> int | None:
        """Return the 1-based page that holds `offset`, None for a text without pages."""
        return bisect_right(self.page_starts, offset) or None if self.page_starts else None


@dataclass(frozen=True, slots=True)
class Passage:
    """The slice ``[start, end)`` of a document: the unit that is embedded and retrieved."""

    document: DocumentRef
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...] = ()
    """The passage's sentences, as offsets of the document (not of the passage)."""
    page: int | None = None

    @property
    def id(self) -> str:
        return f"{self.document.id}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage in a ranking. `scores` keeps what each retriever said of it."""

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A numbered passage that an answer may cite."""

    n: int
    passage: Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which documents may answer; every given field must match, any of its values will do."""

    publisher: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    """Document ids."""
    published_from: str = ""
    """ISO 8601, inclusive."""
    published_to: str = ""
    """ISO 8601, inclusive: ``2024`` admits all of 2024."""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, as they stood in the conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for: the turn as typed, and the standalone question made of it."""

    text: str
    standalone: str
    language: str
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact characters of a source: ``document.text[start:end] == quote``."""

    n: int
    document: DocumentRef
    start: int
    end: int
    quote: str
    page: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the citation's part of the answer's JSON form."""
        return {
            "n": self.n,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "page": self.page,
            "document": {name: getattr(self.document, name) for name in _CITED_FIELDS},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Citation:
        """Read the JSON form back; raises KeyError or TypeError as `Answer.from_dict` does."""
        return cls(**{**data, "document": DocumentRef(**data["document"])})


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer with the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Reported speech, found in a document or behind an answer: who said, by which words, what."""

    source: str
    """The speaker by the fullest name in the document, else as described; "" for hearsay."""
    stance: Stance
    cue: str
    content: str  # its pieces joined by " […] "
    citation: int = 0  # number of the answer's citation that shows it
    title: str = ""  # what the sentence says of the speaker beside the name
    via: tuple[str, ...] = ()  # who reports it, outermost first; empty: the document itself
    hedged: bool = False  # held at a distance: "may", « aurait »
    date: str = ""  # ISO 8601 date of the act, where its sentence tells
    span: Span = (0, 0)  # the sentences that hold it: what an answer cites
    source_span: Span | None = None
    cue_spans: tuple[Span, ...] = ()
    content_spans: tuple[Span, ...] = ()

    def cited(self, citation: int) -> Attribution:
        """Give what an answer tells of it: all that its JSON form has."""
        told = {name: getattr(self, name) for name in _ATTRIBUTED_FIELDS}
        return Attribution(**{**told, "citation": citation})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Statements with their citations, or an abstention with the nearest passages."""

    question: str
    standalone: str
    language: str
    abstained: bool
    confidence: float
    """In [0, 1]: the estimated chance that the answer is right."""
    text: str
    short_answer: str = ""
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    nearest: tuple[Citation, ...] = ()
    model: str | None = None
    """The language model that wrote the text, None where there was none."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def as_turn(self) -> Turn:
        """Give what a next question needs of this one; that nothing was found tells it nothing."""
        return Turn(self.question, "" if self.abstained else self.text)

    def to_dict(self) -> dict[str, Any]:
        """Give the one JSON form: the same for CLI, REST, UI, export and evals."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "language": self.language,
            "abstained": self.abstained,
            "confidence": self.confidence,
            "text": self.text,
            "short_answer": self.short_answer,
            "statements": [
                {"text": s.text, "citations": list(s.citations)} for s in self.statements
            ],
            "citations": [citation.to_dict() for citation in self.citations],
            "attributions": [
                {name: getattr(attribution, name) for name in _ATTRIBUTED_FIELDS}
                for attribution in self.attributions
            ],
            "nearest": [citation.to_dict() for citation in self.nearest],
            "model": self.model,
            "timings_ms": dict(self.timings_ms),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """Read the JSON form back.

        Raises:
            KeyError, TypeError: a field is missing, unknown or not of its kind.
        """
        return cls(
            **{
                **data,
                "statements": tuple(
                    Statement(s["text"], tuple(s["citations"])) for s in data["statements"]
                ),
                "citations": tuple(Citation.from_dict(c) for c in data["citations"]),
                "attributions": tuple(Attribution(**a) for a in data["attributions"]),
                "nearest": tuple(Citation.from_dict(c) for c in data["nearest"]),
            }
        )
