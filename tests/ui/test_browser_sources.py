"""Sources in a real browser: every format goes in by the page, and answers."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.assistant import Assistant
from assistant.config import Settings
from tests.bag_of_words import BagOfWords
from tests.sources.builders import docx, epub, odt, pdf, zipped
from tests.ui.asking import ask
from tests.ui.conftest import IN_BROWSER, Serving, Visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), *IN_BROWSER]


def said(animal: str) -> str:
    return f"The {animal} denied the theft of the cheese from the old mill on Monday."


def mail(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Cheese", "owl@wood.example"
    message.set_content(text)
    return bytes(message)


def xlsx(text: str) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append([text])
    book.save(stream)
    return stream.getvalue()


def pptx(text: str) -> bytes:
    show, stream = pytest.importorskip("pptx").Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.placeholders[1].text = text
    show.save(stream)
    return stream.getvalue()


def html(text: str) -> bytes:
    body = f"<p>{text}</p>" * 1 + "<p>It rained in the wood all day, and nobody went out.</p>" * 3
    return f"<html><body><article><h1>Cheese</h1>{body}</article></body></html>".encode()


FORMATS = {
    "owl.txt": lambda text: text.encode(),
    "fox.md": lambda text: f"# Cheese\n\n{text}".encode(),
    "hare.html": html,
    "marten.pdf": lambda text: pdf([[text]]),
    "otter.docx": docx,
    "badger.pptx": pptx,
    "weasel.xlsx": xlsx,
    "lynx.odt": lambda text: odt(f"<text:p>{text}</text:p>"),
    "heron.epub": lambda text: epub({"one": f"<p>{text}</p>"}),
    "stoat.eml": mail,
    "magpie.zip": lambda text: zipped({"magpie.txt": text}),
    "raven.csv": lambda text: f"text\n{text}\n".encode(),
    "beaver.tsv": lambda text: f"text\n{text}\n".encode(),
    "dormouse.jsonl": lambda text: json.dumps({"text": text}).encode(),
}


@pytest.fixture(scope="module")
def wood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of each format, one that cannot be read, and one of no kind."""
    folder = tmp_path_factory.mktemp("forest") / "wood"
    (folder / "deep").mkdir(parents=True)
    for name, make in FORMATS.items():
        content = make(said(name.partition(".")[0]))
        assert isinstance(content, bytes | str)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "deep" / "broken.pdf").write_text("no PDF")
    (folder / "tool.exe").write_text("no source")
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(library=tmp_path_factory.mktemp("sources") / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def site(library: Assistant, serving: Serving) -> Iterator[str]:
    with serving(library) as url:
        yield url


@pytest.fixture
def page(visit: Visit, site: str) -> Page:
    page = visit(site)
    page.get_by_role("tab", name="Sources").click()
    page.locator(".drop").wait_for()
    return page


def test_a_folder_of_every_format_goes_in_by_the_page_and_answers(
    page: Page, library: Assistant, wood: Path
) -> None:
    page.locator("#source-list .empty").wait_for()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(wood)
    page.locator(".outcomes li").nth(len(FORMATS)).wait_for()
    assert page.locator(".outcomes .added").count() == len(FORMATS)
    [failure] = page.locator(".outcomes .failed").all_text_contents()
    assert "wood/deep/broken.pdf" in failure
    assert "not a readable PDF" in failure
    [refused] = page.locator(".uploads .failed").all_text_contents()
    assert "no reader for .exe" in refused
    page.locator(".shelf caption", has_text=f"{len(FORMATS)} sources").wait_for()
    for name in FORMATS:
        animal = name.partition(".")[0]
        answer = library.ask(f"Did the {animal} deny the theft of the cheese?")
        quotes = " ".join(citation.quote for citation in answer.citations)
        assert f"The {animal} denied" in quotes, name
    page.get_by_role("tab", name="Chat").click()
    found = ask(page, "Did the otter deny the theft of the cheese?")
    assert "The otter denied" in (found.text_content() or "")


def test_nothing_shows_where_the_files_lie(page: Page, library: Assistant) -> None:
    page.locator(".shelf a.open").first.wait_for()
    assert str(library.settings.library.parent) not in page.content()


def test_a_text_is_pasted_found_renamed_and_removed(page: Page, library: Assistant) -> None:
    page.get_by_label("Web address or text").fill("The mole slept in the cellar of the mill.")
    page.get_by_label("Title of the text").fill("A long sleep")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Find a source").fill("sleep")
    page.get_by_role("link", name="A long sleep").wait_for()
    [file] = (library.settings.library / "uploads").rglob("A long sleep.txt")
    page.locator(".shelf button[name=manage]").first.click()
    title = page.locator("#manage").get_by_label("Title")
    title.wait_for()
    title.fill("The mole's rest")
    page.get_by_role("button", name="Save title").click()
    page.locator("#manage").wait_for(state="hidden")
    page.get_by_label("Find a source").fill("mole")
    page.get_by_role("link", name="The mole's rest").wait_for()
    page.locator(".shelf button[name=manage]").first.click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Remove for good").click()
    page.get_by_text("No source has all these words.").wait_for()
    assert not file.exists()


def test_a_file_is_dropped_on_the_tab_and_read(page: Page) -> None:
    drop = """([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { type: "text/plain" }));
      const init = { dataTransfer: data, bubbles: true, cancelable: true };
      document.querySelector(".drop").dispatchEvent(new DragEvent("drop", init));
    }"""
    page.evaluate(drop, ["vole.txt", "The vole dug a tunnel under the mill."])
    page.locator(".outcomes .added", has_text="vole.txt").wait_for()
    assert page.locator(".uploads .sent").all_text_contents() == ["vole.txt sent"]


def test_a_folder_is_dropped_with_all_that_is_in_it(page: Page, tmp_path: Path) -> None:
    (tmp_path / "den" / "deep").mkdir(parents=True)
    (tmp_path / "den" / "shrew.txt").write_text("The shrew slept under the mill.", "utf-8")
    (tmp_path / "den" / "deep" / "toad.md").write_text("The toad slept in the pond.", "utf-8")
    at = page.locator(".drop").bounding_box()
    assert at is not None
    browser = page.context.new_cdp_session(page)  # as the system would: a page cannot drop a folder
    data = {"items": [], "files": [str(tmp_path / "den")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"type": kind, "x": at["x"] + 20, "y": at["y"] + 20, "data": data}
        browser.send("Input.dispatchDragEvent", place)
    page.locator(".outcomes .added").nth(1).wait_for()
    names = page.locator(".uploads .name").all_text_contents()
    assert sorted(names) == ["den/deep/toad.md", "den/shrew.txt"]


def test_an_uploaded_pdf_opens_as_its_page(page: Page) -> None:
    page.get_by_role("tab", name="Chat").click()
    found = ask(page, "Did the marten deny the theft of the cheese?")
    found.locator(".source", has_text="marten.pdf").locator(".mark").click()
    page.locator("#viewer .sheet .box").first.wait_for()


def test_an_address_inside_is_refused_readably(page: Page, site: str) -> None:
    page.get_by_label("Web address or text").fill(f"{site}/config")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator(".outcomes .failed", has_text="not on the public internet").wait_for()


def test_what_is_ticked_narrows_what_is_asked(page: Page) -> None:
    page.get_by_label("Find a source").fill("fox.md")
    page.locator(".shelf caption", has_text="1 source").wait_for()
    page.locator(".shelf input[type=checkbox]").check()
    page.locator("#narrowed", has_text="1 chosen").wait_for()
    page.get_by_role("tab", name="Chat").click()
    assert "1 chosen" in (page.locator("#asking").text_content() or "")
    found = ask(page, "Who denied the theft of the cheese?")
    assert found.locator(".source .title").all_text_contents() == ["Cheese"]
    page.locator("#asking button[name=all]").click()
    page.locator("#asking .asking").wait_for(state="detached")


def test_a_reload_asks_the_same_sources(page: Page) -> None:
    page.locator(".shelf a.open").first.wait_for()
    page.get_by_role("button", name="Ask only some of the sources").click()
    page.get_by_label("Languages").click()
    page.get_by_role("option").first.click()
    page.get_by_label("From (year, month or day)").fill("2001")
    page.locator(".shelf input[type=checkbox]").first.check()
    told = page.locator("#asking")
    expect(told).to_have_text(re.compile(r"1 chosen, \w+, from 2001"))
    before = told.text_content() or ""
    page.reload()
    expect(told).to_have_text(before)
    page.get_by_role("tab", name="Sources").click()
    expect(page.locator(".shelf input[type=checkbox]:checked")).to_have_count(1)
    page.locator("#narrowed button[name=all]").click()
    page.locator("#narrowed .asking").wait_for(state="detached")
    expect(page.locator(".shelf input[type=checkbox]:checked")).to_have_count(0)
    page.reload()
    page.get_by_role("tab", name="Sources").click()
    page.locator(".shelf a.open").first.wait_for()
    expect(told.locator(".asking")).to_have_count(0)


def test_a_date_that_is_none_is_told(page: Page) -> None:
    page.get_by_role("button", name="Ask only some of the sources").click()
    page.get_by_label("From (year, month or day)").fill("Tuesday")
    page.locator("#narrowed", has_text="found “Tuesday”").wait_for()


def test_another_writer_is_told_readably(page: Page, library: Assistant) -> None:
    with library.writing():
        page.get_by_label("Web address or text").fill("The newt slept too.")
        page.get_by_role("button", name="Add", exact=True).click()
        page.locator("#shelf-told", has_text="Another program is writing").wait_for()


def test_who_may_only_read_finds_nothing_to_add_or_remove(
    visit: Visit, serving: Serving, library: Assistant
) -> None:
    settings = library.settings.model_copy(update={"read_only": True})
    with (
        Assistant.open(settings=settings, encoder=BagOfWords()) as reading,
        serving(reading) as address,
    ):
        page = visit(address)
        page.get_by_role("tab", name="Sources").click()
        page.locator(".shelf a.open").first.wait_for()
        for selector in (".drop", "button[name=manage]", "#manage", "#resync-all"):
            assert page.locator(selector).count() == 0
        posted = page.request.post(f"{address}/uploads?batch={'a' * 16}&name=a.txt", data="hoo")
        assert posted.status in (404, 405)
