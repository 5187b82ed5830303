"""The assistant as a chat engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.chat_engine.types import (
    AgentChatResponse,
    BaseChatEngine,
    StreamingAgentChatResponse,
)

from assistant.assistant import Assistant
from assistant.datatypes import Answer, Filter, Turn
from assistant.integrations.dialogue import paired, settled
from assistant.integrations.llama_index.nodes import citation_nodes

__all__ = ["SourceChatEngine"]


class SourceChatEngine(BaseChatEngine):  # type: ignore[misc]  # its types are not followed
    """Answers in the light of the turns before; `source_nodes` are the citations of the text.

    It holds one conversation: use one engine for each. A `chat_history` that is passed takes the
    place of what was said before. `source_nodes` of a stream are there when it ends.

    Here `assistant` is an `Assistant` whose library holds an article.

    >>> engine = SourceChatEngine(assistant)
    >>> print(engine.chat("Who denied the call?"))
    Musk denied the call. [1]
    >>> print("".join(engine.stream_chat("Did Musk deny the call?").response_gen))
    Musk denied the call. [1]
    >>> len(engine.chat_history)
    4
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        chat_history: Sequence[ChatMessage] = (),
        filters: Filter | None = None,
    ) -> None:
        self._assistant = assistant
        self._filters = filters
        self._turns: list[Turn] = []
        self._messages: list[ChatMessage] = []
        self._recall(chat_history)

    @property
    def chat_history(self) -> list[ChatMessage]:
        """What was said so far, oldest first."""
        return list(self._messages)

    def reset(self) -> None:
        """Forget what was said."""
        self._recall(())

    def chat(
        self, message: str, chat_history: Sequence[ChatMessage] | None = None
    ) -> AgentChatResponse:
        """Answer a message."""
        self._recall(chat_history)
        answer = self._assistant.ask(message, filters=self._filters, history=tuple(self._turns))
        self._remember(message, answer)
        return AgentChatResponse(
            response=answer.text,
            source_nodes=citation_nodes(answer),
            metadata={"answer": answer.to_dict()},
        )

    def stream_chat(
        self, message: str, chat_history: Sequence[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """Answer a message statement by statement, each when it is whole and checked."""
        self._recall(chat_history)
        response = StreamingAgentChatResponse(is_writing_to_memory=False)
        response.chat_stream = self._pieces(message, response)
        return response

    async def achat(
        self, message: str, chat_history: Sequence[ChatMessage] | None = None
    ) -> AgentChatResponse:
        """Answer as `chat` does."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: Sequence[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """Answer as `stream_chat` does."""
        self._recall(chat_history)
        response = StreamingAgentChatResponse(is_writing_to_memory=False)
        response.achat_stream = _in_a_thread(self._pieces(message, response))
        return response

    def _pieces(self, message: str, response: StreamingAgentChatResponse) -> Iterator[ChatResponse]:
        said = ""
        history = tuple(self._turns)
        events = self._assistant.stream(message, filters=self._filters, history=history)
        for piece in settled(events):
            if isinstance(piece, Answer):
                self._remember(message, piece)
                response.source_nodes = citation_nodes(piece)
            else:
                said += piece
                whole = ChatMessage(role=MessageRole.ASSISTANT, content=said)
                yield ChatResponse(message=whole, delta=piece)

    def _recall(self, chat_history: Sequence[ChatMessage] | None) -> None:
        if chat_history is not None:
            self._messages = list(chat_history)
            said = ((message.role.value, message.content or "") for message in chat_history)
            self._turns = list(paired(said).turns)

    def _remember(self, message: str, answer: Answer) -> None:
        self._turns.append(answer.as_turn())
        self._messages += [
            ChatMessage(role=MessageRole.USER, content=message),
            ChatMessage(role=MessageRole.ASSISTANT, content=answer.text),
        ]


async def _in_a_thread(pieces: Iterator[ChatResponse]) -> AsyncIterator[ChatResponse]:
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
