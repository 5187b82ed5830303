"""Query + ranking → the sentences that answer, with probabilities, and the confidence to answer.

A sentence is judged by a logistic model over eight features that a person can read. Its weights
(`models/reading.json`) are fitted by `training/fit_reading.py` on development data.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Query, ScoredPassage, Span
from assistant.models.encoders import Encoder
from assistant.passages import embedding_text
from assistant.retrieval import RRF_K, Retrieved
from assistant.words import content_keys, fold, stances

__all__ = ["Candidate", "LogisticModel", "Reader", "Reading", "ReadingModel", "load_reading_model"]

# Sentences of this many passages are read. On the development news six gave the citation F1 of
# twenty (0.49, each ± 0.002), at a third of the encoder's time.
PASSAGES_READ = 6

_NUMERIC_QUESTION = re.compile(
    r"\b(how (many|much|old|long|far|often)|when|what (year|date|time|percentage|age)"
    r"|(which|what) year|combien|quand|(quel|quelle) (annee|date|heure|age|jour|pourcentage))\b"
)
_DIGIT = re.compile(r"\d")
_NAME_OR_NUMBER = re.compile(r"(?<!^)(?<![.!?] )\b[A-ZÀ-ÖØ-Þ][\w’'-]+|\b\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic regression over named features."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        z = self.intercept + sum(self.weights[name] * features[name] for name in self.weights)
        return 1 / (1 + math.exp(-z))


@dataclass(frozen=True, slots=True)
class ReadingModel:
    """What `training/fit_reading.py` fitted and chose."""

    sentence: LogisticModel
    confidence: LogisticModel
    abstain_below: float
    cite_ratio: float
    """A further sentence is cited when its probability reaches this share of the best one's."""
    cite_most: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    source: ScoredPassage
    start: int
    end: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Candidates, best first, and how likely it is that the best one answers."""

    candidates: tuple[Candidate, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Features:
    """What the models see: one mapping a sentence, and one for the question as a whole."""

    sentences: tuple[tuple[ScoredPassage, Span, str], ...]
    of_sentence: tuple[dict[str, float], ...]
    of_question: dict[str, float]


@cache
def load_reading_model() -> ReadingModel:
    """Load the fitted weights that the package carries."""
    text = resources.files("assistant.models").joinpath("reading.json").read_text("utf-8")
    data = json.loads(text)
    return ReadingModel(
        sentence=LogisticModel(**data["sentence"]),
        confidence=LogisticModel(**data["confidence"]),
        abstain_below=data["abstain_below"],
        cite_ratio=data["cite_ratio"],
        cite_most=data["cite_most"],
    )


class Reader:
    """Reads the best passages sentence by sentence. Safe to share between threads."""

    def __init__(self, encoder: Encoder, *, model: ReadingModel | None = None) -> None:
        self._encoder = encoder
        self.model = model or load_reading_model()

    def read(self, query: Query, retrieved: Retrieved) -> Reading:
        """Judge every sentence of the best passages; an empty ranking gives confidence 0."""
        if not retrieved.ranking:
            return Reading((), 0.0)
        features = self.features(query, retrieved)
        candidates = [
            Candidate(source, start, end, text, self.model.sentence.probability(values))
            for (source, (start, end), text), values in zip(
                features.sentences, features.of_sentence, strict=True
            )
        ]
        candidates.sort(key=lambda candidate: -candidate.probability)
        confidence = self.model.confidence.probability(
            {**features.of_question, "best_sentence": candidates[0].probability}
        )
        return Reading(tuple(candidates), confidence)

    def features(self, query: Query, retrieved: Retrieved) -> Features:
        """Compute what the models see (also for fitting them)."""
        ranking = retrieved.ranking
        sentences = tuple(
            (scored, (start, end), _slice(scored, start, end))
            for scored in ranking[:PASSAGES_READ]
            for start, end in scored.passage.sentences
        )
        cosines = self._cosines(sentences, retrieved.vector)
        weigh = _Overlap(query.standalone, ranking)
        overlaps = [weigh(content_keys(text)) for _, _, text in sentences]
        passage_overlaps = {
            id(scored): weigh(_passage_keys(scored)) for scored in ranking[:PASSAGES_READ]
        }
        asked = stances(query.text)
        numeric = bool(_NUMERIC_QUESTION.search(fold(query.text)))
        best_cosine, best_overlap = max(cosines), max(overlaps)
        of_sentence = tuple(
            {
                "cosine_below_best": cosine - best_cosine,
                "overlap_below_best": overlap - best_overlap,
                "passage_overlap": passage_overlaps[id(scored)],
                "passage_rank_score": scored.score * RRF_K / 2,
                "is_headline": float(text == scored.passage.document.title.strip()),
                "number_asked_and_there": float(numeric and bool(_DIGIT.search(text))),
                "report_asked_and_there": float(bool(asked) and bool(stances(text))),
                "same_stance": float(bool((asked & stances(text)) - {"assert"})),
            }
            for (scored, _, text), cosine, overlap in zip(sentences, cosines, overlaps, strict=True)
        )
        of_question = _question_features(
            query, ranking, best_cosine, max(passage_overlaps.values())
        )
        return Features(sentences, of_sentence, of_question)

    def _cosines(
        self,
        sentences: Sequence[tuple[ScoredPassage, Span, str]],
        query_vector: NDArray[np.float32],
    ) -> list[float]:
        texts = [
            embedding_text(replace(scored.passage, start=start, end=end, text=text))
            for scored, (start, end), text in sentences
        ]
        cosines: list[float] = (self._encoder.encode(texts) @ query_vector).tolist()
        return cosines


class _Overlap:
    """Share of a question's words that a text holds, each weighed by its rarity in the ranking.

    Rarity within the ranking tells its sentences apart better than rarity in the whole library
    (citation F1 0.499 against 0.495 on the development news), and needs no statistics of it.
    """

    def __init__(self, question: str, ranking: Sequence[ScoredPassage]) -> None:
        count = Counter(key for scored in ranking for key in _passage_keys(scored))
        n = len(ranking)
        # The inverse document frequency of BM25 (Robertson and Spärck Jones), kept positive.
        self._weights = {
            key: math.log(1 + (n - count[key] + 0.5) / (count[key] + 0.5))
            for key in content_keys(question)
        }
        self._total = sum(self._weights.values()) or 1.0

    def __call__(self, keys: frozenset[str]) -> float:
        return sum(w for key, w in self._weights.items() if key in keys) / self._total


def _question_features(
    query: Query, ranking: Sequence[ScoredPassage], best_cosine: float, best_overlap: float
) -> dict[str, float]:
    """What tells whether the library answers at all.

    `dense_margin`: how far the best passage stands out; `names_found`: the share of the question's
    names and numbers that the ranking holds (1 where it has none, told apart by `has_names`).
    """
    dense = sorted((s.scores["dense"] for s in ranking if "dense" in s.scores), reverse=True)
    found = frozenset[str]().union(*(_passage_keys(s) for s in ranking[:PASSAGES_READ]))
    names = content_keys(" ".join(_NAME_OR_NUMBER.findall(query.standalone)))
    return {
        "best_cosine": best_cosine,
        "best_passage_overlap": best_overlap,
        "dense_margin": dense[0] - sum(dense) / len(dense) if dense else 0.0,
        "names_found": len(names & found) / len(names) if names else 1.0,
        "has_names": float(bool(names)),
    }


def _passage_keys(scored: ScoredPassage) -> frozenset[str]:
    return content_keys(f"{scored.passage.document.title} {scored.passage.text}")


def _slice(scored: ScoredPassage, start: int, end: int) -> str:
    offset = scored.passage.start
    return scored.passage.text[start - offset : end - offset]
