"""A question that is broken off, fails, or waits, in a real browser; and what a reload keeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.errors import InvalidInput
from assistant.models.encoders import Vectors
from assistant.ui.conversations import ConversationList
from tests.bag_of_words import BagOfWords
from tests.scripted_llm import Reply, ScriptedLLM, scripted_llm
from tests.ui.asking import answer, ask
from tests.ui.conftest import IN_BROWSER, Serving, Visit

pytestmark = IN_BROWSER

DENIED = "The owl denied the theft of the cheese. [1]"
ENDLESS = Reply("The owl denied " + "the theft " * 500, pause_s=0.05)


class Moody(BagOfWords):
    """An encoder that refuses questions on some days."""

    refuses = False

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if query and self.refuses:
            raise InvalidInput("not today")
        return super().encode(texts, query=query)


@pytest.fixture
def model() -> Iterator[ScriptedLLM]:
    with scripted_llm(DENIED, ENDLESS, DENIED) as model:
        yield model


@pytest.fixture
def encoder() -> Moody:
    return Moody()


@pytest.fixture
def page(
    visit: Visit, serving: Serving, tmp_path: Path, model: ScriptedLLM, encoder: Moody
) -> Iterator[Page]:
    (tmp_path / "owl.txt").write_text("The owl denied the theft of the cheese.", "utf-8")
    settings = Settings(library=tmp_path / "library", chroma="off", llm=model.spec)
    with Assistant.open(settings=settings, encoder=encoder) as assistant:
        assistant.add([tmp_path / "owl.txt"])
        with serving(assistant) as address:
            yield visit(address)


def test_a_question_is_stopped_and_stands_in_its_box_again(page: Page, model: ScriptedLLM) -> None:
    ask(page, "Who denied the theft?")
    box = page.locator("#question textarea")
    box.fill("And the cheese?")
    box.press("Enter")
    page.locator(".answer .tail").wait_for()
    page.get_by_role("button", name="Stop").click()
    expect(box).to_have_value("And the cheese?")
    expect(page.locator(".question")).to_have_text(["Who denied the theft?"])
    assert model.hung_up.wait(30)
    box.press("Enter")
    answer(page, 1)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    page.reload()
    expect(page.locator(".question")).to_have_text(["Who denied the theft?", "And the cheese?"])


def test_a_question_asked_before_the_page_is_filled_keeps_its_answer(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, answered = ConversationList._listed, threading.Event()

    def late(self: ConversationList, conversation: str, request: gr.Request) -> dict[Any, Any]:
        found = listed(self, conversation, request)
        if not conversation:
            answered.wait(30)
        return found

    monkeypatch.setattr(ConversationList, "_listed", late)
    page.reload(wait_until="commit")
    found = ask(page, "Who denied the theft?")
    page.locator("#conversations").wait_for()
    with page.expect_request("**/queue/join*"):  # what comes after the page is filled
        answered.set()
    expect(page.locator(".question")).to_have_text(["Who denied the theft?"])
    expect(found.locator(".statement")).to_contain_text("The owl denied")


def test_an_answer_stays_where_asking_again_fails(page: Page, encoder: Moody) -> None:
    found = ask(page, "Who denied the theft?")
    encoder.refuses = True
    found.get_by_role("button", name="Retry").click()
    expect(page.locator(".notice")).to_have_text("not today")
    expect(page.locator(".question")).to_have_count(2)
    page.reload()
    expect(answer(page).locator(".statement")).to_contain_text("The owl denied")
    expect(page.locator(".question")).to_have_count(1)


def test_nothing_typed_is_not_asked(page: Page, model: ScriptedLLM) -> None:
    box = page.locator("#question textarea")
    box.fill("   ")
    box.press("Enter")
    expect(box).to_have_value("")
    expect(page.locator(".question, .notice")).to_have_count(0)
    assert model.asked == []


def test_what_is_typed_while_an_answer_is_made_stays(page: Page) -> None:
    box = page.locator("#question textarea")
    box.fill("Who denied the theft?")
    box.press("Enter")
    page.locator(".question").wait_for()
    box.fill("And the cheese")
    answer(page)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(box).to_have_value("And the cheese")


def test_a_language_model_does_not_go_on_for_who_has_left(page: Page, model: ScriptedLLM) -> None:
    ask(page, "Who denied the theft?")
    page.locator("#question textarea").fill("And the cheese?")
    page.locator("#question textarea").press("Enter")
    page.locator(".answer .tail").wait_for()
    page.goto("about:blank")
    assert model.hung_up.wait(30)


@pytest.mark.slow
def test_a_visitor_may_have_many_tabs_open(page: Page) -> None:
    for _ in range(7):  # a browser gives a server six connections
        tab = page.context.new_page()
        tab.goto(page.url)
        tab.locator("#question textarea").wait_for()
