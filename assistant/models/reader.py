"""The shipped reader: question and passages → which passage, sentence and words answer.

One cross-encoder, `[CLS] question [SEP] passage [SEP]`, made by `training/reader.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.datatypes import Passage, PassageReading, SentenceReading
from assistant.models.onnx_session import OnnxModel, batched, processors

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["OnnxReader", "Reader", "load_reader"]

_FOLDER = Path(__file__).parent / "reader"

_TOKENS_PER_BATCH = 1024
_LONGEST_SPAN = 30
"""Tokens of a short answer, at most: 99 % of those of SQuAD and PIAF are shorter."""

_UNREAD = -12.0
"""Logit of a sentence that lies beyond what the model reads."""


class Reader(Protocol):
    """Reads passages for a question."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        """Say of each passage whether it answers, and where."""


class _Logits(NamedTuple):
    """Of a passage: shape (L,) for the first three."""

    start: NDArray[np.float32]
    end: NDArray[np.float32]
    support: NDArray[np.float32]
    answers: float


class OnnxReader:
    """A reader in a folder of `OnnxModel`. Safe to share between threads.

    Its graph takes ``input_ids``, ``attention_mask`` and ``token_type_ids`` of shape (B, L) and
    gives logits: ``start``, ``end`` and ``support`` of shape (B, L), ``answers`` of shape (B,).

    Raises:
        InvalidInput: a file of the model is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._model = OnnxModel(folder)
        self.name, self.revision = self._model.config[:2]
        self._tokenizer: Tokenizer | None = None
        self._lock = threading.Lock()

    def read(self, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        encodings = self._tokenizing().encode_batch([(question, p.text) for p in passages])
        lengths = [len(encoding.ids) for encoding in encodings]
        share = -(-sum(lengths) // processors())  # a batch for each processor at least
        batches = list(batched(lengths, min(share, _TOKENS_PER_BATCH)))
        found: dict[int, PassageReading] = {}

        def run(batch: list[int]) -> None:
            for i, logits in zip(batch, self._run([encodings[i] for i in batch]), strict=True):
                found[i] = _reading(passages[i], encodings[i], logits)

        with ThreadPoolExecutor(processors(), thread_name_prefix="reader") as threads:
            list(threads.map(run, batches))
        return [found[i] for i in range(len(passages))]

    def _tokenizing(self) -> Tokenizer:
        """Give the tokenizer, parsed for the first question: who only ingests has no use for it."""
        with self._lock:
            if self._tokenizer is None:
                tokenizer = self._model.tokenizer()
                # The passage is cut, unless the question is longer still, as a pasted page is.
                length = self._model.config.max_tokens
                tokenizer.enable_truncation(length, strategy="longest_first")
                self._tokenizer = tokenizer
            return self._tokenizer

    def _run(self, encodings: Sequence[Encoding]) -> list[_Logits]:
        lengths = np.array([len(encoding.ids) for encoding in encodings])
        there = np.arange(lengths.max()) < lengths[:, None]
        ids, types = np.zeros((2, *there.shape), np.int64)
        ids[there] = np.concatenate([encoding.ids for encoding in encodings])
        types[there] = np.concatenate([encoding.type_ids for encoding in encodings])
        feeds = {
            "input_ids": ids,
            "attention_mask": there.astype(np.int64),
            "token_type_ids": types,
        }
        outputs = self._model.session.run(["start", "end", "support", "answers"], feeds)
        return [_Logits(*rows) for rows in zip(*outputs, strict=True)]


@cache
def load_reader() -> OnnxReader:
    """Load the reader that the package carries; its session starts when first used."""
    return OnnxReader(_FOLDER)


def _reading(passage: Passage, encoding: Encoding, logits: _Logits) -> PassageReading:
    inside = np.array([kind == 1 for kind in encoding.sequence_ids])
    starts, ends = np.array(encoding.offsets).T
    no_answer = float(logits.start[0] + logits.end[0])
    sentences = []
    for first, last in passage.sentences:
        own = inside & (starts < last - passage.start) & (ends > first - passage.start)
        tokens = np.flatnonzero(own)
        if not len(tokens):
            sentences.append(SentenceReading(_UNREAD, (first, last), _UNREAD))
            continue
        i, j, score = _best_span(logits.start[tokens], logits.end[tokens])
        span = (
            passage.start + int(starts[tokens[i]]),
            passage.start + int(ends[tokens[j]]),
        )
        support = float(logits.support[tokens].mean())
        sentences.append(SentenceReading(support, span, score - no_answer))
    return PassageReading(float(logits.answers), tuple(sentences))


def _best_span(start: NDArray[np.float32], end: NDArray[np.float32]) -> tuple[int, int, float]:
    """The best first and last token, in order and not too far apart, and their score."""
    scores = start[:, None] + end[None, :]
    allowed = np.triu(np.tril(np.ones_like(scores), _LONGEST_SPAN - 1)) > 0
    scores = np.where(allowed, scores, -np.inf)
    i, j = divmod(int(scores.argmax()), len(end))
    return i, j, float(scores[i, j])
