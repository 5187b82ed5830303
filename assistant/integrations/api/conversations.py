"""The routes of conversations: each caller's own, kept with the answers that were given."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from assistant.assistant import Assistant
from assistant.datatypes import Conversation
from assistant.integrations.api.forms import (
    EVERYTHING,
    AnswerForm,
    FilterForm,
    Question,
)
from assistant.integrations.api.gate import owner_of
from assistant.integrations.api.questions import EVENTS, STREAMED
from assistant.integrations.api.streaming import event_stream

__all__ = ["conversation_routes"]

Owner = Annotated[str, Depends(owner_of)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{6,32}$")]
Title = Annotated[str, Field(max_length=200)]


class TitleForm(BaseModel):
    """A title; without one, the first question serves."""

    title: Title = ""


class NextForm(BaseModel):
    """The next question of a conversation; `standalone` is what is meant by it, if known."""

    question: Question
    standalone: Question | None = None
    filters: FilterForm = EVERYTHING
    stream: bool = False


class FeedbackForm(BaseModel):
    """What the reader thinks of an answer, in place of what was noted before."""

    vote: Literal["up", "down"] | None
    comment: Annotated[str, Field(max_length=10_000)] = ""


class SummaryForm(BaseModel):
    """A conversation in a list."""

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: int


class StoredTurnForm(BaseModel):
    """A question with the answer that was given."""

    id: str
    asked_at: str
    vote: Literal["up", "down"] | None
    comment: str
    answer: AnswerForm


class ConversationForm(BaseModel):
    """The turns so far, oldest first; notices say which sources changed or went since."""

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: list[StoredTurnForm]


def conversation_routes(assistant: Assistant) -> APIRouter:
    """Make the routes. What belongs to one caller does not exist for another."""
    router = APIRouter(prefix="/conversations", tags=["conversations"])
    kept = assistant.conversations

    @router.get("")
    def conversations(owner: Owner) -> list[SummaryForm]:
        """List the conversations, the one asked last first."""
        return [SummaryForm(**summary.to_dict()) for summary in kept.list(owner)]

    @router.post("", status_code=201)
    def begin(form: TitleForm, owner: Owner) -> ConversationForm:
        """Begin a conversation."""
        return _form(kept.create(owner, form.title))

    @router.get("/{id}")
    def conversation(id: Id, owner: Owner) -> ConversationForm:
        """Read a conversation with its answers as they were given."""
        return _form(kept.checked(id, owner))

    @router.patch("/{id}", status_code=204, response_class=Response)
    def rename(id: Id, form: TitleForm, owner: Owner) -> None:
        """Name a conversation."""
        kept.rename(id, form.title, owner)

    @router.delete("/{id}", status_code=204, response_class=Response)
    def delete(id: Id, owner: Owner) -> None:
        """Forget a conversation with all its turns."""
        kept.delete(id, owner)

    @router.get("/{id}/export", response_class=PlainTextResponse)
    def export(id: Id, owner: Owner, format: Literal["markdown", "json"] = "markdown") -> Response:
        """Write a conversation as Markdown with footnotes, or as JSON."""
        media_type = "application/json" if format == "json" else "text/markdown"
        return Response(kept.export(id, format, owner=owner), media_type=media_type)

    _turn_routes(router, assistant)
    return router


def _turn_routes(router: APIRouter, assistant: Assistant) -> None:
    """Add the routes of single turns: the next question, and what is thought of an answer."""
    kept = assistant.conversations

    @router.post("/{id}/ask", response_model=AnswerForm, responses={200: STREAMED})
    def ask(
        id: Id,
        form: NextForm,
        owner: Owner,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Answer the next question in the light of the turns before it, and keep the turn."""
        chat = assistant.conversation(id, owner=owner)
        filters, standalone = form.filters.to_filter(), form.standalone
        if form.stream or EVENTS in accept:
            events = chat.stream(form.question, filters=filters, standalone=standalone)
            return StreamingResponse(event_stream(events), media_type=EVENTS)
        answer = chat.ask(form.question, filters=filters, standalone=standalone)
        return JSONResponse(answer.to_dict())

    @router.post("/{id}/turns/{turn}/feedback", status_code=204, response_class=Response)
    def feedback(id: Id, turn: Id, form: FeedbackForm, owner: Owner) -> None:
        """Note what the reader thinks of an answer."""
        kept.get(id, owner)
        kept.feedback(turn, form.vote, form.comment, owner=owner)


def _form(conversation: Conversation) -> ConversationForm:
    return ConversationForm.model_validate(conversation.to_dict())
