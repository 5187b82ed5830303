"""What foreign text may not do in a real browser, by any door; and what everybody can use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from assistant.assistant import Assistant
from assistant.config import Settings
from evals.results import RunInfo
from evals.run_folder import write_run
from tests.bag_of_words import BagOfWords
from tests.scripted_llm import scripted_llm
from tests.ui.asking import ask
from tests.ui.conftest import FLAGSHIP, IN_BROWSER, Serving, Visit
from tests.ui.test_evals import outcome

LINES = (Path(__file__).parents[1] / "data" / "xss.jsonl").read_text("utf-8").splitlines()
ATTACKS = [json.loads(line)["text"] for line in LINES]
AT_A_TIME = 15  # attacks in one question: it has a longest length
CANARY = "window.hits = []; window.ran = (...told) => window.hits.push(told.join());"
EMBEDDED = "[...document.querySelectorAll('iframe, object, embed, base')]"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), *IN_BROWSER]


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[str]:
    """A library whose every title, body and fact is an attack, and a model that writes attacks."""
    folder = tmp_path_factory.mktemp("xss")
    fields = ("title", "publisher", "author", "date", "lang", "url", "section")
    rows = [
        {"text": f"The owl denied theft {n}. {attack}"} | dict.fromkeys(fields, attack)
        for n, attack in enumerate(ATTACKS)
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (folder / "broken <img src=x onerror=ran()> ${ran()}.pdf").write_text("no PDF", "utf-8")
    lost = [outcome(attack, right=False) for attack in ATTACKS]
    write_run(folder / "runs" / "run", lost, RunInfo(suite=ATTACKS[0], system=ATTACKS[1]))
    written = " ".join(f"The owl denied theft {n}. {text} [1]" for n, text in enumerate(ATTACKS))
    with scripted_llm(written) as model:
        settings = Settings(
            library=folder / "library",
            chroma="off",
            llm=model.spec,
            support="mark",
            evals=folder / "runs",
        )
        with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
            assistant.add(sorted(folder.glob("*.*")))
            with serving(assistant) as url:
                yield url


@pytest.fixture
def page(visit: Visit, hostile_address: str) -> Iterator[Page]:
    """A visitor for whom nothing may run: no canary, no dialog, no request to elsewhere."""
    page = visit(hostile_address)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.add_init_script(CANARY)
    page.reload()
    page.locator("#question textarea").wait_for()
    before = page.evaluate(f"{EMBEDDED}.length")  # Gradio's own
    yield page
    page.mouse.move(300, 300)
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hits") == []
    assert dialogs == []
    embedded = page.evaluate(f"{EMBEDDED}.map((one) => one.outerHTML)")
    assert len(embedded) == before, embedded


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def shown_text(text: str) -> str:
    """What a browser makes of characters that HTML cannot hold, and of spaces."""
    return " ".join(text.split())


def test_there_are_sixty_attacks_of_many_kinds() -> None:
    assert len(set(ATTACKS)) == 60
    assert len({json.loads(line)["kind"] for line in LINES}) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("at", range(0, len(ATTACKS), AT_A_TIME))
def test_questions_bodies_and_a_models_words(page: Page, at: int) -> None:
    question = "\n".join(ATTACKS[at : at + AT_A_TIME])
    found = ask(page, question)
    assert page.locator(".question").first.text_content() == question
    assert found.locator(".source").count()
    page.reload()
    page.locator(".answer .source").first.wait_for()  # kept, and shown again


def test_titles_facts_and_file_names(page: Page) -> None:
    tab(page, "Sources")
    titles: set[str] = set()
    page.locator(".shelf a.open").first.wait_for()
    titles.update(map(shown_text, page.locator(".shelf a.open").all_text_contents()))
    page.locator(".failures summary").click()
    assert "onerror=ran()" in (page.locator(".failures .name").text_content() or "")
    page.get_by_role("button", name="Older", exact=True).click()
    page.get_by_role("button", name="Newer", exact=True).wait_for()
    titles.update(map(shown_text, page.locator(".shelf a.open").all_text_contents()))
    missing = {shown_text(attack) for attack in ATTACKS} - titles
    assert missing <= {shown_text(attack) for attack in ATTACKS if "\x01" in attack}


def test_a_source_that_is_opened_renamed_and_asked_alone(page: Page) -> None:
    tab(page, "Sources")
    page.get_by_label("Find a source").fill("onerror")
    page.locator(".shelf caption", has_text="of").wait_for()
    page.locator(".shelf input[type=checkbox]").first.check()
    page.locator("#narrowed .asking").wait_for()
    page.locator(".shelf button[name=manage]").first.click()
    title = page.locator("#manage textarea, #manage input").first
    title.wait_for()
    title.fill(ATTACKS[7])
    page.get_by_role("button", name="Save title").click()
    page.locator("#manage").wait_for(state="hidden")
    page.locator(".shelf a.open").first.click()
    page.locator("#viewer .text").wait_for()


def test_addresses_that_the_page_is_opened_at(page: Page) -> None:
    for attack in ATTACKS[:: len(ATTACKS) // 6]:
        page.evaluate("hash => { location.hash = hash }", f"source={attack}&sha256=x&start=0&end=1")
        page.evaluate("hash => { location.hash = hash }", attack)
        page.wait_for_timeout(200)


def test_what_is_dropped_and_pasted(page: Page) -> None:
    tab(page, "Sources")
    files = [
        {"name": f"{attack}.txt"[-100:], "mimeType": "text/plain", "buffer": attack.encode()}
        for attack in ATTACKS[::4]
    ]
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(files)
    page.locator(".outcomes").wait_for()
    assert page.locator(".uploads li").count() == len(files)
    page.get_by_label("Web address or text").fill("http://127.0.0.1:1/<img src=x onerror=ran()>")
    page.get_by_label("Title of the text").fill(ATTACKS[8])
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator(".outcomes .name", has_text="127.0.0.1").or_(
        page.locator(".outcomes .name", has_text="svg")
    ).first.wait_for()


def test_a_run_of_questions(page: Page) -> None:
    tab(page, "Evals")
    page.locator(".evals button[name=ask]").first.wait_for()
    assert page.locator(".evals button[name=ask]").count() == len(ATTACKS)
    page.locator(".evals button[name=ask]").nth(8).click()
    page.locator(".answer .actions").wait_for()


# --- Everybody can use it


def violations(page: Page) -> list[str]:
    """Say what breaks a rule of WCAG 2.2 AA, and where."""
    report = Axe().run(page, options={"runOnly": RULES})
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in report.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        ("dark", 390),
        pytest.param("dark", 1280, marks=pytest.mark.slow),
        pytest.param("light", 390, marks=pytest.mark.slow),
    ],
)
def test_no_view_breaks_a_rule_of_accessibility(
    visit: Visit, address: str, scheme: str, width: int
) -> None:
    page = visit(address, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.locator('#chat .examples[role="group"]').wait_for()  # offered, and named aright by page.js
    found = {"empty chat": violations(page)}
    answered = ask(page, FLAGSHIP)
    found["answer"] = violations(page)
    answered.get_by_role("button", name="Bad answer").click()
    page.locator("#comment").wait_for()
    if width > 1000:  # on a phone the conversations are put away
        page.locator("#delete").click()
        page.get_by_role("button", name="Delete for good").wait_for()
    page.wait_for_timeout(500)  # what fades in has its contrast at the end
    found["comment, deletion"] = violations(page)
    answered.locator(".statement .mark").first.click()
    page.locator("#viewer mark.cited").wait_for()
    found["viewer"] = violations(page)
    page.get_by_role("button", name="Close").first.click()
    tab(page, "Sources")
    page.locator(".shelf a.open").first.wait_for()
    page.get_by_role("button", name="Ask only some of the sources").click()
    page.locator(".shelf button[name=manage]").first.click()
    page.locator("#manage").wait_for()
    page.wait_for_timeout(500)  # what fades in has its contrast at the end
    found["sources"] = violations(page)
    tab(page, "Claims")
    page.wait_for_timeout(500)
    found["claims"] = violations(page)
    assert {view: broken for view, broken in found.items() if broken} == {}
