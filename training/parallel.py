"""English–French pairs that may train what ships: the files, their shares and licences.

Every file is read from a folder given by the caller: `train/parallel` and `train/parallel2` of the
data folder that the README of `training/` describes. Files marked for research or evaluation only
are not named here.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CORPORA", "Corpus", "pairs_of", "read_pairs", "sample", "short_pairs"]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One source of pairs: its files, its share of what is drawn, its licence."""

    name: str
    files: tuple[str, ...]
    share: float
    licence: str


_SENTENCES = (
    Corpus(
        "Europarl v7, 2006–2010",
        tuple(f"parallel2/europarl-v7.{year}.en-fr.tsv.gz" for year in range(2006, 2011)),
        0.46,
        "European Parliament, reuse allowed with mention of the source",
    ),
    Corpus("Tatoeba", ("parallel/manythings-tatoeba.en-fr.tsv.gz",), 0.14, "CC BY 2.0 FR"),
    Corpus(
        "Questions: Mintaka, QALD, MTOP",
        (
            "parallel2/mintaka-dev.questions.en-fr.tsv.gz",
            "parallel2/qald.questions.en-fr.tsv.gz",
            "parallel2/mtop-devtest.en-fr.tsv.gz",
        ),
        0.10,
        "CC BY 4.0; MIT and CC BY 4.0; CC BY-SA 4.0",
    ),
    Corpus(
        "Canadian laws and bill summaries",
        (
            "parallel2/ca-bill-summaries.en-fr.tsv.gz",
            "parallel2/ca-laws.text-60k.en-fr.tsv.gz",
        ),
        0.06,
        "Open Government Licence – Canada",
    ),
    Corpus(
        "Blogs, guides, goals: CDS, Open Source Guides, UN SDG",
        (
            "parallel2/cds-blog.en-fr.tsv.gz",
            "parallel2/opensource-guide.en-fr.tsv.gz",
            "parallel2/un-sdg.en-fr.tsv.gz",
        ),
        0.07,
        "MIT; CC BY 4.0; MIT",
    ),
    Corpus(
        "TICO-19, DiaBLa, EuroVoc definitions",
        (
            "parallel/tico19.en-fr.tsv.gz",
            "parallel/diabla.en-fr.tsv.gz",
            "parallel2/eurovoc-definitions.en-fr.tsv.gz",
        ),
        0.07,
        "CC0; CC BY-SA 4.0; EU reuse",
    ),
)

_LEXICONS = (
    Corpus("Wikipedia titles", ("parallel2/lex.wikipedia-titles-clean.en-fr.tsv.gz",), 0.07, "CC0"),
    Corpus(
        "Names and terms: CLDR, EuroVoc, mined exonyms",
        (
            "parallel2/lex.cldr.en-fr.tsv.gz",
            "parallel2/lex.eurovoc.en-fr.tsv.gz",
            "parallel2/lex.exonyms-mined.en-fr.tsv.gz",
        ),
        0.03,
        "Unicode V3; EU reuse; as Europarl",
    ),
)

CORPORA = (*_SENTENCES, *_LEXICONS)

_HELD_OUT = "parallel/tatoeba-laser-test.en-fr.tsv.gz"
_MOST_WORDS = 45
_ALIGNED_PAIRS, _ALIGNED_WORDS = 260_000, 22
_ALIGNMENT_SEED = 11


def read_pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Read `english<TAB>french` lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            english, _, french = line.rstrip("\n").partition("\t")
            if english and french:
                yield english, french


def pairs_of(corpus: Corpus, data: Path) -> list[tuple[str, str]]:
    """Read a corpus, without overlong pairs and without what the Tatoeba test asks."""
    held_out = {english for english, _ in read_pairs(data / _HELD_OUT)}
    return [
        (english, french)
        for file in corpus.files
        for english, french in read_pairs(data / file)
        if english not in held_out
        and len(english.split()) <= _MOST_WORDS
        and len(french.split()) <= _MOST_WORDS
    ]


def sample(data: Path, count: int, seed: int) -> list[tuple[str, str]]:
    """Draw pairs by each corpus's share; a small corpus is drawn more than once."""
    draw = random.Random(seed)
    drawn: list[tuple[str, str]] = []
    for corpus in CORPORA:
        pairs = pairs_of(corpus, data)
        wanted = round(count * corpus.share)
        whole, rest = divmod(wanted, len(pairs))
        drawn += pairs * whole + draw.sample(pairs, rest)
    draw.shuffle(drawn)
    return drawn


def short_pairs(data: Path) -> list[tuple[str, str]]:
    """Draw pairs to align words by: in short ones a word has few candidates."""
    pairs = [
        (english, french)
        for corpus in CORPORA
        for english, french in pairs_of(corpus, data)
        if len(english.split()) <= _ALIGNED_WORDS and len(french.split()) <= _ALIGNED_WORDS
    ]
    return random.Random(_ALIGNMENT_SEED).sample(pairs, min(_ALIGNED_PAIRS, len(pairs)))
