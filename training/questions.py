"""Questions with a passage each, and the examples that the reader learns from.

Unanswerable examples are made, since random passages teach nothing about near misses: the passage
without its answering sentence, another paragraph of the article, a question whose name or number
was swapped for another of the article; and those that people wrote, where a set has them.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.sentences import sentences
from training.glossary import Glossary, gloss

__all__ = [
    "Example",
    "Item",
    "Span",
    "examples",
    "held_out",
    "items_of_suite",
    "squad_items",
]

Span = tuple[int, int]

HELD_OUT = {"piaf-fr": 8, "squad2-dev": 4, "clapnq-dev": 4, "afriqa-fr": 8}
"""One document in so many is kept for measuring."""

WINDOWS = ((40, 0.25), (65, 0.3), (95, 0.3), (140, 0.15))
"""Words of a passage, and how often."""

POSITIVE = 0.62
GLOSSED = {"neither": 0.4, "question": 0.2, "passage": 0.2, "both": 0.2}
"""What is glossed into the other language, and how often: reading within a language is taught
by `both`, across languages by one of them."""

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d.,]*\b")


@dataclass(frozen=True, slots=True)
class Item:
    """A question about a paragraph. No answers and no support: unanswerable."""

    question: str
    language: str
    paragraph: str
    answers: tuple[Span, ...]
    support: tuple[Span, ...]
    """Sentences that answer without a short answer being marked."""
    article: str
    origin: str

    @property
    def answerable(self) -> bool:
        return bool(self.answers or self.support)


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader sees, and what it should say."""

    question: str
    passage: str
    answers: tuple[Span, ...]
    sentences: tuple[Span, ...]
    support: tuple[float, ...]
    """1: the sentence answers, 0: it does not, -1: not known."""
    answerable: bool


def held_out(origin: str, article: str) -> bool:
    """Tell whether an article is kept for measuring."""
    return origin in HELD_OUT and zlib.crc32(article.encode()) % HELD_OUT[origin] == 0


def squad_items(path: Path) -> Iterator[Item]:
    """Read SQuAD v1.1's JSON."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    for article in data:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                spans = {
                    (a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]
                }
                yield Item(
                    qa["question"], "en", paragraph["context"], tuple(sorted(spans)), (),
                    article["title"], "squad",
                )  # fmt: skip


def items_of_suite(folder: Path) -> Iterator[Item]:
    """Read a suite whose questions name the paragraph that they are about."""
    texts = {line["doc_id"]: line["text"] for line in _lines(folder / "corpus.jsonl.gz")}
    for line in _lines(folder / "questions.jsonl.gz"):
        context = line["context"][0] if isinstance(line["context"], list) else line["context"]
        text = texts[context["doc_id"]]
        start, end = context.get("start", 0), context.get("end", len(text))
        inside = [
            (g["start"] - start, g["end"] - start)
            for g in line["gold"]
            if g["doc_id"] == context["doc_id"] and start <= g["start"] and g["end"] <= end
        ]
        if line["gold"] and not inside:
            continue
        whole_sentences = folder.name == "clapnq-dev"
        yield Item(
            line["question"],
            line["lang"],
            text[start:end],
            () if whole_sentences else tuple(inside),
            tuple(inside) if whole_sentences else (),
            context["doc_id"],
            folder.name,
        )


def examples(items: list[Item], glossaries: Mapping[str, Glossary], seed: int) -> Iterator[Example]:
    """Make one example of each item, answerable or not, in the items' order."""
    draw = random.Random(seed)
    articles: dict[str, list[Item]] = {}
    for item in items:
        articles.setdefault(item.article, []).append(item)
    for item in items:
        example = _example(item, articles[item.article], draw)
        if example is not None:
            yield _glossed(example, glossaries, item.language, draw)


def _example(item: Item, article: list[Item], draw: random.Random) -> Example | None:
    if not item.answerable:
        return _windowed(item, draw)
    if draw.random() < POSITIVE:
        return _windowed(item, draw)
    kind = draw.random()
    if kind < 0.3:
        swapped = _swapped(item, article, draw)
        if swapped is not None:
            return _windowed(swapped, draw)
    if kind < 0.55:
        others = [i for i in article if not _holds_answer(i.paragraph, item)]
        if others:
            other = draw.choice(others).paragraph
            return _windowed(replace(item, paragraph=other, answers=(), support=()), draw)
    return _windowed(_without_answer(item), draw)


