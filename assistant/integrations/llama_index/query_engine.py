"""The assistant as a query engine."""

from __future__ import annotations

import asyncio

from llama_index.core.base.response.schema import Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.query_engine import BaseQueryEngine
from llama_index.core.schema import QueryBundle

from assistant.assistant import Assistant
from assistant.datatypes import Filter
from assistant.integrations.llama_index.nodes import citation_nodes

__all__ = ["SourceQueryEngine"]


class SourceQueryEngine(BaseQueryEngine):  # type: ignore[misc]  # its types are not followed
    """Answers queries; the `source_nodes` of a response are the citations of its text.

    A response's ``metadata["answer"]`` is the answer's JSON form. Safe to share between threads.

    Here `assistant` is an `Assistant` whose library holds an article.

    >>> response = SourceQueryEngine(assistant).query("Who denied the call?")
    >>> print(response)
    Musk denied the call. [1]
    >>> response.source_nodes[0].node.text
    'Musk denied the call.'
    """

    def __init__(self, assistant: Assistant, *, filters: Filter | None = None) -> None:
        super().__init__(callback_manager=None)
        self._assistant = assistant
        self._filters = filters

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str, filters=self._filters)
        return Response(
            response=answer.text,
            source_nodes=citation_nodes(answer),
            metadata={"answer": answer.to_dict()},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}
