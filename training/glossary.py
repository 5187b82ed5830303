"""Word lists between English and French, and texts glossed with them, word for word.

    python -m training.glossary DATA OUT.json

A gloss is no translation, but it puts a question's words into the other language for the reader to
meet there, as code-switching does (Qin et al. 2020, "CoSDA-ML"). DATA is the data folder's `train`.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from training.parallel import short_pairs
from training.vocabulary import translations

__all__ = ["Glossary", "gloss", "load_glossaries"]

Glossary = Mapping[str, str]
Span = tuple[int, int]

WORD = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
LEAST_PROBABILITY = 0.25
LEAST_COUNT = 4


def gloss(
    text: str, spans: Sequence[Span], glossary: Glossary, share: float, draw: random.Random
) -> tuple[str, list[Span]]:
    """Replace a share of the words that the glossary knows; the spans move with their words."""
    out, length = [], 0
    starts, ends = {}, {}
    last = 0
    for match in WORD.finditer(text):
        gap = text[last : match.start()]
        word = match[0]
        known = glossary.get(word.lower())
        if known and draw.random() < share:
            word = known.capitalize() if word[0].isupper() else known
        out += [gap, word]
        length += len(gap)
        starts[match.start()] = length
        length += len(word)
        ends[match.end()] = length
        last = match.end()
    out.append(text[last:])

    def moved(span: Span) -> Span:
        start = next((starts[i] for i in range(span[0], -1, -1) if i in starts), 0)
        end = next((ends[i] for i in range(span[1], len(text) + 1) if i in ends), length)
        return start, end

    return "".join(out), [moved(span) for span in spans]


def load_glossaries(path: Path) -> dict[str, Glossary]:
    """Read both word lists, by the language that is glossed (`en`: into French)."""
    loaded: dict[str, Glossary] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def word_list(pairs: list[tuple[list[str], list[str]]]) -> dict[str, str]:
    """The likeliest word of the first language for each word of the second."""
    first = {w: i for i, w in enumerate(sorted({w for a, _ in pairs for w in a}))}
    second = {w: i for i, w in enumerate(sorted({w for _, b in pairs for w in b}))}
    count = Counter(w for _, b in pairs for w in set(b))
    ids = [([first[w] for w in a], [second[w] for w in b]) for a, b in pairs]
    of, to, probability = translations(ids, len(first))
    names_first, names_second = list(first), list(second)
    best: dict[str, tuple[float, str]] = {}
    for i in np.flatnonzero(probability >= LEAST_PROBABILITY):
        word, other = names_second[of[i]], names_first[to[i]]
        best[word] = max(best.get(word, (0.0, "")), (float(probability[i]), other))
    return {
        word: other
        for word, (_, other) in best.items()
        if count[word] >= LEAST_COUNT and word != other and word.isalpha() and other.isalpha()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    words = [
        (WORD.findall(e.lower()), WORD.findall(f.lower())) for e, f in short_pairs(arguments.data)
    ]
    words = [(e, f) for e, f in words if e and f]
    lists = {"fr": word_list(words), "en": word_list([(f, e) for e, f in words])}
    arguments.out.write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")
    logging.info("%s", {name: len(found) for name, found in lists.items()})


if __name__ == "__main__":
    main()
