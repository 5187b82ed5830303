"""What was written as examples for the reader: each question in both languages, of both texts."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import Any

from training.questions import Example, Span

__all__ = [
    "LANGUAGES",
    "PARAGRAPHS",
    "PASSAGES",
    "Windows",
    "for_measuring",
    "kept_out",
    "news_examples",
    "whole",
]

LANGUAGES = ("en", "fr")
PAIRS = (*product(LANGUAGES, LANGUAGES), *permutations(LANGUAGES))
"""Of question and text; two languages twice, since that is harder."""
Windows = Sequence[tuple[int, float]]
"""Words of a passage, and how often."""
PASSAGES: Windows = ((30, 0.2), (50, 0.3), (72, 0.5))
"""Those that are read have 96 tokens at most."""
PARAGRAPHS: Windows = ((50, 0.3), (110, 0.7))
"""As encyclopaedias have them."""

KEPT_OUT = 10
"""One article in so many is kept out of training: half of those to fit to, half to measure by."""

Json = dict[str, Any]


def kept_out(article: Json) -> bool:
    """Tell whether the reader is not trained on an article."""
    return zlib.crc32(article["en"][0].encode()) % KEPT_OUT == 0


def for_measuring(article: Json) -> bool:
    """Tell whether nothing at all is fitted to an article."""
    return zlib.crc32(article["en"][0].encode()) % (2 * KEPT_OUT) == 0


def news_examples(
    articles: Sequence[Json], seed: int, windows: Windows = PASSAGES
) -> Iterator[Example]:
    """Make examples of every question: where it is answered, and where it nearly is.

    For each pair of languages, a window around one of the sentences that answer, and
    another window of the article that holds none: what the reader meets when it reads what a search
    found. A question that the article leaves open has two windows without an answer.
    """
    draw = random.Random(seed)
    for article in articles:
        for question in article["questions"]:
            for pair in PAIRS:
                yield from _of(article, question, pair, windows, draw)


def _of(
    article: Json, question: Json, pair: tuple[str, str], windows: Windows, draw: random.Random
) -> Iterator[Example]:
    asked, read = pair
    sentences = article[read]
    gold = {number: words[LANGUAGES.index(read)] for number, *words in question["answers"]}
    maybe = set(question.get("also", []))
    anchors = [draw.choice(list(gold))] if gold else [draw.randrange(len(sentences))]
    others = [i for i in range(len(sentences)) if i not in gold and i not in maybe]
    if others:
        anchors.append(draw.choice(others))
    for anchor in anchors:
        barred = set() if anchor in gold else {*gold, *maybe}
        first, last = _window(sentences, anchor, barred, windows, draw)
        yield whole(
            question[asked], sentences[first:last], _shifted(gold, first), _minus(maybe, first)
        )


def whole(
    question: str, sentences: Sequence[str], gold: dict[int, str], maybe: set[int]
) -> Example:
    """Make one example of a run of sentences, and what answers in it."""
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    answers: list[Span] = []
    for number, words in sorted(gold.items()):
        if 0 <= number < len(spans):
            start = spans[number][0] + sentences[number].index(words)
            answers.append((start, start + len(words)))
    support = tuple(
        1.0 if i in gold else -1.0 if i in maybe else 0.0 for i in range(len(sentences))
    )
    return Example(
        question, " ".join(sentences), tuple(answers), tuple(spans), support, bool(answers)
    )


def _window(
    sentences: Sequence[str],
    anchor: int,
    barred: set[int],
    windows: Windows,
    draw: random.Random,
) -> tuple[int, int]:
    """Grow a run of sentences around one of them, as long as a passage and without the barred."""
    most = draw.choices([w for w, _ in windows], [p for _, p in windows])[0]
    first, last = anchor, anchor + 1
    words = len(sentences[anchor].split())
    while True:
        sides = [i for i in (first - 1, last) if 0 <= i < len(sentences) and i not in barred]
        sides = [i for i in sides if words + len(sentences[i].split()) <= most]
        if not sides:
            return first, last
        side = draw.choice(sides)
        words += len(sentences[side].split())
        first, last = min(first, side), max(last, side + 1)


def _shifted(gold: dict[int, str], first: int) -> dict[int, str]:
    return {number - first: words for number, words in gold.items()}


def _minus(numbers: set[int], first: int) -> set[int]:
    return {number - first for number in numbers}
