"""The door to language models, against a server that speaks the protocol."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from typing import Literal

import pytest
from llama_index.core.llms import MockLLM

from assistant.errors import InvalidInput, LLMFailed, MissingExtra
from assistant.llms import LanguageModel, load_llm
from tests.scripted_llm import Reply, scripted_llm

openai_like = pytest.mark.skipif(
    not importlib.util.find_spec("llama_index.llms.openai_like"),
    reason="llama-index-llms-openai-like is not installed",
)


@openai_like
def test_a_prompt_goes_to_the_server_and_its_text_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "for another server")
    with scripted_llm("Miaou.", "Ouaf.") as model:
        complete = load_llm(model.spec)
        assert model.asked == []
        assert [complete("What says the cat?"), complete("And the dog?")] == ["Miaou.", "Ouaf."]
    first = model.asked[0]
    assert (first["model"], first["temperature"]) == ("parrot", 0.0)
    assert first["messages"] == [{"role": "user", "content": "What says the cat?"}]
    assert set(model.keys) == {"Bearer none"}


@openai_like
def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_KEY", "sesame")
    with scripted_llm("Open.") as model:
        load_llm(model.spec)("Please?")
    assert model.keys == ["Bearer sesame"]


@openai_like
def test_an_empty_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_KEY", "")
    monkeypatch.setenv("OPENAI_API_KEY", "for another server")
    with scripted_llm("Open.") as model:
        load_llm(model.spec)("Please?")
    assert model.keys == ["Bearer none"]


@openai_like
@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_is_an_error_of_ours(status: int) -> None:
    with scripted_llm(status) as model, pytest.raises(LLMFailed, match=str(status)):
        load_llm(model.spec)("Anybody?")


@openai_like
def test_nobody_listening_is_an_error_of_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    complete = load_llm(f"openai-like:parrot@http://127.0.0.1:{port}/v1")
    with pytest.raises(LLMFailed, match=r"parrot@http://127\.0\.0\.1:\d+/v1 gave no answer"):
        complete("Anybody?")


WHOLE = "Musk denied it [1]. Peskov did too [2]."


def written(model: str, **options: float) -> str:
    return "".join(load_llm(model, retries=0, **options).stream("Be a parrot.", "Say it."))


PROTOCOLS = [
    pytest.param("openai-like", marks=openai_like),
    pytest.param(
        "ollama",
        marks=pytest.mark.skipif(
            not importlib.util.find_spec("llama_index.llms.ollama"),
            reason="llama-index-llms-ollama is not installed",
        ),
    ),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_reply_streams(protocol: Literal["openai-like", "ollama"]) -> None:
    with scripted_llm(WHOLE, protocol=protocol) as model:
        pieces = list(load_llm(model.spec).stream("Be a parrot.", "Say it."))
        assert len(pieces) > 5
        assert "".join(pieces) == WHOLE
        (body,) = model.asked
        assert [(m["role"], m["content"]) for m in body["messages"]] == [
            ("system", "Be a parrot."),
            ("user", "Say it."),
        ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=429, headers=(("Retry-After", "50"),)),
        Reply(status=500),
        Reply(WHOLE, cut="quiet"),
        Reply(WHOLE, cut="abrupt"),
        Reply(WHOLE, cut="garbage"),
        Reply(WHOLE, finish="length"),
    ],
    ids=lambda reply: reply.cut or reply.finish + str(reply.status),
)
def test_what_goes_wrong_with_a_stream_is_an_error_of_ours(
    protocol: Literal["openai-like", "ollama"], reply: Reply
) -> None:
    with scripted_llm(reply, protocol=protocol) as model, pytest.raises(LLMFailed):
        written(model.spec)


@openai_like
@pytest.mark.parametrize("pause_s", [0.05, 30.0], ids=["drips", "hangs"])
def test_a_reply_that_takes_too_long_is_not_waited_for(pause_s: float) -> None:
    with scripted_llm(Reply(WHOLE * 20, pause_s=pause_s)) as model:
        started = time.monotonic()
        with pytest.raises(LLMFailed):
            written(model.spec, timeout_s=0.5)
        assert time.monotonic() - started < 10


@openai_like
def test_who_stops_listening_hangs_up() -> None:
    with scripted_llm(Reply(WHOLE * 200, pause_s=0.01)) as model:
        stream = load_llm(model.spec).stream("", "Say it.")
        next(stream)
        stream.close()
        assert model.hung_up.wait(10)


def test_any_model_of_llama_index_will_do() -> None:
    model = LanguageModel.of(MockLLM(max_tokens=3))
    assert model.name == "MockLLM:unknown"
    assert "".join(model.stream("", "Say it.")) == "text text text"


@pytest.mark.parametrize(
    "spec", ["", "gpt", "openai-like:parrot", "openai-like:@http://x/v1", "ollama:", "other:m"]
)
def test_a_name_not_of_the_form_is_refused(spec: str) -> None:
    with pytest.raises(InvalidInput, match="expected openai-like:MODEL@http"):
        load_llm(spec)


@pytest.mark.parametrize(
    ("spec", "module"),
    [
        ("openai-like:m@http://127.0.0.1:1/v1", "llama_index.llms.openai_like"),
        ("ollama:m:4b", "llama_index.llms.ollama"),
        ("anthropic:m", "llama_index.llms.anthropic"),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_installs_it(
    spec: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    extra = spec.partition(":")[0]
    with pytest.raises(MissingExtra, match=rf"pip install 'source-assistant\[{extra}\]'"):
        load_llm(spec)


def test_no_vendor_is_loaded_by_the_door_itself() -> None:
    code = "import sys, assistant.llms; print(*(m for m in sys.modules if 'llama' in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == []
