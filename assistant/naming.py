"""Who of those that a cited sentence reports is asked for: a small logistic model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.attribution.questions import Wanted
from assistant.datatypes import Citation, SentenceReading
from assistant.models.logistic import LogisticModel
from assistant.said import Said, is_name
from assistant.words import content_keys

__all__ = ["NamingModel", "Told", "features_of", "load_naming_model", "named"]

Told = tuple[Citation, Said]
"""A cited sentence, and something that is said in it."""

_UNREAD = -4.0  # support of what the reader did not read, below the best: about the least it gives
_QUOTES = frozenset("\"'“‘«")


@dataclass(frozen=True, slots=True)
class NamingModel:
    """What `training/fit_naming.py` fitted and chose."""

    fits: LogisticModel
    near_best: float
    """Who reaches this share of the best one's probability is named as well."""


@cache
def load_naming_model() -> NamingModel:
    """Load the fitted weights that the package carries."""
    text = resources.files("assistant.models").joinpath("naming.json").read_text("utf-8")
    data = json.loads(text)
    return NamingModel(LogisticModel(**data["fits"]), data["near_best"])


def named(wanted: Wanted, told: Sequence[Told], model: NamingModel) -> list[Told]:
    """Keep who is as likely as the best, or nearly, to be whom a question asks for."""
    scores = [model.fits.probability(features) for features in features_of(wanted, told)]
    least = model.near_best * max(scores, default=0.0)
    return [pair for pair, score in zip(told, scores, strict=True) if score >= least]


def features_of(wanted: Wanted, told: Sequence[Told]) -> list[dict[str, float]]:
    """Compute what the model sees of each (also for fitting it)."""
    read = [_reading(citation, told) for citation, _ in told]
    best = max((reading.support for reading in read if reading), default=0.0)
    return [
        _features(wanted, item, reading, best)
        for (_, item), reading in zip(told, read, strict=True)
    ]


def _features(
    wanted: Wanted, item: Said, reading: SentenceReading | None, best: float
) -> dict[str, float]:
    said = item.attribution
    topic = wanted.topic & content_keys(f"{said.cue} {said.content}")
    source, span = said.source_span, reading.span if reading else None
    return {
        "topic": len(topic) / (len(wanted.topic) or 1),
        "act": float(said.stance in wanted.preferred),
        "other_act": float(bool(wanted.preferred) and said.stance not in wanted.preferred),
        "is_name": float(is_name(said)),
        "is_reported": float(bool(said.via)),
        "quotes": float(said.content[:1] in _QUOTES),
        "support_below_best": reading.support - best if reading else _UNREAD,
        "reader_names_it": float(
            bool(source and span and span[0] < source[1] and source[0] < span[1])
        ),
    }


def _reading(citation: Citation, told: Sequence[Told]) -> SentenceReading | None:
    """Find what the reader says of a cited sentence; None where it did not read it."""
    for _, item in told:
        passage, reading = item.passage.passage, item.passage.reading
        if reading is None or passage.document.sha256 != citation.document.sha256:
            continue
        for (start, end), of_sentence in zip(passage.sentences, reading.sentences, strict=True):
            if start < citation.end and citation.start < end:
                return of_sentence
    return None
