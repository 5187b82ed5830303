"""The shipped encoder: ONNX Runtime and a tokenizer, nothing that takes seconds to import."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.models.encoders import EncoderIdentity, Vectors
from assistant.models.onnx_session import OnnxModel, batched, processors

__all__ = ["TOKENS_PER_BATCH", "OnnxEncoder"]

Ids = NDArray[np.int64]

# In larger batches the activations leave the cache; smaller ones are not worth their start.
TOKENS_PER_BATCH = 1024


class OnnxEncoder:
    """An encoder in a folder of `OnnxModel`. Safe to share between threads.

    Its graph takes ``input_ids`` and ``attention_mask`` of shape (B, L) and gives
    ``sentence_embedding``: unit vectors, shape (B, dimension).

    Raises:
        InvalidInput: a file of the model is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._model = OnnxModel(folder)
        self._tokenizer = self._model.tokenizer()
        config = self._model.config
        framing: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self.max_tokens = config.max_tokens - framing
        self.identity = EncoderIdentity(config.name, config.revision, config.dimension)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        sequences = self.sequences(texts)
        vectors = np.empty((len(texts), self.identity.dimension), np.float32)
        batches = list(batched([len(ids) for ids in sequences], TOKENS_PER_BATCH))

        def run(batch: list[int]) -> None:
            feeds = self.feeds([sequences[i] for i in batch])
            vectors[batch] = self._model.session.run(["sentence_embedding"], feeds)[0]

        if len(batches) == 1:
            run(batches[0])
        elif batches:
            with ThreadPoolExecutor(processors(), thread_name_prefix="encoder") as threads:
                list(threads.map(run, batches))
        return vectors

    def sequences(self, texts: Sequence[str]) -> list[Ids]:
        """Turn texts into piece ids, cut to what the model reads, and framed."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        for encoding in encodings:
            encoding.truncate(self.max_tokens)
        return [np.array(self._tokenizer.post_process(e).ids, np.int64) for e in encodings]

    @staticmethod
    def feeds(sequences: Sequence[Ids]) -> dict[str, Ids]:
        """Pad sequences to the longest of them."""
        lengths = np.array([len(ids) for ids in sequences])
        there = np.arange(lengths.max()) < lengths[:, None]
        ids = np.zeros(there.shape, np.int64)
        ids[there] = np.concatenate(sequences)
        return {"input_ids": ids, "attention_mask": there.astype(np.int64)}
