"""Turns, queries, and the answers to them with their one JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from assistant.datatypes.documents import DocumentRef, Passage, Span

__all__ = [
    "ANSWER_VERSION",
    "Answer",
    "Attribution",
    "Citation",
    "Evidence",
    "Filter",
    "Intent",
    "Query",
    "Stance",
    "Statement",
    "Turn",
]

_CITED_FIELDS = ("id", "sha256", "title", "publisher", "author", "published", "language", "uri")
_ATTRIBUTED_FIELDS = ("source", "stance", "cue", "content", "citation")

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


Intent = Literal["search", "greeting", "thanks", "abilities", "sources"]
"""What a turn wants: all but a search is answered without one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A numbered passage that an answer may cite."""

    n: int
    passage: Passage
    relevant: tuple[Span, ...] | None = None
    """Those of its sentences that may answer the question; None where nobody judged them."""


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
    short_answer: str = ""
    standalone: str = ""
    """What the question was understood as; empty where that is not known."""
    choices: tuple[str, ...] = ()
    """Questions to choose from, where this one was asked back about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for: the turn as typed, and the standalone question made of it."""

    text: str
    standalone: str
    language: str
    filter: Filter = field(default_factory=Filter)
    intent: Intent = "search"
    choices: tuple[str, ...] = ()
    """The questions that may be meant, where it is as likely one as the other."""


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
    supported: bool = True
    """False where a language model wrote what the sources do not say, and it was kept, marked."""


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


ANSWER_VERSION = "1.1.0"
"""Semantic version of the answer's JSON form: a field more is a minor one, any other change a major
one. 1.1 added `version`, `notice`, `choices` and `supported` of statements; without `version`, a
form is 1.0."""


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
    notice: str = ""
    """What the reader should know of how the answer came about; empty where all went as usual."""
    choices: tuple[str, ...] = ()
    """Questions to choose from, where the one asked can be meant in several ways."""

    def as_turn(self) -> Turn:
        """Give what a next question needs of this one; that nothing was found tells it nothing."""
        text = "" if self.abstained else self.text
        return Turn(self.question, text, self.short_answer, self.standalone, self.choices)

    def to_dict(self) -> dict[str, Any]:
        """Give the one JSON form: the same for CLI, REST, UI, export and evals."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self)},
            "statements": [
                {"text": s.text, "citations": list(s.citations), "supported": s.supported}
                for s in self.statements
            ],
            "citations": [citation.to_dict() for citation in self.citations],
            "attributions": [
                {name: getattr(attribution, name) for name in _ATTRIBUTED_FIELDS}
                for attribution in self.attributions
            ],
            "nearest": [citation.to_dict() for citation in self.nearest],
            "timings_ms": dict(self.timings_ms),
            "choices": list(self.choices),
            "version": ANSWER_VERSION,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """Read the JSON form back, of this version or an earlier one.

        Raises:
            KeyError, TypeError: a field is missing, unknown or not of its kind.
        """
        known = {name: value for name, value in data.items() if name != "version"}
        return cls(
            **{
                **known,
                "statements": tuple(
                    Statement(s["text"], tuple(s["citations"]), s.get("supported", True))
                    for s in data["statements"]
                ),
                "citations": tuple(Citation.from_dict(c) for c in data["citations"]),
                "attributions": tuple(Attribution(**a) for a in data["attributions"]),
                "nearest": tuple(Citation.from_dict(c) for c in data["nearest"]),
                "choices": tuple(data.get("choices", ())),
            }
        )
