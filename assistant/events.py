"""What an answer tells while it is made, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.datatypes import Answer, Citation, Evidence, Query, ScoredPassage, Statement

__all__ = ["Done", "Event", "EvidenceFound", "QueryUnderstood", "StatementDone", "Token"]


@dataclass(frozen=True, slots=True)
class QueryUnderstood:
    """First of all: what is searched for."""

    query: Query


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The passages that the answer may cite, numbered from 1."""

    evidence: tuple[Evidence, ...]
    ranking: Sequence[ScoredPassage] = ()
    """All that was found, best first; only the first passages are read for an answer."""


@dataclass(frozen=True, slots=True)
class Token:
    """A further piece of the answer's text, as it is written, unchecked: for a draft on a screen.

    `StatementDone` has what was checked, and `Done` the text that holds.
    """

    text: str


@dataclass(frozen=True, slots=True)
class StatementDone:
    """A statement is whole and checked."""

    statement: Statement
    citations: tuple[Citation, ...]
    """Those that it cites, in the order of their numbers."""


@dataclass(frozen=True, slots=True)
class Done:
    """Last of all."""

    answer: Answer


Event = QueryUnderstood | EvidenceFound | Token | StatementDone | Done
