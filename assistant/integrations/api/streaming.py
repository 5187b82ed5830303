"""Events of an answer → server-sent events, by the names that `events` gives them.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from assistant.datatypes import Citation, Evidence, Statement
from assistant.errors import AssistantError
from assistant.events import Done, Event, EvidenceFound, QueryUnderstood, StatementDone, Token
from assistant.integrations.api.forms import DocumentForm
from assistant.integrations.api.problems import problem_of

__all__ = ["event_stream"]


def event_stream(events: Iterator[Event]) -> Iterator[str]:
    """Write events as they come; what goes wrong on the way is the last one, `problem`."""
    try:
        for event in events:
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(event).__name__).lower()
            yield _written(name, _content(event))
    except AssistantError as error:
        yield _written("problem", problem_of(error).model_dump())


def _written(name: str, content: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"


def _content(event: Event) -> dict[str, Any]:
    match event:
        case QueryUnderstood(query):
            return {
                "question": query.text,
                "standalone": query.standalone,
                "language": query.language,
            }
        case EvidenceFound(evidence):
            return {"evidence": [_evidence(each) for each in evidence]}
        case Token(text):
            return {"text": text}
        case StatementDone(statement, citations):
            return _statement(statement, citations)
        case Done(answer):
            return answer.to_dict()


def _statement(statement: Statement, citations: tuple[Citation, ...]) -> dict[str, Any]:
    return {
        "text": statement.text,
        "citations": [citation.to_dict() for citation in citations],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    passage = evidence.passage
    return {
        "n": evidence.n,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "page": passage.page,
        "document": DocumentForm.of(passage.document).model_dump(),
    }
