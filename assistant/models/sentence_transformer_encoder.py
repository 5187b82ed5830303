"""Any sentence-transformers model as an encoder: prefixes and pooling as its configuration says."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

from assistant.errors import InvalidInput
from assistant.models.encoders import EncoderIdentity, Vectors
from assistant.models.hub import FoundModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEncoder"]

_REQUIRED = ("modules.json", "tokenizer.json", "config.json")


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder.

    Reading its configuration is cheap; the model itself loads at the first `encode`, since
    importing its libraries alone takes seconds.

    Raises:
        InvalidInput: the folder holds no such model, or one without a pooling layer.
    """

    def __init__(self, found: FoundModel) -> None:
        missing = [file for file in _REQUIRED if not (found.folder / file).is_file()]
        if missing:
            raise InvalidInput(
                f"No sentence-transformers model at {found.folder}: expected a folder with "
                f"{', '.join(_REQUIRED)}, missing {', '.join(missing)}"
            )
        self.folder = found.folder
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.identity = EncoderIdentity(found.name, found.revision, self._read_dimension())
        self.max_tokens = self._read_max_tokens()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not texts:
            return np.zeros((0, self.identity.dimension), np.float32)
        model = self._load()
        embed = model.encode_query if query else model.encode_document
        vectors = embed(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def _read_dimension(self) -> int:
        """Read the width of what comes out: of the last layer that says one."""
        for module in reversed(_read(self.folder / "modules.json")):
            config = _read(self.folder / module["path"] / "config.json") if module["path"] else {}
            for key in ("out_features", "embedding_dimension", "word_embedding_dimension"):
                if key in config:
                    return int(config[key])
        raise InvalidInput(
            f"{self.folder}: expected a sentence-transformers model with a pooling layer, "
            "found none in modules.json"
        )

    def _read_max_tokens(self) -> int:
        """Read what a text may hold beside the tokens that frame it and the longest prefix."""
        limits = [
            _read(self.folder / "sentence_bert_config.json").get("max_seq_length"),
            _read(self.folder / "tokenizer_config.json").get("model_max_length"),
            _read(self.folder / "config.json").get("max_position_embeddings"),
        ]
        prompts = _read(self.folder / "config_sentence_transformers.json").get("prompts") or {}
        prefix = max(self.count_tokens(list(prompts.values())), default=0)
        framing: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        return min(int(limit) for limit in limits if limit) - framing - prefix

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


def _read(path: Path) -> Any:
    """Read a file of a model's configuration; those that models may lack read as empty."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
