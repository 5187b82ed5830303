"""Answers that a language model writes, from the question to the checked citation, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from assistant import Assistant, Done, EvidenceFound, Settings, StatementDone, Token, verify
from assistant.errors import InvalidInput
from assistant.models.encoders import Encoder
from tests.scripted_llm import Reply, Says, ScriptedLLM, scripted_llm

pytest.importorskip("llama_index.llms.openai_like")

QUESTION = "Who denied the Putin call?"
WRITTEN = (
    "Elon Musk denied having been in contact with Vladimir Putin [1]. "
    "The Kremlin's spokesman Dmitri Peskov said that the reports were false."
)


@contextmanager
def writing(
    demo: Assistant, encoder: Encoder, *replies: Says, **settings: object
) -> Iterator[tuple[Assistant, ScriptedLLM]]:
    with scripted_llm(*replies) as model:
        given = {"library": demo.settings.library, "llm": model.spec, **settings}
        with Assistant.open(settings=Settings(**given), encoder=encoder) as assistant:
            yield assistant, model


def number_of(demo: Assistant, words: str) -> int:
    """The number of the evidence that holds these words."""
    (found,) = (event for event in demo.stream(QUESTION) if isinstance(event, EvidenceFound))
    return next(item.n for item in found.evidence if words in item.passage.text)


def test_every_statement_cites_what_says_it(demo: Assistant, encoder: Encoder) -> None:
    mark = f"[{number_of(demo, 'a démenti avoir été en contact')}]"
    with writing(demo, encoder, WRITTEN.replace("[1]", mark)) as (assistant, model):
        _, found, *told, done = assistant.stream(QUESTION)
        assert isinstance(found, EvidenceFound)
        assert isinstance(done, Done)
        answer = done.answer
        assert answer.model == "openai-like:parrot"
        assert [s.text.partition(" [")[0] for s in answer.statements] == [
            "Elon Musk denied having been in contact with Vladimir Putin.",
            "The Kremlin's spokesman Dmitri Peskov said that the reports were false.",
        ]
        assert verify(answer, assistant.library) == []
        done_statements = [event for event in told if isinstance(event, StatementDone)]
        assert tuple(event.statement for event in done_statements) == answer.statements
        cited = {c.n: c for event in done_statements for c in event.citations}
        assert tuple(cited[n] for n in sorted(cited)) == answer.citations
        assert "".join(e.text for e in told if isinstance(e, Token)).startswith("Elon Musk denied")
        assert {"Elon Musk", "Dmitri Peskov"} <= {a.source for a in answer.attributions}
    (prompt,) = model.prompts
    for evidence in found.evidence:
        assert evidence.passage.text.strip() in prompt


@pytest.mark.parametrize(
    "reply",
    [
        *(429, 500, "", "UNANSWERED", "I'm sorry, I can't help with that.", "Pigs fly [1]. [[[2"),
        *(Reply(WRITTEN, cut="quiet"), Reply(WRITTEN, cut="abrupt"), Reply(WRITTEN, pause_s=0.3)),
    ],
    ids=str,
)
@pytest.mark.parametrize("question", [QUESTION, "Qui a démenti l'appel avec Poutine ?"])
def test_whatever_goes_wrong_the_sources_answer(
    demo: Assistant, encoder: Encoder, reply: Says, question: str
) -> None:
    with writing(demo, encoder, reply, llm_timeout=0.8) as (assistant, model):
        answer = assistant.ask(question)
        assert model.prompts
    expected = demo.ask(question)
    assert answer.notice
    assert (" the " in answer.notice) == (expected.language == "en")
    assert answer == replace(expected, notice=answer.notice, timings_ms=answer.timings_ms)


def test_nobody_listening_is_no_error(demo: Assistant, encoder: Encoder) -> None:
    settings = Settings(library=demo.settings.library, llm="openai-like:http://127.0.0.1:9/v1")
    with Assistant.open(settings=settings, encoder=encoder) as assistant:
        assert assistant.ask(QUESTION).citations == demo.ask(QUESTION).citations


def test_no_model_is_asked_what_the_sources_do_not_answer(
    demo: Assistant, encoder: Encoder
) -> None:
    with writing(demo, encoder, "Brazil won [1].") as (assistant, model):
        answer = assistant.ask("Who won the 1958 World Cup?")
    assert answer.abstained
    assert model.prompts == []


def test_several_may_ask_at_once(demo: Assistant, encoder: Encoder) -> None:
    with writing(demo, encoder, WRITTEN) as (assistant, _), ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(assistant.ask, [QUESTION] * 8))
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].model


def test_who_stops_listening_hangs_up(demo: Assistant, encoder: Encoder) -> None:
    with writing(demo, encoder, Reply(WRITTEN * 100, pause_s=0.01)) as (assistant, model):
        events = assistant.stream(QUESTION)
        assert any(isinstance(event, Token) for event in events)
        events.close()  # type: ignore[attr-defined]  # it is a generator
        assert model.hung_up.wait(20)


def test_a_model_that_is_not_named_right_is_told(demo: Assistant, encoder: Encoder) -> None:
    settings = Settings(library=demo.settings.library, llm="gpt")
    with Assistant.open(settings=settings, encoder=encoder) as assistant:
        assert assistant.retrieve(QUESTION)  # nothing that a model is needed for
        with pytest.raises(InvalidInput, match="a language model: expected openai-like"):
            assistant.ask(QUESTION)
