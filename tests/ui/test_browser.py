"""The page in a real browser: what is typed, what is shown, what is asked of the network."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.models.encoders import Encoder

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FLAGSHIP = "Who denied the Putin call?"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ, reason="apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, corpus: Path, hostile: str
) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("browser")
    fields = ("text", "title", "publisher", "author", "published")
    (folder / "hostile.jsonl").write_text(json.dumps(dict.fromkeys(fields, hostile)), "utf-8")
    settings = Settings(library=folder / "library", examples=(FLAGSHIP,))
    with Assistant.open(settings=settings, encoder=encoder) as assistant:
        articles = ("musk-poutine-new-yorker.md", "mona-lisa-theft.md", "higgs-boson.md")
        assistant.add([folder / "hostile.jsonl", *(corpus / name for name in articles)])
        yield assistant


@pytest.fixture(scope="module")
def address(
    assistant: Assistant, serving: Callable[[Assistant], AbstractContextManager[str]]
) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def visit(browser: Browser, locale: str) -> Page:
    context = browser.new_context(locale=locale)
    context.set_default_timeout(100_000)  # a busy machine is no failure
    return context.new_page()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor. Whatever the test does, only this server may be asked for anything."""
    page = visit(browser, "en-GB")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_role("textbox").wait_for()
    yield page
    page.context.close()
    assert asked
    foreign = [url for url in asked if not url.startswith((f"{address}/", "data:", "blob:"))]
    assert foreign == []


def ask(page: Page, question: str) -> None:
    """Type a question and wait for its answer."""
    answers = page.locator(".answer")
    before = answers.count()
    page.get_by_role("textbox").fill(question)
    page.get_by_role("textbox").press("Enter")
    answers.nth(before).wait_for()


def test_the_flagship_question_is_answered_with_its_quotes(
    page: Page, assistant: Assistant
) -> None:
    expected = assistant.ask(FLAGSHIP)
    ask(page, FLAGSHIP)
    assert page.locator(".question").all_text_contents() == [FLAGSHIP]
    marks = page.locator(".statement .mark").all_text_contents()
    assert marks == [f"[{citation.n}]" for citation in expected.citations]
    assert marks[0] == "[1]"
    quotes = page.locator(".source .quote").all_text_contents()
    assert quotes == [citation.quote for citation in expected.citations]
    titles = page.locator(".source .title").all_text_contents()
    assert titles == [citation.document.title for citation in expected.citations]


def test_a_second_turn_stands_under_the_first(page: Page) -> None:
    ask(page, FLAGSHIP)
    ask(page, "When was the Mona Lisa stolen?")
    assert page.locator(".question").all_text_contents() == [
        FLAGSHIP,
        "When was the Mona Lisa stolen?",
    ]
    assert page.locator(".answer").count() == 2


def test_sources_fold_away(page: Page) -> None:
    ask(page, FLAGSHIP)
    quote = page.locator(".quote").first
    assert quote.is_visible()
    page.locator("summary").click()
    assert not quote.is_visible()


def test_a_document_is_shown_as_stored_and_runs_nothing(
    page: Page, assistant: Assistant, hostile: str
) -> None:
    expected = assistant.ask(hostile)
    cited = expected.citations or expected.nearest
    ask(page, hostile)
    assert page.locator(".question").all_text_contents() == [hostile]
    quotes = page.locator(".quote").all_text_contents()
    assert quotes == [citation.quote for citation in cited]
    assert any("onerror" in quote for quote in quotes)
    assert hostile in page.locator(".title").all_text_contents()
    assert hostile in page.locator(".fact").all_text_contents()
    assert page.evaluate("window.ran") is None
    assert page.locator("#chat img, #chat script, #chat a").count() == 0


def test_an_example_is_asked_by_a_click(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Putin call")).click()
    page.locator(".answer").wait_for()
    assert page.locator(".question").all_text_contents() == [FLAGSHIP]


@pytest.mark.parametrize(
    ("locale", "placeholder"), [("en-US", "Type a question"), ("fr-FR", "Posez une question")]
)
def test_labels_are_in_the_browsers_language(
    browser: Browser, address: str, locale: str, placeholder: str
) -> None:
    page = visit(browser, locale)
    page.goto(address)
    page.get_by_placeholder(placeholder).wait_for()
    page.context.close()
