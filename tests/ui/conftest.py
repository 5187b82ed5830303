"""A real server on a free loopback port, in a thread of the test run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.models.encoders import Encoder
from assistant.ui.server import build_app
from tests.serving import served
from tests.sources.builders import pdf

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"

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

ARTICLES = ("musk-poutine-new-yorker", "bremmer-musk-putin", "wsj-musk-kremlin-2024", "higgs-boson")
GRANITE = "The granite quarry of Aldmoor closed on 3 March 1911 after the flood."
BARE = "The tawny marmot hid the acorns under the old mill."
FLAGSHIP = "Who denied the Putin call?"

# What another page would run: as HTML, Markdown, template, link, LaTeX, JavaScript escape.
HOSTILE = (
    "<img src=x onerror=window.ran=1> ${window.ran=2} {{window.ran=3}} "
    "<script>window.ran=4</script> [x](javascript:window.ran=5) ![x](http://example.org/x.png) "
    r"**bold** `code` $x^2$ C:\new\table \u12 \x3cb> & &lt; 'quoted' said the weather."
)


# Where Chromium is missing these are skipped, but never by CI.
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ, reason="apt-get install chromium"
    ),
]


def run_server(assistant: Assistant, port: int = 0) -> AbstractContextManager[str]:
    return served(build_app(assistant), port)


@pytest.fixture(scope="session")
def serving() -> Callable[[Assistant], AbstractContextManager[str]]:
    return run_server


@pytest.fixture(scope="session")
def corpus() -> Path:
    return CORPUS


@pytest.fixture(scope="session")
def hostile() -> str:
    return HOSTILE


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


Visit = Callable[..., Page]


def opened(browser: Browser, url: str, asked: list[str] | None = None, **context: Any) -> Page:
    """Open the page as a fresh visitor; what it asks for is added to `asked`."""
    page = browser.new_context(**{"locale": "en-GB", **context}).new_page()
    page.set_default_timeout(60_000)  # a busy machine is no failure
    if asked is not None:
        page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.locator("#question textarea").wait_for()
    return page


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open pages, each a fresh visitor's. Only the server may be asked for anything."""
    visits: list[tuple[Page, str, list[str]]] = []

    def visit(address: str, path: str = "/", **context: Any) -> Page:
        asked: list[str] = []
        page = opened(browser, address + path, asked, **context)
        visits.append((page, address, asked))
        return page

    yield visit
    for page, address, asked in visits:
        page.context.close()
        ours = (f"{address}/", "data:", "blob:")
        assert [url for url in asked if not url.startswith(ours)] == []


# --- One library, one server, one browser for all that is looked at

Serving = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="session")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, corpus: Path, hostile: str
) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("browser")
    fields = ("text", "title", "publisher", "author", "published")
    (folder / "hostile.jsonl").write_text(json.dumps(dict.fromkeys(fields, hostile)), "utf-8")
    (folder / "bare.txt").write_text(BARE, "utf-8")
    (folder / "quarry.pdf").write_bytes(pdf([["Aldmoor and its hills."], [GRANITE]]))
    settings = Settings(library=folder / "library", examples=(FLAGSHIP,))
    with Assistant.open(settings=settings, encoder=encoder) as assistant:
        assistant.add([*folder.glob("*.*"), *(corpus / f"{name}.md" for name in ARTICLES)])
        yield assistant


@pytest.fixture(scope="session")
def address(assistant: Assistant, serving: Serving) -> Iterator[str]:
    with serving(assistant) as url:
        yield url
