"""Any cross-encoder of sentence-transformers as a reranker, by folder or by its name on the Hub."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.datatypes import Passage
from assistant.models.hub import find_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

__all__ = ["CrossEncoderReranker"]


class CrossEncoderReranker:
    """Scores each passage together with the question; loads its model at the first use.

    Raises:
        InvalidInput: no such model on this machine.
    """

    def __init__(self, name: str) -> None:
        self._found = find_model(name, download=False)
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def rerank(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """Score passages against a question; higher is better, on the model's own scale."""
        pairs = [(question, passage.text) for passage in passages]
        scores = self._load().predict(pairs, show_progress_bar=False)
        return [float(score) for score in scores]

    def _load(self) -> CrossEncoder:
        with self._lock:
            if self._model is None:
                from sentence_transformers import CrossEncoder

                folder = str(self._found.folder)
                self._model = CrossEncoder(folder, device="cpu", local_files_only=True)
            return self._model
