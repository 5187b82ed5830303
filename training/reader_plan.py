"""What the reader is trained on: each set's share of a stage's examples."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from training.glossary import load_glossaries
from training.news import ENCYCLOPAEDIA, NEWS, articles
from training.news_examples import PARAGRAPHS, PASSAGES, Windows, kept_out, news_examples
from training.questions import Example, Item, examples, held_out, items_of_suite, squad_items

__all__ = ["SHARES", "plan_of"]

log = logging.getLogger("training")

T = TypeVar("T")

SHARES = {
    "encyclopaedia": {
        "squad": 0.66, "piaf-fr": 0.2, "afriqa-fr": 0.02, "squad2-dev": 0.09, "clapnq-dev": 0.03,
    },
    "news": {
        "squad": 0.1, "piaf-fr": 0.12, "afriqa-fr": 0.01, "squad2-dev": 0.05, "clapnq-dev": 0.02,
    },
}  # fmt: skip
"""Of each stage's examples; what is left of `news` was written for this."""
WRITTEN_ENCYCLOPAEDIA = 0.2


def encyclopaedia_items(data: Path) -> dict[str, list[Item]]:
    found = {"squad": list(squad_items(data / "train" / "squad-train-v1.1.json.gz"))}
    for name in SHARES["encyclopaedia"]:
        if name != "squad":
            items = items_of_suite(data / name)
            found[name] = [i for i in items if not held_out(name, i.article)]
    return found


def drawn(items: Sequence[T], count: int, draw: random.Random) -> list[T]:
    """Draw without putting back; what there is less of comes round more than once."""
    whole, rest = divmod(count, len(items))
    return [*items] * whole + draw.sample(items, rest)


def written(folder: Path, windows: Windows, seed: int) -> list[Example]:
    """Make the examples of what was written for this, save what is kept out."""
    found = [a for a in articles(folder) if not kept_out(a)]
    made = list(news_examples(found, seed, windows))
    log.info("%d of %s, %d examples of them", len(found), folder.name, len(made))
    return made


def plan_of(stage: str, data: Path, glossary: Path, count: int, seed: int) -> list[Example]:
    """Make the examples of a stage, by each set's share of them."""
    draw = random.Random(seed)
    sets = encyclopaedia_items(data)
    log.info("%s", {name: len(found) for name, found in sets.items()})
    shares = SHARES[stage]
    items = [
        item
        for name, share in shares.items()
        for item in drawn(sets[name], int(count * share), draw)
    ]
    draw.shuffle(items)
    made = list(examples(items, load_glossaries(glossary), seed))
    if stage == "news":
        of_encyclopaedia = int(count * WRITTEN_ENCYCLOPAEDIA)
        made += drawn(written(ENCYCLOPAEDIA, PARAGRAPHS, seed), of_encyclopaedia, draw)
        made += drawn(written(NEWS, PASSAGES, seed), count - len(made), draw)
    draw.shuffle(made)
    return made
