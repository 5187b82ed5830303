from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Answer
from assistant.ui.chat import Exchange, messages, reply
from tests.bag_of_words import BagOfWords

ARTICLE = "The owl denied the theft of the cheese. The fox denied nothing at all.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "owl.txt").write_text(ARTICLE, "utf-8")
    settings = Settings(library=folder / "library", chroma="off")  # quicker than Chroma
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "owl.txt"])
        yield assistant


def unanswered(text: str) -> Answer:
    return Answer(
        question="?", standalone="?", language="en", abstained=True, confidence=0.0, text=text
    )


def test_a_turn_is_asked_with_those_before_it(assistant: Assistant) -> None:
    first = reply(assistant, "Who denied the theft of the cheese?", ())
    second = reply(assistant, "And the fox?", (first,))
    assert first.answer and second.answer
    assert first.answer.standalone == "Who denied the theft of the cheese?"
    assert "theft of the cheese" in second.answer.standalone


def test_an_exchange_without_answer_is_no_part_of_the_history(assistant: Assistant) -> None:
    failed = Exchange("Who denied the theft of the cheese?", problem="No library")
    second = reply(assistant, "And the fox?", (failed,))
    assert second.answer
    assert second.answer.standalone == "And the fox?"


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_gets_a_readable_reply_and_no_bubble(
    assistant: Assistant, question: str
) -> None:
    exchange = reply(assistant, question, ())
    assert exchange.answer is None
    [bubble] = messages([exchange])
    assert bubble["role"] == "assistant"
    assert "A question was expected" in bubble["content"]


def test_a_missing_library_is_said_in_the_chat(tmp_path: Path) -> None:
    assistant = Assistant.open(tmp_path / "nowhere", encoder=BagOfWords())
    exchange = reply(assistant, "Who denied it?", ())
    asked, told = messages([exchange])
    assert asked["role"] == "user"
    assert "assistant ingest" in told["content"]


def test_a_running_question_is_already_shown() -> None:
    [bubble] = messages([Exchange("Who denied it?")])
    assert (bubble["role"], "Who denied it" in bubble["content"]) == ("user", True)


def test_bubbles_follow_the_turns() -> None:
    turns = [Exchange("One?", unanswered("First")), Exchange("Two?", unanswered("Second"))]
    roles = [bubble["role"] for bubble in messages(turns)]
    assert roles == ["user", "assistant", "user", "assistant"]


def test_an_abstention_tells_the_next_question_nothing() -> None:
    past = Exchange("What is the price in Lima?", unanswered("Nothing answers this."))
    assert past.answer is not None
    assert past.answer.as_turn().answer == ""
