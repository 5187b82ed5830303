"""OpenAI's protocol, for chat programs that speak it: the sources answer, no model is chosen.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.assistant import Assistant
from assistant.datatypes import Answer
from assistant.errors import AssistantError
from assistant.events import Event
from assistant.integrations.api.footnotes import closing, defused, without_footnotes, written
from assistant.integrations.api.forms import MAX_TURNS, AnswerForm
from assistant.integrations.api.problems import Refused, problem_of
from assistant.integrations.dialogue import Memory, Paired, paired, settled

__all__ = ["MODEL", "chat_routes"]

MODEL = "source-assistant"

_EVENTS = "text/event-stream"
_Text = Annotated[str, Field(max_length=20_000)]


class Part(BaseModel):
    """A piece of a message; what is not text is not read."""

    type: str
    text: _Text = ""


class Message(BaseModel):
    """A message of the conversation so far."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: _Text | list[Part] | None = None

    @property
    def text(self) -> str:
        """What it says, in whichever of the two forms."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream tells beside the text."""

    include_usage: bool = False


class CompletionForm(BaseModel):
    """A conversation whose last message of the user is answered.

    What steers a language model (temperature, tools, system messages) is taken and has no effect.
    """

    model: Literal["source-assistant"]
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    stream: bool = False
    stream_options: StreamOptions | None = None


class ReplyForm(BaseModel):
    """The message that answers."""

    role: Literal["assistant"]
    content: str


class ChoiceForm(BaseModel):
    """The one reply; there are no others to choose from."""

    index: int
    message: ReplyForm
    finish_reason: Literal["stop"]


class UsageForm(BaseModel):
    """Tokens as the library's encoder counts them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletionForm(BaseModel):
    """A reply with footnotes; `answer` holds all that `/v1/ask` gives."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceForm]
    usage: UsageForm
    answer: AnswerForm


class ModelForm(BaseModel):
    """What answers."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelsForm(BaseModel):
    """All that can be named as `model`."""

    object: Literal["list"] = "list"
    data: list[ModelForm]


def chat_routes(assistant: Assistant) -> APIRouter:
    """Make the routes `/chat/completions` and `/models`."""
    router = APIRouter(tags=["openai"])
    memory = Memory()
    streamed = {"description": "The reply, or its chunks", "content": {_EVENTS: {}}}

    @router.post("/chat/completions", response_model=ChatCompletionForm, responses={200: streamed})
    def chat_completions(form: CompletionForm) -> Response:
        """Answer the last message of the user from the sources, with footnotes."""
        asked = _read(form.messages, memory)
        reply = _Reply(assistant, asked, memory)
        if not form.stream:
            answer = assistant.ask(asked.question, history=asked.turns)
            return JSONResponse(reply.whole(answer))
        events = assistant.stream(asked.question, history=asked.turns)
        usage = form.stream_options is not None and form.stream_options.include_usage
        return StreamingResponse(reply.chunks(events, usage=usage), media_type=_EVENTS)

    @router.get("/models")
    def models() -> ModelsForm:
        """List the one model."""
        return ModelsForm(data=[ModelForm(id=MODEL)])

    @router.get("/models/{id}")
    def model(id: str) -> ModelForm:
        """Describe the one model."""
        if id != MODEL:
            raise Refused(404, "model_not_found", f"Expected the model {MODEL}, found another")
        return ModelForm(id=id)

    return router


class _Reply:
    """One reply, whole or in chunks, under one id."""

    def __init__(self, assistant: Assistant, asked: Paired, memory: Memory) -> None:
        self._memory = memory
        self._encoder = assistant.encoder
        self._question = asked.question
        self._head = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": MODEL,
        }

    def whole(self, answer: Answer) -> dict[str, Any]:
        """Write the reply with the answer that it is made of."""
        text = written(answer)
        self._memory.note(without_footnotes(text), answer)
        message = {"role": "assistant", "content": text}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": self._usage(text),
            "answer": answer.to_dict(),
        }

    def chunks(self, events: Iterator[Event], *, usage: bool) -> Iterator[str]:
        """Write the reply as it comes: statements when they are whole and checked."""
        said, sent = "", ""
        yield self._chunk({"role": "assistant", "content": ""})
        try:
            for piece in settled(events):
                if isinstance(piece, Answer):
                    self._memory.note(without_footnotes(sent + closing(piece)), piece)
                    yield self._chunk({"content": closing(piece)})
                    yield self._chunk({}, finish_reason="stop", answer=piece.to_dict())
                else:
                    said += piece
                    before, sent = sent, defused(said)
                    yield self._chunk({"content": sent[len(before) :]})
            if usage:
                yield self._line({"choices": [], "usage": self._usage(sent)})
        except AssistantError as error:
            yield f"data: {json.dumps({'error': problem_of(error).model_dump()})}\n\n"
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, str], finish_reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return self._line({"choices": [choice], **more})

    def _line(self, content: dict[str, Any]) -> str:
        chunk = {**self._head, "object": "chat.completion.chunk", **content}
        return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"

    def _usage(self, text: str) -> dict[str, int]:
        read, wrote = self._encoder.count_tokens([self._question, text])
        return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}


def _read(messages: Sequence[Message], memory: Memory) -> Paired:
    """Take the last message of the user as the question, and pair up what came before."""
    turns, question = paired((each.role, without_footnotes(each.text)) for each in messages)
    if not question:
        raise Refused(400, "question_expected", "A message of the user was expected last")
    return Paired(tuple(memory.recall(turn) for turn in turns[-MAX_TURNS:]), question)
