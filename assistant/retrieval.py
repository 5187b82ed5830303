"""Query → ranking: dense and lexical search in parallel, combined; the first passages are read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from assistant.datatypes import Filter, Passage, Query, ScoredPassage
from assistant.library import Library
from assistant.models.encoders import Encoder
from assistant.models.reader import Reader
from assistant.words import counterparts

__all__ = ["Reranker", "Retriever", "combine", "fuse"]

# Words in common count a little less than nearness of meaning, whatever the languages: across them
# they are names and numbers mostly. A lesser weight for passages in another language than the
# question's helps where all are (R@5 0.91 against 0.90 on the development news), and hides them
# where both languages answer (0.69 against 0.89 on the suite `putin_call`).
_LEXICAL_WEIGHT = 0.8

# A follow-up is searched for as it was typed as well: it may be no follow-up after all. R@5 on
# MTRAG's human turns 0.56 without, 0.61 with half the weight (0.61 as typed alone); on the
# follow-ups of the development news 0.98 and 0.95 (0.38 as typed alone).
_TYPED_WEIGHT = 0.5

# Deeper than what is returned: a passage that both retrievers place 40th beats one that only one
# of them places 25th.
_DEPTH_FACTOR = 3

# Reading is what a question costs: the passages that come first are read, the others keep their
# place behind them. `training/EXPERIMENTS.md` has the figures.
_PASSAGES_READ = 10

# What the reader says of a passage, as a probability, counts this much beside the two searches.
_READER_WEIGHT = 1.0


class Reranker(Protocol):
    """Scores passages against a question; higher is better."""

    def rerank(self, question: str, passages: Sequence[Passage]) -> Sequence[float]: ...


def combine(
    dense: Mapping[int, float], lexical: Mapping[int, float], *, lexical_weight: float
) -> list[tuple[int, float]]:
    """Add each passage's two scores, brought to one scale; best first, ties by key.

    Dense scores go from 0 (the least that was found) to 1 (the best), lexical ones from 0 to their
    weight. Scores tell more than ranks do (Bruch, Gai and Ingber 2023, "An Analysis of Fusion
    Functions for Hybrid Retrieval").

    >>> combine({7: 0.9, 8: 0.5}, {8: 12.0}, lexical_weight=1.0)
    [(7, 1.0), (8, 1.0)]
    """
    least, most = (min(dense.values()), max(dense.values())) if dense else (0.0, 1.0)
    scores = {key: (score - least) / ((most - least) or 1.0) for key, score in dense.items()}
    best = max(lexical.values(), default=0.0) or 1.0
    for key, score in lexical.items():
        scores[key] = scores.get(key, 0.0) + lexical_weight * score / best
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def fuse(
    meant: Sequence[tuple[int, float]], typed: Sequence[tuple[int, float]], *, weight: float
) -> list[tuple[int, float]]:
    """Add a share of the scores that a turn as typed gives to those of what it means.

    The best score possible stays the same.

    >>> fuse([(7, 1.0), (8, 0.5)], [(8, 1.0)], weight=1.0)
    [(8, 0.75), (7, 0.5)]
    """
    scores = {key: score / (1 + weight) for key, score in meant}
    for key, score in typed:
        scores[key] = scores.get(key, 0.0) + weight * score / (1 + weight)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


class Retriever:
    """Finds the passages of a library that may answer a query. Safe to share between threads."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        *,
        reader: Reader,
        reranker: Reranker | None = None,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._reader = reader
        self._reranker = reranker
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lexical")

    def close(self) -> None:
        self._threads.shutdown()

    def retrieve(self, query: Query, *, limit: int) -> list[ScoredPassage]:
        """Rank at most `limit` passages, best first."""
        depth = limit * _DEPTH_FACTOR
        dense, lexical = self._search(query.standalone, depth, query.filter)
        combined = combine(dense, lexical, lexical_weight=_LEXICAL_WEIGHT)
        if query.text != query.standalone:
            typed = self._search(query.text, depth, query.filter)
            also = combine(*typed, lexical_weight=_LEXICAL_WEIGHT)
            combined = fuse(combined, also, weight=_TYPED_WEIGHT)
        combined = combined[:limit]
        passages = self._library.passages([key for key, _ in combined])
        ranking = [
            ScoredPassage(
                passages[key], score, _scores(dense=dense.get(key), lexical=lexical.get(key))
            )
            for key, score in combined
            if key in passages  # a document may have left since the search
        ]
        ranking = self._read(query, ranking)
        if self._reranker is not None and ranking:
            return self._rerank(self._reranker, query, ranking)
        return ranking

    def _read(self, query: Query, ranking: list[ScoredPassage]) -> list[ScoredPassage]:
        """Read the first passages, and rank them by what the reader says as well."""
        first, rest = ranking[:_PASSAGES_READ], ranking[_PASSAGES_READ:]
        readings = self._reader.read(query.standalone, [scored.passage for scored in first])
        read = [
            replace(
                scored,
                score=scored.score + _READER_WEIGHT / (1 + math.exp(-reading.answers)),
                scores={**scored.scores, "combined": scored.score, "answers": reading.answers},
                reading=reading,
            )
            for scored, reading in zip(first, readings, strict=True)
        ]
        return sorted(read, key=lambda scored: -scored.score) + rest

    def _search(
        self, text: str, depth: int, filter: Filter
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Give the dense and the lexical scores of what is found."""
        words = f"{text} {counterparts(text)}"
        hits = self._threads.submit(self._library.search_lexical, words, depth, filter=filter)
        vector = self._encoder.encode([text], query=True)[0]
        dense = dict(self._library.search_dense(vector, depth, filter=filter))
        return dense, dict(hits.result())

    @staticmethod
    def _rerank(
        reranker: Reranker, query: Query, ranking: list[ScoredPassage]
    ) -> list[ScoredPassage]:
        scores = reranker.rerank(query.standalone, [scored.passage for scored in ranking])
        reranked = [
            replace(old, score=score, scores={**old.scores, "reranked": score})
            for old, score in zip(ranking, scores, strict=True)
        ]
        return sorted(reranked, key=lambda scored: -scored.score)


def _scores(**scores: float | None) -> dict[str, float]:
    return {name: score for name, score in scores.items() if score is not None}
