from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Answer, Citation, Document, Statement
from assistant.events import EvidenceFound, StatementDone, Token
from assistant.ui.chat import Draft, Exchange, exchanges, messages, replies
from assistant.ui.turnstile import Turnstile
from assistant.ui.wording import WORDS
from tests.bag_of_words import BagOfWords

ALONE = Turnstile(1)
ARTICLE = "The owl denied the theft of the cheese. The fox denied nothing at all.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "owl.txt").write_text(ARTICLE, "utf-8")
    settings = Settings(library=folder / "library", chroma="off")  # quicker than Chroma
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "owl.txt"])
        yield assistant


def answered(text: str) -> Answer:
    return Answer(
        question="?", standalone="?", language="en", abstained=True, confidence=0.0, text=text
    )


def test_a_turn_is_asked_with_those_before_it_and_kept(assistant: Assistant) -> None:
    chat = assistant.conversation(owner="owl")
    *_, first = replies(chat, "Who denied the theft of the cheese?", turnstile=ALONE)
    *_, second = replies(chat, "And the fox?", turnstile=ALONE)
    assert first.answer and second.answer
    assert first.answer.standalone == "Who denied the theft of the cheese?"
    assert second.answer.standalone != "And the fox?"
    kept = exchanges(assistant.conversations.get(chat.id, "owl"))
    assert kept == [first, second]
    assert kept[0].turn


def test_what_is_meant_can_be_said(assistant: Assistant) -> None:
    chat = assistant.conversation()
    meant = "Who denied the theft of the cheese?"
    *_, last = replies(chat, "And he?", turnstile=ALONE, standalone=meant)
    assert last.answer
    assert last.answer.question == "And he?"
    assert last.answer.standalone == meant


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_gets_a_readable_reply_and_is_not_kept(
    assistant: Assistant, question: str
) -> None:
    chat = assistant.conversation()
    [exchange] = replies(chat, question, turnstile=ALONE)
    assert exchange.answer is None
    assert chat.id == ""
    [bubble] = messages([exchange])
    assert bubble["role"] == "assistant"
    assert "A question was expected" in bubble["content"]


def test_a_missing_library_is_said_in_the_chat(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "nowhere", encoder=BagOfWords()) as assistant:
        *_, exchange = replies(assistant.conversation(), "Who denied it?", turnstile=ALONE)
    asked, told = messages([exchange])
    assert asked["role"] == "user"
    assert "no sources here yet" in told["content"]
    assert 'name="sources"' in told["content"]


def test_a_question_waits_for_its_turn_and_says_so_meanwhile(assistant: Assistant) -> None:
    turnstile = Turnstile(1)
    growing = replies(assistant.conversation(), "Who denied the theft?", turnstile=turnstile)
    with turnstile.passing():
        waiting = next(growing)
        assert waiting.answer is None
    *_, last = growing
    assert last.answer


def test_a_running_question_is_already_shown_with_what_is_done() -> None:
    asked, state = messages([Exchange("Who denied it?")])
    assert "Who denied it" in asked["content"]
    assert "Searching the sources" in state["content"]
    [_, state] = messages([Exchange("Qui ?", draft=Draft(evidence=7))], WORDS["fr"])
    assert "Lecture de 7 passages" in state["content"]


def test_a_draft_grows_by_tokens_until_its_statement_is_whole() -> None:
    text = "The owl denied it."
    citation = Citation(n=1, document=Document.of(text).ref, start=0, end=len(text), quote=text)
    draft = Draft()
    for event in (EvidenceFound(()), Token("The owl "), Token("denied it. [1]")):
        draft = draft.after(event)
    assert (draft.tail, draft.evidence, draft.statements) == ("The owl denied it. [1]", 0, ())
    draft = draft.after(StatementDone(Statement(f"{text} [1]", (1,)), (citation,)))
    assert (draft.tail, draft.citations) == ("", (citation,))
    draft = draft.after(StatementDone(Statement("It did. [1]", (1,)), (citation,)))
    assert draft.citations == (citation,)
    [_, bubble] = messages([Exchange("Who?", draft=draft)])
    assert bubble["content"].count('class="mark"') == 2


def test_bubbles_follow_the_turns() -> None:
    turns = [Exchange("One?", answered("First")), Exchange("Two?", answered("Second"))]
    roles = [bubble["role"] for bubble in messages(turns)]
    assert roles == ["user", "assistant", "user", "assistant"]