def _windowed(item: Item, draw: random.Random) -> Example | None:
    """Cut whole sentences around what answers (or anywhere), as a passage is cut."""
    if not item.paragraph.strip():
        return None
    found = sentences(item.paragraph, item.language)
    marked = item.answers or item.support
    most = draw.choices([w for w, _ in WINDOWS], [p for _, p in WINDOWS])[0]
    words = [len(item.paragraph[s:e].split()) for s, e in found]
    anchor = (
        next((i for i, (s, e) in enumerate(found) if s <= marked[0][0] < e), 0)
        if marked
        else draw.randrange(len(found))
    )
    first = last = anchor
    total = words[anchor]
    while True:
        sides = [i for i in (first - 1, last + 1) if 0 <= i < len(found)]
        sides = [i for i in sides if total + words[i] <= most]
        if not sides:
            break
        chosen = draw.choice(sides)
        total += words[chosen]
        first, last = min(first, chosen), max(last, chosen)
    start, end = found[first][0], found[last][1]
    kept = [(s - start, e - start) for s, e in found[first : last + 1]]
    answers = tuple((s - start, e - start) for s, e in item.answers if start <= s and e <= end)
    support = tuple((s - start, e - start) for s, e in item.support)
    passage = item.paragraph[start:end]
    labels = tuple(_label(span, passage, answers, support) for span in kept)
    if item.answers and not answers:
        return None
    return Example(item.question, passage, answers, tuple(kept), labels, item.answerable)


def _label(
    sentence: Span, passage: str, answers: tuple[Span, ...], support: tuple[Span, ...]
) -> float:
    start, end = sentence
    if any(s < end and e > start for s, e in answers):
        return 1.0
    if any(min(e, end) - max(s, start) > 0.5 * (end - start) for s, e in support):
        return 1.0
    # The answer's words once more, in a sentence that nobody marked: it may or may not answer.
    text = passage[start:end].lower()
    return -1.0 if any(passage[s:e].lower() in text for s, e in answers) else 0.0


def _holds_answer(paragraph: str, item: Item) -> bool:
    texts = [item.paragraph[s:e].lower() for s, e in (item.answers or item.support)]
    return any(text in paragraph.lower() for text in texts)


def _without_answer(item: Item) -> Item:
    """Take out each sentence that answers, or that holds the answer's words."""
    marked = [item.paragraph[s:e].lower() for s, e in (item.answers or item.support)]
    kept = [
        item.paragraph[s:e]
        for s, e in sentences(item.paragraph, item.language)
        if not any((s < end and e > start) for start, end in (item.answers or item.support))
        and not any(text in item.paragraph[s:e].lower() for text in marked)
    ]
    return replace(item, paragraph=" ".join(kept), answers=(), support=())


def _swapped(item: Item, article: list[Item], draw: random.Random) -> Item | None:
    """Ask about another name or number of the article, one that the paragraph does not hold."""
    for pattern in draw.sample([_NAME, _NUMBER], 2):
        names = list(pattern.finditer(item.question))
        if not names:
            continue
        out = draw.choice(names)
        others = {
            m[0]
            for other in article
            for m in pattern.finditer(other.question)
            if m[0] not in item.paragraph and m[0] not in item.question
        }
        if others:
            new = draw.choice(sorted(others))
            question = item.question[: out.start()] + new + item.question[out.end() :]
            return replace(item, question=question, answers=(), support=())
    return None


def _glossed(
    example: Example, glossaries: Mapping[str, Glossary], language: str, draw: random.Random
) -> Example:
    glossary = glossaries[language]
    what = draw.choices(list(GLOSSED), list(GLOSSED.values()))[0]
    if what in ("question", "both"):
        question, _ = gloss(example.question, (), glossary, 0.9, draw)
        example = replace(example, question=question)
    if what in ("passage", "both"):
        spans = [*example.answers, *example.sentences]
        passage, moved = gloss(example.passage, spans, glossary, 0.8, draw)
        count = len(example.answers)
        example = replace(
            example, passage=passage, answers=tuple(moved[:count]), sentences=tuple(moved[count:])
        )
    return example


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
