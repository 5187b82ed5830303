"""The nouns of the assistant: immutable values, standard library only.

All offsets are Unicode code points of ``Document.text``, end exclusive.
"""

from assistant.datatypes.answers import (
    ANSWER_VERSION,
    Answer,
    Attribution,
    Citation,
    Evidence,
    Filter,
    Intent,
    Query,
    Stance,
    Statement,
    Turn,
)
from assistant.datatypes.conversations import Conversation, ConversationSummary, StoredTurn, Vote
from assistant.datatypes.documents import (
    Document,
    DocumentRef,
    Passage,
    PassageReading,
    ScoredPassage,
    SentenceReading,
    Span,
)

__all__ = [
    "ANSWER_VERSION",
    "Answer",
    "Attribution",
    "Citation",
    "Conversation",
    "ConversationSummary",
    "Document",
    "DocumentRef",
    "Evidence",
    "Filter",
    "Intent",
    "Passage",
    "PassageReading",
    "Query",
    "ScoredPassage",
    "SentenceReading",
    "Span",
    "Stance",
    "Statement",
    "StoredTurn",
    "Turn",
    "Vote",
]
