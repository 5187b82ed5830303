"""Text → vectors: what an encoder is, and how one is found by name or folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from assistant.models.onnx_encoder import OnnxEncoder
    from assistant.models.sentence_transformer_encoder import SentenceTransformerEncoder

__all__ = ["DEFAULT_ENCODER", "Encoder", "EncoderIdentity", "Vectors", "load_encoder"]

DEFAULT_ENCODER = "assistant-encoder-fr-en"
_SHIPPED_FOLDER = Path(__file__).parent / "encoder"

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What a library records: vectors of two encoders must never be compared."""

    name: str
    revision: str
    dimension: int


class Encoder(Protocol):
    """Embeds texts. `encode` is what retrieval needs; the rest says what to expect of it."""

    @property
    def identity(self) -> EncoderIdentity:
        """Name, revision and dimension, as a library records them."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text are read; what lies beyond is not seen."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Embed texts into unit vectors: float32, shape ``(len(texts), dimension)``."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, without those that frame a sequence."""


def load_encoder(
    name: str = DEFAULT_ENCODER, *, download: bool = False
) -> OnnxEncoder | SentenceTransformerEncoder:
    """Find an encoder; its model itself is loaded when it is first used.

    Args:
        name: the shipped encoder's name; or a sentence-transformers model, by its folder or by its
            name on the Hugging Face Hub, such as ``intfloat/multilingual-e5-small``.
        download: fetch a model of the Hub that is not on this machine. Without it, nothing is
            ever fetched.

    Raises:
        InvalidInput: no such model on this machine, or not one of sentence-transformers.
    """
    if name == DEFAULT_ENCODER:
        from assistant.models.onnx_encoder import OnnxEncoder

        return OnnxEncoder(_SHIPPED_FOLDER)
    from assistant.models.hub import find_model
    from assistant.models.sentence_transformer_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(find_model(name, download=download))
