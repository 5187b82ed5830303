"""What readers of other assistants complain of about citations, each shown not to happen here.

The numbers are those of the threads where people told it (open-webui, kotaemon).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.assistant import Assistant
from assistant.datatypes import Answer, Citation, Statement
from tests.ui.asking import answer, ask, cited, in_sight
from tests.ui.conftest import FLAGSHIP, IN_BROWSER, Serving, Visit, opened

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def found(browser: Browser, address: str) -> Iterator[Locator]:
    """The answer to the flagship question, which is looked at by several."""
    page = opened(browser, address)
    yield ask(page, FLAGSHIP)
    page.context.close()


@pytest.fixture
def page(found: Locator) -> Page:
    return found.page


def test_an_inline_number_opens_the_right_document_11592(
    page: Page, found: Locator, assistant: Assistant
) -> None:
    expected = {f"[{c.n}]": c for c in assistant.ask(FLAGSHIP).citations}
    for mark in found.locator(".statement .mark").all():
        mark.click()
        citation = expected[mark.text_content() or ""]
        expect(page.locator("#viewer mark.cited")).to_have_text(citation.quote)
        assert page.locator("#viewer .title").text_content() == citation.document.title
        assert f"sha256={citation.document.sha256}" in page.url


def test_numbers_work_where_there_are_more_than_three_9864_15204(
    page: Page, found: Locator
) -> None:
    quotes = found.locator(".quote").all_text_contents()
    assert len(quotes) > 3
    for places in (".statement .mark", ".source .mark"):  # in the text and in the list
        for mark, quote in zip(found.locator(places).all(), quotes, strict=True):
            mark.click()
            expect(page.locator("#viewer mark.cited")).to_have_text(quote)


def test_citations_do_not_vanish_with_many_passages_read_7508(
    visit: Visit, assistant: Assistant, serving: Serving
) -> None:
    settings = assistant.settings.model_copy(update={"top": 200})
    greedy = Assistant.open(settings=settings, encoder=assistant.encoder)
    with greedy, serving(greedy) as address:
        found = ask(visit(address), FLAGSHIP)
        marks = found.locator(".statement .mark").all_text_contents()
        assert marks
        assert marks == found.locator(".source .mark").all_text_contents()


def test_no_number_is_missing_from_the_list_and_only_cited_ones_are_there_6396_16097(
    found: Locator,
) -> None:
    inline = found.locator(".statement .mark, .chip .mark").all_text_contents()
    listed = found.locator(".source .mark").all_text_contents()
    assert set(inline) == set(listed)
    assert len(listed) == len(set(listed))
    expect(found.locator("summary")).to_have_text(f"Sources ({len(listed)})")


def test_nothing_reads_undefined_where_a_source_says_little_of_itself_19452(
    visit: Visit, address: str
) -> None:
    page = visit(address)
    found = ask(page, "Where did the tawny marmot hide the acorns?")
    mark = found.locator(".source", has_text="marmot").locator(".mark").first
    mark.click()
    assert "marmot" in cited(page)
    found.locator(".statement .mark").first.hover()
    for place in ("#chat", "#viewer", "#peek"):
        text = page.locator(place).text_content() or ""
        assert not re.search(r"undefined|null|NaN|None|\[object", text), text


def test_a_citation_is_a_number_never_a_bare_source_label_10441(found: Locator) -> None:
    for mark in found.locator(".mark").all_text_contents():
        assert re.fullmatch(r"\[\d+\]", mark)
    assert "[source]" not in (found.text_content() or "").lower()


def test_a_highlight_is_there_at_every_look_469_350(page: Page, found: Locator) -> None:
    mark, quote = found.locator(".statement .mark").first, found.locator(".quote").first
    for _ in range(3):
        mark.click()
        assert cited(page) == quote.text_content()
        assert in_sight(page, "#viewer mark.cited")
        page.get_by_role("button", name="Close", exact=True).click()
        expect(page.locator("#viewer")).to_be_hidden()
    mark.click()
    page.reload()
    assert cited(page) == answer(page).locator(".quote").first.text_content()


def test_no_percentage_is_invented(found: Locator) -> None:
    expect(found.locator(".confidence")).to_have_text(re.compile("sources|passages"))
    assert "%" not in (found.text_content() or "")


def test_two_hundred_citations_all_work(visit: Visit, address: str, assistant: Assistant) -> None:
    page = visit(address)
    [token] = [c["value"] for c in page.context.cookies() if c["name"] == "assistant-visitor"]
    owner = hashlib.sha256(token.encode()).hexdigest()[:32]
    ask(page, FLAGSHIP)
    [kept] = assistant.conversations.list(owner)
    assistant.conversations.append(kept.id, of_many(assistant, 200), owner)
    page.reload()
    found = answer(page, 1)
    assert found.locator(".statement .mark").count() == 200
    for n in (1, 117, 200):
        found.locator(".statement .mark").nth(n - 1).click()
        expect(page.locator("#viewer .place")).to_have_text(f"{n} / 200")
        expect(page.locator("#viewer mark.cited")).to_have_text(
            found.locator(".quote").nth(n - 1).text_content() or ""
        )


def of_many(assistant: Assistant, count: int) -> Answer:
    """An answer that cites so many slices of a document, one a statement."""
    document = assistant.library.document(assistant.ask(FLAGSHIP).citations[0].document.sha256)
    citations = tuple(
        Citation(
            n=n, document=document.ref, start=5 * n, end=5 * n + 9,
            quote=document.text[5 * n : 5 * n + 9],
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    return Answer(
        question="And all the rest?",
        standalone="And all the rest?",
        language="en",
        abstained=False,
        confidence=0.9,
        text="",
        statements=tuple(Statement(f"{c.quote} [{c.n}]", (c.n,)) for c in citations),
        citations=citations,
    )
