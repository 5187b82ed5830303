"""llama-index, both ways: it asks our library, and our library takes what it reads and embeds."""

from assistant.integrations.llama_index.chat_engine import SourceChatEngine
from assistant.integrations.llama_index.documents import add_documents
from assistant.integrations.llama_index.encoder import LlamaIndexEncoder
from assistant.integrations.llama_index.query_engine import SourceQueryEngine
from assistant.integrations.llama_index.retriever import SourceRetriever

__all__ = [
    # Asked by llama-index
    "SourceRetriever",
    "SourceQueryEngine",
    "SourceChatEngine",
    # Given by llama-index
    "LlamaIndexEncoder",
    "add_documents",
]
