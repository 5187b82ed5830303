"""Statement + evidence → is it said there, and by which characters?"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import NamedTuple

from assistant.datatypes import Evidence, Passage
from assistant.models.encoders import Encoder, Vectors
from assistant.models.logistic import LogisticModel
from assistant.words import fold
from assistant.writing.asserting import asserted
from assistant.writing.facts import Facts, facts_of, locate, quotations

__all__ = ["Check", "Grounds", "Sentence", "SupportModel", "choose", "features_of"]
__all__ += ["load_support_model", "missing"]

_MOST_CITED = 3
_WORTH_CITING = 0.15  # share of a statement's words that a further sentence must add

# "Denied" turned into "confirmed" keeps every name, number and nearly every word.
_OPPOSITES = (("deny", "confirm"), ("confirm", "deny"), ("refuse", "promise"))
_LINK = re.compile(r"\b(?:[a-z]+://|www\.)[^\s)>\]]+", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|without|cannot|\w+n't"
    r"|ne|n'\w+|pas|jamais|aucune?|sans|ni|personne)\b"
)


@dataclass(frozen=True, slots=True)
class SupportModel(LogisticModel):
    """What `training/fit_support.py` fitted and chose."""

    least: float
    """The probability from which on a statement counts as supported."""


@cache
def load_support_model() -> SupportModel:
    """Load the fitted weights that the package carries."""
    text = resources.files("assistant.models").joinpath("support.json").read_text("utf-8")
    data = json.loads(text)
    return SupportModel(data["intercept"], data["weights"], data["least"])


class Sentence(NamedTuple):
    """A sentence of the evidence."""

    n: int
    passage: Passage
    start: int
    end: int
    text: str
    said: str
    """What of it is said, not only mentioned; as long as `text`."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of a statement in the evidence."""

    probability: float
    """That the sentences support it."""
    missing: tuple[str, ...]
    """What it holds and the passages do not: quotations, numbers, dates, names, an act."""
    sentences: tuple[Sentence, ...]
    """Those that support it best, in the order of the evidence."""


class Grounds:
    """The evidence of one answer, sentence by sentence, embedded once when first needed.

    Only what may answer the question supports what is written: who hides an order in a document has
    it say something else, as a rule.
    """

    def __init__(self, evidence: Sequence[Evidence], encoder: Encoder, *, language: str) -> None:
        self._encoder = encoder
        self._language = language
        self._sentences = [sentence for item in evidence for sentence in _sentences(item)]

    @cached_property
    def _vectors(self) -> Vectors:
        return self._encoder.encode([sentence.said for sentence in self._sentences])

    def check(self, statement: str, cited: Collection[int], model: SupportModel) -> Check:
        """Look a statement up in the passages that it cites; in all where it cites none."""
        among = [i for i, s in enumerate(self._sentences) if not cited or s.n in cited]
        if not among:
            return Check(0.0, ("evidence",), ())
        cosines = self._vectors[among] @ self._encoder.encode([statement])[0]
        sentences = [self._sentences[i] for i in among]
        chosen, unquoted = choose(statement, [s.said for s in sentences], cosines.tolist())
        passages = list({sentence.n: sentence.passage for sentence in sentences}.values())
        foreign = any(p.document.language not in ("", self._language) for p in passages)
        features = features_of(
            statement,
            [sentences[i].said for i in chosen],
            float(max(cosines[chosen])),
            foreign=foreign,
        )
        lacking = missing(statement, " \n".join(map(_around, passages)), foreign=foreign)
        # What stands there word for word is there, whatever the model sees of it.
        verbatim = 0.0 if unquoted else _share_quoted(statement)
        return Check(
            max(model.probability(features), verbatim),
            (*unquoted, *lacking),
            tuple(sorted((sentences[i] for i in chosen), key=lambda s: (s.n, s.start))),
        )


def choose(
    statement: str, sentences: Sequence[str], cosines: Sequence[float]
) -> tuple[list[int], list[str]]:
    """Choose the sentences that support a statement best, and tell what it quotes from none.

    Those that it quotes are taken, then the nearest, then what adds to it.
    """
    quoted, unquoted = _quoted(statement, sentences)
    words = facts_of(statement).words
    held = [facts_of(sentence).words & words for sentence in sentences]
    most = len(words) or 1
    chosen, found = list(quoted), frozenset[str]().union(*(held[i] for i in quoted))
    while len(chosen) < _MOST_CITED:
        left = [i for i in range(len(sentences)) if i not in chosen]
        if not left:
            break
        gain = {i: len(held[i] - found) / most for i in left}
        best = max(left, key=lambda i: gain[i] + cosines[i])
        if chosen and gain[best] < _WORTH_CITING:
            break
        chosen.append(best)
        found |= held[best]
    return chosen, unquoted


