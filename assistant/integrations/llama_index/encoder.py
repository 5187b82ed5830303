"""An embedding of llama-index as the encoder of a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from assistant.errors import InvalidInput
from assistant.models.encoders import EncoderIdentity, Vectors, load_encoder

__all__ = ["LlamaIndexEncoder"]

CountTokens = Callable[[Sequence[str]], list[int]]


class LlamaIndexEncoder:
    """Embeds with any `BaseEmbedding`; a library made with it records the model's name.

    Args:
        embedding: the model; its query and text embeddings are used for what they are.
        max_tokens: how much of a text it reads. llama-index does not know: the model's card does.
        count_tokens: how it counts them; by default as the shipped encoder does, which comes close
            for models of French and English.
        revision: anything that changes when the model's vectors do; llama-index does not know that
            either.

    Here `embedding` is any `BaseEmbedding`.

    >>> encoder = LlamaIndexEncoder(embedding)
    >>> encoder.identity.name
    'llama-index:MockEmbedding:unknown'
    >>> with Assistant.open("library", encoder=encoder) as assistant:  # doctest: +SKIP
    ...     assistant.add(["articles/"])
    """

    def __init__(
        self,
        embedding: BaseEmbedding,
        *,
        max_tokens: int = 512,
        count_tokens: CountTokens | None = None,
        revision: str = "",
    ) -> None:
        self.max_tokens = max_tokens
        self.count_tokens = count_tokens or load_encoder().count_tokens
        self._embedding = embedding
        self._revision = revision

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Name, revision and dimension; to know the last, one word is embedded."""
        name = f"llama-index:{type(self._embedding).__name__}:{self._embedding.model_name}"
        return EncoderIdentity(name, self._revision, self.encode(["?"]).shape[1])

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Embed texts into unit vectors: float32, shape ``(len(texts), dimension)``.

        Raises:
            InvalidInput: the model gave something else than a vector of numbers for each text.
        """
        if not texts:
            return np.zeros((0, self.identity.dimension), np.float32)
        if query:
            given = [self._embedding.get_query_embedding(text) for text in texts]
        else:
            given = self._embedding.get_text_embedding_batch(list(texts))
        vectors = np.asarray(given, np.float32)
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not (lengths > 0).all():
            raise InvalidInput(
                f"{self._embedding.model_name}: expected a vector other than zero for each of "
                f"{len(texts)} texts, found shape {vectors.shape}"
            )
        return np.asarray(vectors / lengths, np.float32)
