"""Query → ranking: dense and lexical search in parallel, fused by reciprocal rank, reranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from assistant.datatypes import Passage, Query, ScoredPassage
from assistant.library import Library
from assistant.models.encoders import Encoder
from assistant.words import counterparts

__all__ = ["Reranker", "Retriever", "fuse"]

# Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual
# Rank Learning Methods": the constant that they found good, and that the field kept.
RRF_K = 60

# Deeper than what is returned: a passage that both retrievers place 40th beats one that only one
# of them places 25th.
_DEPTH_FACTOR = 3


class Reranker(Protocol):
    """Scores passages against a question; higher is better."""

    def rerank(self, question: str, passages: Sequence[Passage]) -> Sequence[float]: ...


def fuse(rankings: Iterable[Sequence[int]], *, k: int = RRF_K) -> list[tuple[int, float]]:
    """Fuse rankings of passage keys by reciprocal rank, best first; ties by key.

    >>> fuse([[7, 8], [8, 9]])[0][0]
    8
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


class Retriever:
    """Finds the passages of a library that may answer a query. Safe to share between threads."""

    def __init__(
        self, library: Library, encoder: Encoder, *, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._reranker = reranker
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lexical")

    def close(self) -> None:
        self._threads.shutdown()

    def retrieve(self, query: Query, *, limit: int) -> list[ScoredPassage]:
        """Rank at most `limit` passages, best first."""
        depth = limit * _DEPTH_FACTOR
        search = self._library.search_lexical
        words = f"{query.standalone} {counterparts(query.standalone)}"
        lexical_hits = self._threads.submit(search, words, depth, filter=query.filter)
        vector = self._encoder.encode([query.standalone], query=True)[0]
        dense = dict(self._library.search_dense(vector, depth, filter=query.filter))
        lexical = dict(lexical_hits.result())
        fused = fuse([list(dense), list(lexical)])[:limit]
        passages = self._library.passages([key for key, _ in fused])
        ranking = [
            ScoredPassage(
                passages[key], score, _scores(dense=dense.get(key), lexical=lexical.get(key))
            )
            for key, score in fused
            if key in passages  # a document may have left since the search
        ]
        if self._reranker is not None and ranking:
            return self._rerank(self._reranker, query, ranking)
        return ranking

    @staticmethod
    def _rerank(
        reranker: Reranker, query: Query, ranking: list[ScoredPassage]
    ) -> list[ScoredPassage]:
        scores = reranker.rerank(query.standalone, [scored.passage for scored in ranking])
        reranked = [
            ScoredPassage(old.passage, score, {**old.scores, "fused": old.score, "reranked": score})
            for old, score in zip(ranking, scores, strict=True)
        ]
        return sorted(reranked, key=lambda scored: -scored.score)


def _scores(**scores: float | None) -> dict[str, float]:
    return {name: score for name, score in scores.items() if score is not None}
