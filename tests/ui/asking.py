"""What a person does on the page, and what he then sees."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def ask(page: Page, question: str) -> Locator:
    """Type a question and wait until its answer is whole and kept."""
    before = page.locator(".question").count()
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    return answer(page, before)


def answer(page: Page, number: int = 0) -> Locator:
    """Wait for the answer to the question of that number."""
    page.locator(".question").nth(number).wait_for()
    found = page.locator(".answer").nth(number)
    found.locator(".actions").wait_for()
    return found


def cited(page: Page) -> str:
    """Wait for the viewer to show a source, and give the highlighted characters."""
    mark = page.locator("#viewer mark.cited")
    mark.wait_for()
    return mark.text_content() or ""


def in_sight(page: Page, selector: str) -> bool:
    """Whether an element stands within what the screen and its own scrolling parent show."""
    inside: bool = page.locator(selector).first.evaluate(
        """element => {
          const at = element.getBoundingClientRect();
          const body = element.closest(".body").getBoundingClientRect();
          return at.top >= body.top - 1 && at.top < Math.min(body.bottom, innerHeight);
        }"""
    )
    return inside


def overflows(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide
