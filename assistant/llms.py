"""The one door to language models: none is needed, none is loaded unless somebody names one.

A model is named ``provider:model@address``::

    openai-like:qwen3-4b@http://127.0.0.1:8080/v1    any server that speaks OpenAI's protocol
    ollama:qwen3:4b                                  Ollama on this machine
    ollama:qwen3:4b@http://10.0.0.7:11434            or elsewhere

A server's key comes from the environment (`ASSISTANT_LLM_KEY`): on a command line others could
read it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from assistant.errors import InvalidInput, LLMFailed, MissingExtra

__all__ = ["Complete", "load_llm"]

Complete = Callable[[str], str]
"""A language model: from a prompt to its text; raises LLMFailed where it gives none."""

TIMEOUT_S = 120.0

_SPEC = re.compile(r"(?P<provider>openai-like|ollama):(?P<model>.+?)(?:@(?P<url>https?://\S+))?")


def load_llm(spec: str) -> Complete:
    """Make a language model of its name; nothing is sent before the first prompt.

    Raises:
        InvalidInput: the name is not of the form.
        MissingExtra: the provider's package is not installed.
    """
    named = _SPEC.fullmatch(spec)
    if named is None or (named["provider"] == "openai-like" and not named["url"]):
        raise InvalidInput(
            "a language model: expected openai-like:MODEL@http://HOST:PORT/v1 or ollama:MODEL, "
            f"found {spec!r}"
        )
    load = _openai_like if named["provider"] == "openai-like" else _ollama
    try:
        llm, outages = load(named["model"], named["url"])
    except ImportError as error:
        raise MissingExtra(f"the language model {spec}", named["provider"]) from error

    def complete(prompt: str) -> str:
        try:
            return str(llm.complete(prompt))
        except outages as error:
            raise LLMFailed(f"{spec} gave no answer: {type(error).__name__}: {error}") from error

    return complete


def _openai_like(model: str, url: str) -> tuple[Any, tuple[type[Exception], ...]]:
    from llama_index.llms.openai_like import OpenAILike
    from openai import OpenAIError

    key = os.environ.get("ASSISTANT_LLM_KEY", "none")  # never another server's OPENAI_API_KEY
    options = {"is_chat_model": True, "temperature": 0.0, "timeout": TIMEOUT_S, "max_retries": 1}
    return OpenAILike(model=model, api_base=url, api_key=key, **options), (OpenAIError,)


def _ollama(model: str, url: str | None) -> tuple[Any, tuple[type[Exception], ...]]:
    from httpx import HTTPError
    from llama_index.llms.ollama import Ollama
    from ollama import ResponseError

    where = {"base_url": url} if url else {}
    llm = Ollama(model=model, temperature=0.0, request_timeout=TIMEOUT_S, **where)
    return llm, (HTTPError, ResponseError, ConnectionError)
