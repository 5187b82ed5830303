"""What one visitor waits for in a browser: the page's first paint, and an answer's first words.

    python benchmarks/page.py --library FOLDER [--rounds 10] [--chromium /usr/bin/chromium]

Each round is a new visitor with an empty cache, who asks each question once. Times are the
browser's own: of paints from the start of the navigation, of words from the press of Enter to the
frame that has them. The server runs in a process of its own, as `assistant serve` does; what its
first question pays is shown by itself.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from visitors import QUESTIONS, served

# Notes when each thing is first there; frames are what people see.
WATCH = """() => {
  const wanted = { question: ".question", state: ".answer .state", words: ".answer .statement",
                   whole: ".answer .actions" };
  const before = {};
  for (const [name, selector] of Object.entries(wanted))
    before[name] = document.querySelectorAll(selector).length;
  window.seen = {};
  const look = () => {
    for (const [name, selector] of Object.entries(wanted))
      if (!(name in seen) && document.querySelectorAll(selector).length > before[name])
        seen[name] = performance.now() - window.pressed;
    if (!("whole" in seen)) requestAnimationFrame(look);
  };
  const box = document.querySelector("#question textarea");
  box.addEventListener("keydown", () => { window.pressed = performance.now(); look(); },
                       { once: true, capture: true });
}"""


def loaded(page: Page, url: str) -> dict[str, float]:
    page.goto(url)
    page.locator("#question textarea").wait_for()
    box = page.evaluate("performance.now()")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return {"first paint": paint, "question box": box}


NAMES = {"question": "Enter → question", "words": "Enter → first words", "whole": "Enter → whole"}


def asked(page: Page, question: str) -> dict[str, float]:
    number = page.locator(".answer").count()
    page.locator("#question textarea").fill(question)
    page.evaluate(WATCH)
    page.locator("#question textarea").press("Enter")
    page.locator(".answer").nth(number).locator(".actions").wait_for()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    seen: dict[str, float] = page.evaluate("window.seen")
    return {told: seen[name] for name, told in NAMES.items() if name in seen}


def visit(browser: Browser, url: str) -> list[dict[str, float]]:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    times = [loaded(page, url), *(asked(page, question) for question in QUESTIONS)]
    context.close()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    with served(given.library) as url, sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=given.chromium, args=flags)
        first = browser.new_page()
        loaded(first, url)
        cold = asked(first, QUESTIONS[0])[NAMES["words"]]
        print(f"the very first question of the server: first words after {cold:.0f} ms")
        times = [one for _ in range(given.rounds) for one in visit(browser, url)]
        browser.close()
    print(f"{'':22}{'p50':>8}{'p95':>8} ms")
    for name in dict.fromkeys(name for one in times for name in one):
        values = sorted(one[name] for one in times if name in one)
        p95 = values[min(len(values) - 1, round(0.95 * len(values)))]
        print(f"{name:22}{statistics.median(values):8.0f}{p95:8.0f}")


if __name__ == "__main__":
    main()
