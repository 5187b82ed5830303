"""A question that is broken off, fails, or waits, in a real browser; and what a reload keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.assistant import Assistant
from assistant.config import Settings
from tests.bag_of_words import BagOfWords
from tests.scripted_llm import Reply, ScriptedLLM, scripted_llm
from tests.ui.asking import answer, ask
from tests.ui.conftest import IN_BROWSER, Serving, Visit

pytestmark = IN_BROWSER

DENIED = "The owl denied the theft of the cheese. [1]"
ENDLESS = Reply("The owl denied " + "the theft " * 500, pause_s=0.05)


@pytest.fixture
def model() -> Iterator[ScriptedLLM]:
    with scripted_llm(DENIED, ENDLESS, DENIED) as model:
        yield model


@pytest.fixture
def page(visit: Visit, serving: Serving, tmp_path: Path, model: ScriptedLLM) -> Iterator[Page]:
    (tmp_path / "owl.txt").write_text("The owl denied the theft of the cheese.", "utf-8")
    settings = Settings(library=tmp_path / "library", chroma="off", llm=model.spec)
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
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