def _quoted(statement: str, sentences: Sequence[str]) -> tuple[list[int], list[str]]:
    """Find the sentences that hold what a statement quotes; a quotation may run over several."""
    text, starts = "", list[int]()
    for sentence in sentences:
        starts.append(len(text))
        text += f"{sentence} "
    chosen: list[int] = []
    unquoted: list[str] = []
    for quotation in quotations(statement):
        span = locate(quotation, text)
        if span is None:
            unquoted.append(f"quotation {quotation!r}")
        else:
            ends = [*starts[1:], len(text)]
            pairs = enumerate(zip(starts, ends, strict=True))
            chosen += [i for i, (start, end) in pairs if start < span[1] and span[0] < end - 1]
    return list(dict.fromkeys(chosen)), unquoted


def _share_quoted(statement: str) -> float:
    words = facts_of(statement).words
    return len(facts_of(" ".join(quotations(statement))).words & words) / (len(words) or 1)


def features_of(
    statement: str, chosen: Sequence[str], cosine: float, *, foreign: bool
) -> dict[str, float]:
    """Compute what the model sees (also for fitting it).

    Args:
        chosen: the sentences that support the statement best.
        cosine: of the nearest of them.
        foreign: whether some are in another language than the statement.
    """
    asked, there = facts_of(statement), facts_of(" ".join(chosen))
    nearest = max(chosen, key=lambda text: len(facts_of(text).words & asked.words))
    best = facts_of(nearest)
    differs = _negative(statement, asked) != _negative(nearest, best)
    shares = {
        "words": len(asked.words & there.words) / (len(asked.words) or 1),
        "words_of_one": len(best.words & asked.words) / (len(asked.words) or 1),
        "names_missing": float(len(asked.names - there.roots)),
    }
    return {
        "cosine": cosine,
        **shares,
        "cosine_foreign": cosine * foreign,
        "words_foreign": shares["words"] * foreign,
        "foreign": float(foreign),
        "negation_differs": float(differs),
    }


def _negative(text: str, facts: Facts) -> bool:
    return "deny" in facts.acts or bool(_NEGATION.search(fold(text)))


def missing(statement: str, around: str, *, foreign: bool) -> Iterator[str]:
    """Tell the numbers, dates, names and acts of a statement that a text does not have.

    Args:
        around: the cited passages with what is known of their documents.
        foreign: whether they are in another language, where names may be written otherwise.
    """
    asked, there = facts_of(statement), facts_of(around)
    several = {number for number in asked.counted if number > 2}  # two may be counted
    for number in sorted((asked.numbers | several) - there.numbers - there.counted):
        yield f"number {number:g}"
    yield from sorted(asked.dates - there.dates)
    yield from (f"link {url}" for url in _LINK.findall(statement) if url not in around)
    if not foreign:
        yield from (f"name {root}…" for root in sorted(asked.names - there.roots))
        if asked.sayings and not asked.sayings & there.words:  # someone's name, and no more
            yield "what is said"
    yield from (f"act {act}" for act in _turned(asked, there))


def _turned(asked: Facts, there: Facts) -> Iterator[str]:
    for act, opposite in _OPPOSITES:
        if act in asked.acts - there.acts and opposite in there.acts:
            yield act


def _sentences(item: Evidence) -> Iterator[Sentence]:
    passage, said = item.passage, _said(item.passage)
    for start, end in passage.sentences or ((passage.start, passage.end),):
        within = slice(start - passage.start, end - passage.start)
        if said[within].strip() and (item.relevant is None or (start, end) in item.relevant):
            yield Sentence(item.n, passage, start, end, passage.text[within], said[within])


def _around(passage: Passage) -> str:
    of = passage.document
    return f"{of.title}. {of.publisher} {of.author} {of.published}. {_said(passage)}"


def _said(passage: Passage) -> str:
    at = passage.start
    sentences = passage.sentences or ((passage.start, passage.end),)
    return asserted(passage.text, [(start - at, end - at) for start, end in sentences])
