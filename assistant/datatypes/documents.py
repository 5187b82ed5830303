"""Documents, and what is ranked of them."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Document",
    "DocumentRef",
    "Passage",
    "PassageReading",
    "ScoredPassage",
    "SentenceReading",
    "Span",
]

Span = tuple[int, int]
"""``(start, end)`` in code points of a document's text, end exclusive."""


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
class SentenceReading:
    """What the reader says of a sentence, in logits: does it answer, and with which words."""

    support: float
    span: Span
    """The words likeliest to be the answer: offsets in the document."""
    span_score: float
    """How much likelier they are than that the passage holds no answer."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the reader says of a passage; one entry for each of its sentences."""

    answers: float
    """Logit: the passage answers the question."""
    sentences: tuple[SentenceReading, ...]


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage in a ranking. `scores` keeps what each retriever said of it."""

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    reading: PassageReading | None = None
    """None where the passage ranked too low to be read."""
