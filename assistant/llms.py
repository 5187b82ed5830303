"""The one door to language models: none is needed, none is loaded unless somebody names one.

A model is named ``provider:model@address``::

    openai-like:qwen3-4b@http://127.0.0.1:8080/v1    any server that speaks OpenAI's protocol
    openai-like:http://127.0.0.1:8080/v1             one that serves a single model
    ollama:qwen3:4b                                  Ollama on this machine
    ollama:qwen3:4b@http://10.0.0.7:11434            or elsewhere
    anthropic:claude-sonnet-4-5                      Anthropic's

A server's key comes from the environment (`ASSISTANT_LLM_KEY`): on a command line others could
read it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any, NamedTuple

from assistant.errors import InvalidInput, LLMFailed, MissingExtra

__all__ = ["Complete", "LanguageModel", "load_llm"]

Complete = Callable[[str], str]
"""A language model: from a prompt to its text; raises LLMFailed where it gives none."""

TIMEOUT_S = 120.0
_WINDOW = 8192  # tokens: a prompt of ours has some 2,500

_SPEC = re.compile(
    r"(?P<provider>openai-like|ollama|anthropic):(?:(?P<model>(?!https?://).+?)(?:@|\Z))?"
    r"(?P<url>(?<=[@:])https?://\S+)?"
)

# What a vendor's code raises over a reply that is not of its protocol's form, or over a socket.
_BROKEN = (OSError, RuntimeError, ValueError, TypeError, AttributeError, LookupError)

_ENDED = frozenset({"stop", "end_turn", "stop_sequence", "eos"})
"""Reasons to finish of a model that had said all it wanted to."""


class _Vendor(NamedTuple):
    open: Callable[[], AbstractContextManager[Any]]
    """Gives an LLM of llama-index; leaving it hangs up."""
    outages: tuple[type[Exception], ...]
    reason: Callable[[Any], str | None]
    """Finds in a piece of its stream why it ends there; None where it does not."""


class LanguageModel:
    """A language model behind llama-index. Safe to share between threads."""

    def __init__(self, spec: str, vendor: _Vendor, *, timeout_s: float) -> None:
        self.spec = spec
        self._open, self._outages, self._reason = vendor
        self._timeout_s = timeout_s

    @classmethod
    def of(cls, llm: Any, *, timeout_s: float = TIMEOUT_S) -> LanguageModel:
        """Take any LLM object of llama-index; whatever it raises counts as an outage."""
        spec = f"{llm.class_name()}:{llm.metadata.model_name}"
        # The one broad catch: whose code that is, and what it raises, nobody here knows.
        return cls(
            spec, _Vendor(lambda: nullcontext(llm), (Exception,), _any_reason), timeout_s=timeout_s
        )

    @property
    def name(self) -> str:
        """What answers tell of it: not at which address of a network it is."""
        return re.sub(r"[@:]https?://.*", "", self.spec)

    def __call__(self, prompt: str) -> str:
        """Complete a prompt; raises LLMFailed."""
        try:
            with self._open() as llm:
                return str(llm.complete(prompt))
        except self._outages as error:
            raise self._failure(error) from error

    def stream(self, system: str, prompt: str) -> Generator[str, None, None]:
        """Write the reply piece by piece, as it comes. Closing the iterator hangs up.

        Raises:
            LLMFailed: nobody answers, the time is up, or the reply stops before its end.
        """
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role=r, content=t) for r, t in _roles(system, prompt)]
        deadline = time.monotonic() + self._timeout_s
        reason = None
        try:
            with self._open() as llm, closing(llm.stream_chat(messages)) as pieces:
                for piece in pieces:
                    if time.monotonic() > deadline:
                        break
                    reason = self._reason(piece) or reason
                    if piece.delta:
                        yield piece.delta
        except self._outages as error:
            raise self._failure(error) from error
        if reason not in _ENDED:
            found = "time is up" if time.monotonic() > deadline else reason or "it broke off"
            raise LLMFailed(f"{self.spec}: expected a whole reply, found a part: {found}")

    def _failure(self, error: Exception) -> LLMFailed:
        return LLMFailed(f"{self.spec} gave no answer: {type(error).__name__}: {error}")


def load_llm(spec: str, *, timeout_s: float = TIMEOUT_S, retries: int = 1) -> LanguageModel:
    """Make a language model of its name; nothing is sent before the first prompt.

    Args:
        timeout_s: how long to wait for a reply, and for its end.
        retries: after an outage or a rate limit, before it is told.

    Raises:
        InvalidInput: the name is not of the form.
        MissingExtra: the provider's package is not installed.
    """
    named = _SPEC.fullmatch(spec)
    provider, model, url = named.group("provider", "model", "url") if named else ("", "", "")
    if (provider == "openai-like" and not url) or not (model or url):
        raise InvalidInput(
            "a language model: expected openai-like:MODEL@http://HOST:PORT/v1, ollama:MODEL or "
            f"anthropic:MODEL, found {spec!r}"
        )
    load = {"openai-like": _openai_like, "ollama": _ollama, "anthropic": _anthropic}[provider]
    try:
        vendor = load(model or "default", url, timeout_s, retries)
    except ImportError as error:
        raise MissingExtra(f"the language model {spec}", provider) from error
    return LanguageModel(spec, vendor, timeout_s=timeout_s)


def _roles(system: str, prompt: str) -> Iterator[tuple[str, str]]:
    if system:
        yield "system", system
    yield "user", prompt


def _key() -> str:
    """Give the key to send, never one that was set for another program: OPENAI_API_KEY.

    The vendors' packages would look for those themselves where they are given none.
    """
    return os.environ.get("ASSISTANT_LLM_KEY") or "none"


def _openai_like(model: str, url: str, timeout_s: float, retries: int) -> _Vendor:
    import httpx
    from llama_index.llms.openai_like import OpenAILike
    from openai import OpenAIError

    options = {"temperature": 0.0, "timeout": timeout_s, "max_retries": retries}
    certificates = httpx.create_ssl_context()

    # openai's streams are in a reference cycle and keep their connection until it is collected:
    # only closing the client hangs up.
    @contextmanager
    def calling() -> Iterator[Any]:
        with httpx.Client(verify=certificates, timeout=timeout_s) as client:
            where = {"api_base": url, "api_key": _key(), "http_client": client}
            yield OpenAILike(model=model, is_chat_model=True, **where, **options)

    return _Vendor(calling, (OpenAIError, httpx.HTTPError, *_BROKEN), _openai_reason)


def _ollama(model: str, url: str | None, timeout_s: float, retries: int) -> _Vendor:
    from httpx import HTTPError
    from llama_index.llms.ollama import Ollama
    from ollama import ResponseError

    del retries  # it makes none
    # Without a window it asks the server for the model's largest, and has it make room for that.
    options = {"temperature": 0.0, "request_timeout": timeout_s, "context_window": _WINDOW}
    llm = Ollama(model=model, **({"base_url": url} if url else {}), **options)
    return _Vendor(lambda: nullcontext(llm), (HTTPError, ResponseError, *_BROKEN), _ollama_reason)


def _anthropic(model: str, url: str | None, timeout_s: float, retries: int) -> _Vendor:
    from anthropic import AnthropicError
    from httpx import HTTPError
    from llama_index.llms.anthropic import Anthropic

    options = {"temperature": 0.0, "timeout": timeout_s, "max_retries": retries}
    llm = Anthropic(model=model, base_url=url, api_key=_key(), max_tokens=1024, **options)
    return _Vendor(
        lambda: nullcontext(llm), (AnthropicError, HTTPError, *_BROKEN), _anthropic_reason
    )


def _openai_reason(piece: Any) -> str | None:
    return piece.raw.choices[0].finish_reason if piece.raw.choices else None


def _ollama_reason(piece: Any) -> str | None:
    return (piece.raw.get("done_reason") or "stop") if piece.raw.get("done") else None


def _anthropic_reason(piece: Any) -> str | None:
    reason: str | None = piece.message.additional_kwargs.get("stop_reason")
    return reason


def _any_reason(piece: Any) -> str:
    """Of a model that is not known, its end is the end of its stream."""
    del piece
    return "stop"
