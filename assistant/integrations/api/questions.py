"""The routes that answer: ask, search, claims."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.assistant import Assistant
from assistant.integrations.api.forms import (
    AnswerForm,
    AskForm,
    ClaimsForm,
    RankingForm,
    SearchForm,
    TopicForm,
    history_of,
    ranking_form,
)
from assistant.integrations.api.streaming import event_stream

__all__ = ["EVENTS", "STREAMED", "question_routes"]

EVENTS = "text/event-stream"
STREAMED: dict[str, Any] = {
    "description": "The answer, or what is found and said as it comes, one event each: "
    "query_understood, evidence_found, token, statement_done, done (the answer), problem",
    "content": {
        EVENTS: {
            "itemSchema": {
                "type": "object",
                "properties": {
                    "event": {"type": "string"},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                },
                "required": ["event", "data"],
            }
        }
    },
}


def question_routes(assistant: Assistant) -> APIRouter:
    """Make the routes; each runs in a thread, so that no request waits for another's."""
    router = APIRouter(tags=["questions"])

    @router.post("/ask", response_model=AnswerForm, responses={200: STREAMED})
    def ask(
        form: AskForm, accept: Annotated[str, Header(include_in_schema=False)] = ""
    ) -> Response:
        """Answer a question from the sources, with citations, or abstain."""
        filters, history = form.filters.to_filter(), history_of(form.history)
        if form.stream or EVENTS in accept:
            events = assistant.stream(
                form.question, filters=filters, history=history, standalone=form.standalone
            )
            return StreamingResponse(event_stream(events), media_type=EVENTS)
        answer = assistant.ask(
            form.question, filters=filters, history=history, standalone=form.standalone
        )
        return JSONResponse(answer.to_dict())

    @router.post("/search")
    def search(form: SearchForm) -> RankingForm:
        """Rank the passages that may answer, best first."""
        filters = form.filters.to_filter()
        return ranking_form(assistant.retrieve(form.question, limit=form.limit, filters=filters))

    @router.post("/claims")
    def claims(form: TopicForm) -> ClaimsForm:
        """Make the table of who says what about a topic; what is contested first."""
        found = assistant.claims(form.topic, filters=form.filters.to_filter())
        return ClaimsForm.model_validate(found.to_dict())

    return router
