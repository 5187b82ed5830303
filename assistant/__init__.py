"""Answers over your sources, each statement backed by the exact characters of a document."""

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import (
    Answer,
    Attribution,
    Citation,
    Document,
    DocumentRef,
    Evidence,
    Filter,
    Passage,
    Query,
    ScoredPassage,
    Statement,
    Turn,
)
from assistant.errors import AssistantError
from assistant.ingest import Progress, SourceOutcome, SyncReport
from assistant.library import Library
from assistant.sources import ReadOptions
from assistant.verify import CitationProblem, verify

__all__ = [
    # The facade and how it is set up
    "Assistant",
    "AssistantError",
    "Library",
    "ReadOptions",
    "Settings",
    # Sources → documents → passages
    "Document",
    "DocumentRef",
    "Passage",
    "Progress",
    "SourceOutcome",
    "SyncReport",
    # Turn → query → ranking
    "Filter",
    "Query",
    "ScoredPassage",
    "Turn",
    # Evidence → answer, and its check
    "Answer",
    "Attribution",
    "Citation",
    "CitationProblem",
    "Evidence",
    "Statement",
    "verify",
]
