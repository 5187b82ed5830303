"""Query + ranking → the sentences that answer, with probabilities, and the confidence to answer.

A sentence is judged by a logistic model over what the reader says of it and over features that a
person can read. Its weights (`models/reading.json`) are fitted by `training/fit_reading.py` on
development data.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from assistant.datatypes import PassageReading, Query, ScoredPassage, SentenceReading, Span
from assistant.language import question_language
from assistant.models.logistic import LogisticModel
from assistant.said import Place
from assistant.speech import Speech
from assistant.words import asks_who, content_keys, fold, stances

__all__ = [
    "Candidate",
    "Features",
    "Reading",
    "ReadingModel",
    "Sentence",
    "confidence_features",
    "features_of",
    "judge",
    "load_reading_model",
    "read",
]

_NUMERIC_QUESTION = re.compile(
    r"\b(how (many|much|old|long|far|often)|when|what (year|date|time|percentage|age)"
    r"|(which|what) year|combien|quand|(quel|quelle) (annee|date|heure|age|jour|pourcentage))\b"
)
_OF_BEST_SENTENCE = (
    "overlap_below_best",
    "passage_answers",
    "said_as_asked",
    "span_score",
    "support",
)
_DIGIT = re.compile(r"\d")
_NAME_OR_NUMBER = re.compile(r"(?<!^)(?<![.!?] )\b[A-ZÀ-ÖØ-Þ][\w’'-]+|\b\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class ReadingModel:
    """What `training/fit_reading.py` fitted and chose."""

    sentence: LogisticModel
    confidence: LogisticModel
    abstain_below: float
    cite_ratio: float
    """A further sentence is cited when its probability reaches this share of the best one's."""
    cite_most: int


