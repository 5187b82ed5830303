"""The API on a real server."""

from __future__ import annotations

from contextlib import AbstractContextManager

from assistant.assistant import Assistant
from assistant.integrations.app import build_api
from tests.serving import served


def serving(assistant: Assistant) -> AbstractContextManager[str]:
    return served(build_api(assistant))
