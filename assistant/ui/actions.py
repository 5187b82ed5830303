"""What a button in an answer asks for, read from the page's hidden field: anybody can fill it."""

from __future__ import annotations

import json
from dataclasses import dataclass

__all__ = ["Action", "action_of"]


@dataclass(frozen=True, slots=True)
class Action:
    """An action by name, with what it is about and the text that goes with it."""

    name: str
    value: str
    text: str = ""


def action_of(written: str) -> Action | None:
    """Read what `page.js` wrote; None for anything else.

    >>> action_of('{"action": "ask", "value": "Who?", "text": "", "count": 1}').value
    'Who?'
    >>> action_of("") is None
    True
    """
    try:
        data = json.loads(written)
        fields = [data["action"], data["value"], data["text"]]
    except (ValueError, TypeError, KeyError):
        return None
    return Action(*fields) if all(isinstance(field, str) for field in fields) else None
