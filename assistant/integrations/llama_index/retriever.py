"""A library as a retriever, its nodes at their exact places in the sources."""

from __future__ import annotations

import asyncio

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from assistant.assistant import Assistant
from assistant.datatypes import Filter
from assistant.integrations.llama_index.nodes import passage_node

__all__ = ["SourceRetriever"]


class SourceRetriever(BaseRetriever):  # type: ignore[misc]  # its types are not followed
    """Retrieves passages of a library as `TextNode`s, best first.

    A node's id is the passage's, its `ref_doc_id` the document's, and
    ``document.text[node.start_char_idx:node.end_char_idx] == node.text``. Its metadata are the
    document's fields. Scores are those of the ranking: comparable within one query only.

    Here `assistant` is an `Assistant` whose library holds an article.

    >>> retriever = SourceRetriever(assistant, limit=1)
    >>> [found] = retriever.retrieve("Who denied the call?")
    >>> found.node.metadata["title"]
    'The call'
    >>> document = assistant.library.document(found.node.ref_doc_id)
    >>> document.text[found.node.start_char_idx : found.node.end_char_idx] == found.node.text
    True
    """

    def __init__(
        self, assistant: Assistant, *, limit: int | None = None, filters: Filter | None = None
    ) -> None:
        super().__init__()
        self._assistant = assistant
        self._limit = limit
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        ranking = self._assistant.retrieve(
            query_bundle.query_str, limit=self._limit, filters=self._filters
        )
        return [passage_node(scored) for scored in ranking]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