class Sentence(NamedTuple):
    """A sentence that was read."""

    source: ScoredPassage
    start: int
    end: int
    text: str
    settles: bool
    """Whether someone takes in it the side that the question asks for ("Who denied …?")."""
    reading: SentenceReading

    @property
    def place(self) -> Place:
        return Place(self.source.passage.document.sha256, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    source: ScoredPassage
    start: int
    end: int
    text: str
    settles: bool
    reading: SentenceReading
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Candidates, best first, and how likely it is that the best one answers."""

    candidates: tuple[Candidate, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Features:
    """What the models see: one mapping a sentence, and one for the question as a whole."""

    sentences: tuple[Sentence, ...]
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


def read(
    query: Query, ranking: Sequence[ScoredPassage], model: ReadingModel, *, speech: Speech | None
) -> Reading:
    """Judge every sentence of the best passages; an empty ranking gives confidence 0.

    Args:
        speech: who says in them what the question asks; None where it asks for no speech.
    """
    return judge(features_of(query, ranking, speech), model) if ranking else Reading((), 0.0)


def judge(features: Features, model: ReadingModel) -> Reading:
    """Turn what the models see into probabilities."""
    probabilities = [model.sentence.probability(values) for values in features.of_sentence]
    candidates = [
        Candidate(*sentence, probability=probability)
        for sentence, probability in zip(features.sentences, probabilities, strict=True)
    ]
    candidates.sort(key=lambda candidate: -candidate.probability)
    confidence = model.confidence.probability(confidence_features(features, probabilities))
    return Reading(tuple(candidates), confidence)


def confidence_features(features: Features, probabilities: Sequence[float]) -> dict[str, float]:
    """What the confidence is judged by: the question as a whole, and the best of its sentences."""
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    own = features.of_sentence[best]
    return {
        **features.of_question,
        "best_sentence": probabilities[best],
        **{f"its_{name}": own[name] for name in _OF_BEST_SENTENCE},
    }


def features_of(query: Query, ranking: Sequence[ScoredPassage], speech: Speech | None) -> Features:
    """Compute what the models see (also for fitting them)."""
    read_passages = list(_read_of(ranking))
    weigh = _Overlap(query, ranking)
    best_cosine = max(scored.scores.get("dense", 0.0) for scored, _ in read_passages)
    overlaps = [weigh(scored, _passage_keys(scored)) for scored, _ in read_passages]
    sentences: list[Sentence] = []
    of_sentence: list[dict[str, float]] = []
    for (scored, reading), passage_overlap in zip(read_passages, overlaps, strict=True):
        cosine = scored.scores.get("dense", 0.0)
        for span, of_reader in zip(scored.passage.sentences, reading.sentences, strict=True):
            sentence = _sentence(scored, span, of_reader, speech)
            sentences.append(sentence)
            of_sentence.append(
                {
                    **_sentence_features(query, sentence),
                    **_speech_features(sentence, speech),
                    "overlap_below_best": weigh(scored, content_keys(sentence.text)),
                    "passage_overlap": passage_overlap,
                    "passage_cosine_below_best": cosine - best_cosine,
                    "passage_answers": reading.answers,
                }
            )
    for name in ("overlap_below_best", "span_below_best", "support_below_best"):
        best = max(values[name] for values in of_sentence)
        for values in of_sentence:
            values[name] -= best
    of_question = {
        **_question_features(query, ranking, best_overlap=max(overlaps)),
        "words_asked_of_nobody": float(
            speech is not None and speech.wanted.kind == "content" and not speech.spoken
        ),
        "speaker_asked_and_nobody": float(
            speech is not None and speech.wanted.kind == "speakers" and not speech.spoken
        ),
    }
    return Features(tuple(sentences), tuple(of_sentence), of_question)


def _read_of(ranking: Sequence[ScoredPassage]) -> Iterator[tuple[ScoredPassage, PassageReading]]:
    for scored in ranking:
        if scored.reading is not None:
            yield scored, scored.reading


def _sentence(
    scored: ScoredPassage, span: Span, reading: SentenceReading, speech: Speech | None
) -> Sentence:
    (start, end), offset = span, scored.passage.start
    text = scored.passage.text[start - offset : end - offset]
    sentence = Sentence(scored, start, end, text, settles=False, reading=reading)
    return sentence._replace(settles=speech is not None and speech.settles(sentence.place))


def _sentence_features(query: Query, sentence: Sentence) -> dict[str, float]:
    text = sentence.text
    reports = bool(stances(text))
    numeric = bool(_NUMERIC_QUESTION.search(fold(query.text)))
    return {
        "is_headline": float(text == sentence.source.passage.document.title.strip()),
        "number_asked_and_there": float(numeric and bool(_DIGIT.search(text))),
        "report_asked_and_there": float(reports and bool(stances(query.text))),
        "who_asked_and_reported": float(reports and asks_who(query.text)),
        "support": sentence.reading.support,
        "support_below_best": sentence.reading.support,
        "span_score": sentence.reading.span_score,
        "span_below_best": sentence.reading.span_score,
    }


def _speech_features(sentence: Sentence, speech: Speech | None) -> dict[str, float]:
    return {
        "said_as_asked": speech.answers(sentence.place) if speech else 0.0,
        "act_asked_and_reported": float(speech is not None and speech.fits(sentence.place)),
        "act_asked_and_done": float(speech is not None and speech.acts(sentence.place)),
    }


class _Overlap:
    """Share of a question's words that a text holds, each weighed by its rarity in the ranking.

    Rarity within the ranking tells its sentences apart better than rarity in the whole library
    (citation F1 0.499 against 0.495 on the development news), and needs no statistics of it.
    Between languages a short word matches by accident ("call", "main", "pain"): only names,
    numbers, acts and stems of five letters count there.
    """

    def __init__(self, query: Query, ranking: Sequence[ScoredPassage]) -> None:
        count = Counter(key for scored in ranking for key in _passage_keys(scored))
        n = len(ranking)
        # The inverse document frequency of BM25 (Robertson and Spärck Jones), kept positive.
        self._weights = {
            key: math.log(1 + (n - count[key] + 0.5) / (count[key] + 0.5))
            for key in content_keys(query.standalone)
        }
        self._total = sum(self._weights.values()) or 1.0
        self._language = question_language(query.standalone)
        sure = _names(query) | stances(query.standalone)
        self._false_friends = {key for key in self._weights if len(key) < 5} - sure

    def __call__(self, scored: ScoredPassage, keys: frozenset[str]) -> float:
        if scored.passage.document.language != self._language:
            keys -= self._false_friends
        return sum(w for key, w in self._weights.items() if key in keys) / self._total


def _question_features(
    query: Query, ranking: Sequence[ScoredPassage], *, best_overlap: float
) -> dict[str, float]:
    """What tells whether the library answers at all.

    `dense_margin`: how far the best passage stands out; `names_found`: the share of the question's
    names and numbers that the ranking holds (1 where it has none, told apart by `has_names`).
    """
    dense = sorted((s.scores["dense"] for s in ranking if "dense" in s.scores), reverse=True)
    readings = [reading for _, reading in _read_of(ranking)]
    sentences = [sentence for reading in readings for sentence in reading.sentences]
    found = frozenset[str]().union(*(_passage_keys(scored) for scored, _ in _read_of(ranking)))
    names = _names(query)
    return {
        "best_cosine": dense[0] if dense else 0.0,
        "best_passage_overlap": best_overlap,
        "dense_margin": dense[0] - sum(dense) / len(dense) if dense else 0.0,
        "names_found": len(names & found) / len(names) if names else 1.0,
        "has_names": float(bool(names)),
        "best_answers": max(reading.answers for reading in readings),
        "best_support": max(sentence.support for sentence in sentences),
        "best_span": max(sentence.span_score for sentence in sentences),
    }


def _names(query: Query) -> frozenset[str]:
    return content_keys(" ".join(_NAME_OR_NUMBER.findall(query.standalone)))


def _passage_keys(scored: ScoredPassage) -> frozenset[str]:
    return content_keys(f"{scored.passage.document.title} {scored.passage.text}")
