"""Answers over your sources, each statement backed by the exact characters of a document.

The public names are imported when they are first asked for: `assistant --help` and the processes
that parse files need none of what the others import.
"""

from typing import TYPE_CHECKING

from assistant.verify import CitationProblem, verify  # here, as a module has the same name

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.config import Settings
    from assistant.datatypes import (
        Answer,
        Attribution,
        Citation,
        Conversation,
        ConversationSummary,
        Document,
        DocumentRef,
        Evidence,
        Filter,
        Passage,
        Query,
        ScoredPassage,
        Statement,
        StoredTurn,
        Turn,
    )
    from assistant.errors import AssistantError
    from assistant.events import (
        Done,
        Event,
        EvidenceFound,
        QueryUnderstood,
        StatementDone,
        Token,
    )
    from assistant.history import Chat, Conversations, TurnProblem
    from assistant.ingest import Progress, SourceOutcome, SyncReport
    from assistant.library import Library
    from assistant.sources import ReadOptions

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
    # What was asked before
    "Chat",
    "Conversation",
    "ConversationSummary",
    "Conversations",
    "StoredTurn",
    "TurnProblem",
    # The answer while it is made
    "Done",
    "Event",
    "EvidenceFound",
    "QueryUnderstood",
    "StatementDone",
    "Token",
]

_ELSEWHERE = {
    "Assistant": "assistant",
    "AssistantError": "errors",
    "Chat": "history",
    "Conversations": "history",
    "Done": "events",
    "Event": "events",
    "EvidenceFound": "events",
    "Library": "library",
    "Progress": "ingest",
    "ReadOptions": "sources",
    "QueryUnderstood": "events",
    "Settings": "config",
    "SourceOutcome": "ingest",
    "StatementDone": "events",
    "SyncReport": "ingest",
    "Token": "events",
    "TurnProblem": "history",
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and no name beside them

    def __getattr__(name: str) -> object:
        """Import a public name: https://peps.python.org/pep-0562/."""
        from importlib import import_module

        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f"{__name__}.{_ELSEWHERE.get(name, 'datatypes')}")
        return getattr(module, name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
