"""The page in a real browser: what is typed, what is shown, what can be done with it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from assistant.assistant import Assistant
from tests.ui.asking import answer, ask, cited, in_sight, overflows
from tests.ui.conftest import FLAGSHIP, GRANITE, IN_BROWSER, Serving, Visit

pytestmark = IN_BROWSER


@pytest.fixture
def page(visit: Visit, address: str) -> Page:
    return visit(address)


# --- From the question to the very characters


def test_from_the_question_to_the_highlighted_characters(page: Page, assistant: Assistant) -> None:
    expected = assistant.ask(FLAGSHIP)
    assert len(expected.citations) > 3
    found = ask(page, FLAGSHIP)
    assert page.locator(".question").all_text_contents() == [FLAGSHIP]
    quotes = found.locator(".source .quote").all_text_contents()
    assert quotes == [citation.quote for citation in expected.citations]
    found.locator(".statement .mark").first.click()
    for citation in expected.citations:
        expect(page.locator("#viewer mark.cited")).to_have_text(citation.quote)
        assert cited(page) == citation.quote
        assert page.locator("#viewer .title").text_content() == citation.document.title
        assert page.locator("#viewer .place").text_content() == f"{citation.n} / {len(quotes)}"
        text = page.locator("#viewer .text").text_content() or ""
        assert text == assistant.library.document(citation.document.sha256).text
        assert in_sight(page, "#viewer mark.cited")
        if citation != expected.citations[-1]:
            page.get_by_role("button", name="Next citation").click()
    assert page.get_by_role("button", name="Next citation").is_disabled()
    page.get_by_role("button", name="Previous citation").click()
    expect(page.locator("#viewer mark.cited")).to_have_text(expected.citations[-2].quote)


def test_a_pdf_opens_as_its_page_with_the_place_on_it_and_as_text(page: Page) -> None:
    found = ask(page, "When did the granite quarry of Aldmoor close?")
    mark = found.locator(".source", has_text="granite").locator(".mark").first
    mark.click()
    page.locator("#viewer .sheet .box").first.wait_for()
    assert page.locator("#viewer .sheet img").get_attribute("alt") == "Page 2"
    page.wait_for_function("document.querySelector('#viewer img').naturalWidth > 500")
    # 42 pt from the top of 842, 40 pt from the left of 595
    place = page.locator("#viewer .box").first.evaluate("e => [e.style.top, e.style.left]")
    assert [float(share.rstrip("%")) for share in place] == pytest.approx([4.0, 6.7], abs=1)
    page.get_by_role("button", name="Text", exact=True).click()
    assert cited(page) == GRANITE


def test_who_said_what_stands_as_chips_in_words(page: Page, assistant: Assistant) -> None:
    expected = assistant.ask(FLAGSHIP)
    found = ask(page, FLAGSHIP)
    chips = found.locator(".chip").all_text_contents()
    speakers = {attribution.source for attribution in expected.attributions}
    assert {chip.split(" ✕ denies")[0] for chip in chips if "denies" in chip} <= speakers
    assert any("Peskov ✕ denies" in chip for chip in chips)
    found.locator(".chip .mark").last.click()
    number = found.locator(".chip .mark").last.text_content() or ""
    quote = expected.citations[int(number.strip("[]")) - 1].quote
    expect(page.locator("#viewer mark.cited")).to_have_text(quote)


def test_the_passage_shows_on_hover_and_on_focus(page: Page, assistant: Assistant) -> None:
    expected = assistant.ask(FLAGSHIP).citations[1]
    mark = ask(page, FLAGSHIP).locator(".statement .mark").nth(1)
    mark.hover()
    tip = page.get_by_role("tooltip")
    for words in (expected.quote, expected.document.publisher, expected.document.published[:10]):
        expect(tip).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    mark.focus()
    expect(tip).to_contain_text(expected.quote)


def test_an_abstention_shows_what_came_nearest_and_does_not_boast(
    page: Page, assistant: Assistant
) -> None:
    question = "What does a kilo of tomatoes cost in Lima?"
    expected = assistant.ask(question)
    assert expected.abstained
    found = ask(page, question)
    assert found.locator(".statement").text_content() == expected.text
    quotes = found.locator(".source .quote").all_text_contents()
    assert quotes == [citation.quote for citation in expected.nearest]
    assert found.locator(".confidence, .chip").count() == 0


def test_a_document_is_shown_as_stored_and_runs_nothing(
    page: Page, assistant: Assistant, hostile: str
) -> None:
    expected = assistant.ask(hostile)
    found = ask(page, hostile)
    assert page.locator(".question").all_text_contents() == [hostile]
    quotes = found.locator(".quote").all_text_contents()
    assert quotes == [c.quote for c in expected.citations or expected.nearest]
    number = next(n for n, quote in enumerate(quotes) if "onerror" in quote)
    found.locator(".source .mark").nth(number).click()
    assert cited(page) == quotes[number]
    assert page.locator("#viewer .title").text_content() == hostile
    assert page.evaluate("window.ran") is None
    assert page.locator("#chat img, #chat script, #viewer img, #viewer script").count() == 0


# --- Going on


def test_a_follow_up_shows_how_it_was_understood_and_takes_a_correction(page: Page) -> None:
    ask(page, "When was the Higgs boson announced?")
    second = ask(page, "And where was it found?")
    field = second.locator(".understood input")
    assert "Higgs" in field.input_value()
    field.fill(FLAGSHIP)
    field.press("Enter")
    expect(page.locator(".answer").nth(1)).to_contain_text("Peskov")
    assert page.locator(".question").count() == 2


def test_a_turn_that_may_mean_two_asks_back_with_buttons(page: Page) -> None:
    ask(page, FLAGSHIP)
    choices = ask(page, "And when did he deny it?").locator(".choices button")
    wanted = choices.first.text_content() or ""
    choices.first.click()
    answer(page, 2)
    assert page.locator(".question").last.text_content() == wanted


def test_a_question_can_be_edited_and_asked_again(page: Page) -> None:
    ask(page, FLAGSHIP)
    ask(page, "When was the Higgs boson announced?")
    answer(page, 0).get_by_role("button", name="Edit question").click()
    box = page.locator("#question textarea")
    expect(box).to_have_value(FLAGSHIP)
    expect(page.locator("#editing")).to_contain_text("editing an earlier question")
    box.fill("Who discovered the Higgs boson?")
    box.press("Enter")
    expect(page.locator(".question")).to_have_text(["Who discovered the Higgs boson?"])
    before = answer(page).get_by_role("button", name="Retry").get_attribute("value")
    answer(page).get_by_role("button", name="Retry").click()
    retried = page.locator(f".actions .retry:not([value='{before}'])")
    retried.wait_for()
    assert page.locator(".question").count() == 1


def test_a_vote_takes_a_comment_and_is_kept(page: Page, assistant: Assistant) -> None:
    ask(page, FLAGSHIP)
    answer(page).get_by_role("button", name="Bad answer").click()
    page.locator("#comment").get_by_role("textbox").fill("Who is missing?")
    page.locator("#comment").get_by_role("button", name="Send").click()
    expect(page.locator("#comment")).to_be_hidden()
    down = answer(page).get_by_role("button", name="Bad answer")
    expect(down).to_have_attribute("aria-pressed", "true")
    voted = [t for c in assistant.conversations.with_feedback() for t in c.turns if t.comment]
    assert [(turn.vote, turn.comment) for turn in voted] == [("down", "Who is missing?")]


def test_an_answer_is_copied_with_its_footnotes(visit: Visit, address: str) -> None:
    page = visit(address, permissions=["clipboard-read", "clipboard-write"])
    found = ask(page, FLAGSHIP)
    statements = found.locator(".statement").all_text_contents()
    quotes = found.locator(".quote").all_text_contents()
    found.get_by_role("button", name="Copy with footnotes").click()
    expect(found.locator(".copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    for n, (statement, quote) in enumerate(zip(statements, quotes, strict=True), start=1):
        assert statement in copied
        assert f"[{n}] “{quote}” " in copied
    assert copied.count(f"{address}/#source=") == len(quotes)


def test_what_is_offered_to_begin_and_to_go_on_is_answered(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Putin call")).click()
    answer(page)
    offered = page.locator(".suggestions button").first
    offered.click()
    found = answer(page, 1)
    assert found.locator(".source").count() > 0


# --- What is kept


def test_reload_and_restart_show_the_very_same_answers(
    visit: Visit, assistant: Assistant, serving: Serving
) -> None:
    with serving(assistant) as address:
        page = visit(address)
        before = ask(page, FLAGSHIP).locator(".statement, .quote").all_text_contents()
        page.reload()
        assert answer(page).locator(".statement, .quote").all_text_contents() == before
    with serving(assistant, int(address.rpartition(":")[2])):
        page.reload()
        found = answer(page)
        assert found.locator(".statement, .quote").all_text_contents() == before
        found.locator(".statement .mark").first.click()
        assert cited(page) == found.locator(".quote").first.text_content()


def test_conversations_are_listed_named_verified_exported_and_deleted(
    page: Page, assistant: Assistant
) -> None:
    ask(page, FLAGSHIP)
    rows = page.locator("#conversations label")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Verify citations").click()
    expect(page.locator("#verdict")).to_contain_text("citations hold")
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert FLAGSHIP in download.value.path().read_text("utf-8")
    page.locator("#of-one").get_by_role("textbox").fill("The call")
    page.get_by_role("button", name="Rename").click()
    expect(rows).to_have_text(["The call"])
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".answer")).to_have_count(0)
    ask(page, "When was the Higgs boson announced?")
    expect(rows).to_have_count(2)
    rows.filter(has_text="The call").click()
    expect(page.locator(".question")).to_have_text([FLAGSHIP])
    page.locator("#delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(rows).to_have_count(1)
    expect(page.locator(".question")).to_have_count(0)


def test_another_visitor_sees_none_of_it(visit: Visit, address: str) -> None:
    mine, other = visit(address), visit(address)
    ask(mine, FLAGSHIP)
    other.reload()
    other.locator("#new").wait_for()
    expect(other.locator("#conversations label")).to_have_count(0)
    expect(other.locator(".question")).to_have_count(0)


def test_a_link_to_a_citation_opens_it_for_anybody_and_tells_nothing_else(
    visit: Visit, address: str
) -> None:
    page = visit(address, permissions=["clipboard-read", "clipboard-write"])
    found = ask(page, FLAGSHIP)
    found.locator(".statement .mark").nth(1).click()
    quote = cited(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#viewer .place")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{address}/#source=\w+&sha256=[0-9a-f]{{64}}&start=\d+&end=\d+", link)
    other = visit(address, link.removeprefix(address))
    assert cited(other) == quote
    assert in_sight(other, "#viewer mark.cited")
    expect(other.locator(".question")).to_have_count(0)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("sha256={0:064}&start=0&end=5", "no longer in the library"),
        ("sha256={sha256}&start=5&end=99999999", "not in the source"),
        ("sha256={sha256}&start=x&end=", "cannot be opened"),
    ],
)
def test_a_link_that_does_not_hold_highlights_nothing(
    visit: Visit, address: str, assistant: Assistant, place: str, told: str
) -> None:
    ref = assistant.library.documents()[0]
    page = visit(address, f"/#source={ref.id}&{place.format(0, sha256=ref.sha256)}")
    expect(page.locator("#viewer .told")).to_contain_text(told)
    assert page.locator("#viewer mark").count() == 0


# --- Claims


def test_claims_show_contradictions_first_each_with_its_passage(
    page: Page, assistant: Assistant
) -> None:
    expected = assistant.claims("Putin call")
    page.get_by_role("tab", name="Claims").click()
    topic = page.locator("#topic").get_by_role("textbox")
    topic.fill("Putin call")
    topic.press("Enter")
    page.locator(".claims table").first.wait_for()
    speakers = page.locator(".claims tbody .speaker").all_text_contents()
    assert speakers == [row.speaker for row in expected.rows]
    assert expected.rows[0].contested
    expect(page.locator(".claims h3").first).to_contain_text("Contradicted")
    assert page.locator(".claims .timeline li").count() == len(expected.rows)
    page.locator(".claims .timeline .mark").first.click()
    quotes = [citation.quote for row in expected.rows for citation in row.citations]
    assert cited(page) in quotes


# --- Anybody, anywhere


@pytest.mark.parametrize(
    ("locale", "placeholder", "button"),
    [("en-US", "Type a question", "Retry"), ("fr-FR", "Posez une question", "Réessayer")],
)
def test_the_page_speaks_the_browsers_language(
    visit: Visit, address: str, locale: str, placeholder: str, button: str
) -> None:
    page = visit(address, locale=locale)
    page.get_by_placeholder(placeholder).wait_for()
    assert page.locator("html").get_attribute("lang") == locale[:2]
    found = ask(page, FLAGSHIP)
    found.get_by_role("button", name=button).wait_for()


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, address: str) -> None:
    page = visit(address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    found = ask(page, FLAGSHIP)
    assert not overflows(page)
    mark, quote = found.locator(".statement .mark").first, found.locator(".quote").first
    mark.tap()  # a finger cannot hover: the first tap shows the passage, the next opens it
    expect(page.get_by_role("tooltip")).to_contain_text(quote.text_content() or "")
    assert page.locator("#viewer").count() == 0
    page.touchscreen.tap(10, 700)
    expect(page.get_by_role("tooltip")).to_be_hidden()
    mark.tap()
    page.get_by_role("tooltip").get_by_role("link", name="Open the source").tap()
    assert cited(page) == quote.text_content()
    page.go_back()
    mark.tap()
    mark.tap()
    assert cited(page) == quote.text_content()
    assert page.locator("#viewer").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert in_sight(page, "#viewer mark.cited")
    page.go_back()
    expect(page.locator("#viewer")).to_be_hidden()
    page.get_by_role("tab", name="Claims").click()
    page.locator("#topic").get_by_role("textbox").fill("Putin call")
    page.locator("#topic").get_by_role("textbox").press("Enter")
    page.locator(".claims .timeline").wait_for()
    assert not overflows(page)


def test_the_dark_page_is_dark_and_the_highlight_can_be_read(visit: Visit, address: str) -> None:
    page = visit(address, color_scheme="dark")
    found = ask(page, FLAGSHIP)
    found.locator(".statement .mark").first.click()
    cited(page)
    for selector, least in (("#viewer .text", 7), ("#viewer mark.cited", 7), ("#chat a.mark", 4.5)):
        assert contrast(page, selector) >= least, selector
    assert page.locator("#viewer").evaluate("e => getComputedStyle(e).backgroundColor") == (
        "rgb(24, 24, 27)"
    )


def contrast(page: Page, selector: str) -> float:
    """WCAG's contrast ratio between an element's text and what is behind it."""
    ratio: float = page.locator(selector).first.evaluate(
        """element => {
          const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
          let behind = element;
          const back = () => rgb(getComputedStyle(behind).backgroundColor);
          while (back()[3] === 0) behind = behind.parentElement;
          const [a, b] = [light(rgb(getComputedStyle(element).color)), light(back())];
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }"""
    )
    return ratio


def test_everything_is_reached_by_keyboard(page: Page, assistant: Assistant) -> None:
    expected = assistant.ask(FLAGSHIP).citations
    page.locator("#question textarea").focus()
    page.keyboard.type(FLAGSHIP)
    page.keyboard.press("Enter")
    first = answer(page).locator(".mark").first
    for _ in range(60):
        if first.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    for _ in range(60):  # the first mark of all is the last that is met on the way back
        page.keyboard.press("Shift+Tab")
        if not page.evaluate("document.activeElement.matches('#chat *')"):
            break
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('a.mark')"):
        page.keyboard.press("Tab")
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    assert cited(page) == expected[0].quote
    assert page.evaluate("document.activeElement.id") == "viewer"
    page.keyboard.press("]")
    expect(page.locator("#viewer mark.cited")).to_have_text(expected[1].quote)
    page.keyboard.press("[")
    expect(page.locator("#viewer mark.cited")).to_have_text(expected[0].quote)
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('a.mark')")


def test_names_for_screen_readers_are_words_not_markup(page: Page) -> None:
    ask(page, FLAGSHIP)
    log = page.get_by_role("log")
    expect(log.get_by_label("Question", exact=True)).to_have_count(1)
    expect(log.get_by_label("Answer", exact=True)).to_have_count(1)
    expect(log.get_by_role("link", name="Citation 1", exact=True).nth(1)).to_be_visible()
    assert "<div" not in log.aria_snapshot()
