"""An ONNX model in a folder: its configuration and its session, on one thread."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

__all__ = ["ModelConfig", "OnnxModel", "batched", "processors"]

_REPAIR = "install source-assistant again, or name another model"


class ModelConfig(NamedTuple):
    """What ``config.json`` says. A reader has no dimension."""

    name: str
    revision: str
    """Digest of the model and its tokenizer: another one gives other vectors."""
    max_tokens: int
    """Length of a sequence, the tokens that frame it included."""
    dimension: int = 0


class OnnxModel:
    """A folder with ``model.onnx``, ``tokenizer.json`` and ``config.json``.

    The session is made when first asked for. It runs on the thread that calls it and may be called
    by several at once: two threads with a batch each go faster than two that share each batch.

    Raises:
        InvalidInput: a file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = self._read_config()
        self._session: InferenceSession | None = None
        self._lock = threading.Lock()

    @property
    def session(self) -> InferenceSession:
        with self._lock:
            if self._session is None:
                self._session = self._load()
            return self._session

    def tokenizer(self) -> Tokenizer:
        """Make a tokenizer of its own for each caller: how it pads and cuts is its state."""
        from tokenizers import Tokenizer

        text = self._read("tokenizer.json")
        if not text.rstrip().endswith("\n}"):  # tokenizers raises nothing that could be told apart
            raise self._damaged("tokenizer.json", "the end is missing")
        tokenizer = Tokenizer.from_str(text)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _read(self, file: str) -> str:
        try:
            return (self.folder / file).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise InvalidInput(
                f"No model at {self.folder}: expected config.json, model.onnx and tokenizer.json, "
                f"missing {file}; {_REPAIR}"
            ) from error
        except UnicodeDecodeError as error:
            raise self._damaged(file, error) from error

    def _read_config(self) -> ModelConfig:
        text = self._read("config.json")
        try:
            return ModelConfig(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise self._damaged("config.json", error) from error

    def _damaged(self, file: str, found: object) -> InvalidInput:
        told = str(found).split("\n", 1)[0]
        return InvalidInput(
            f"{self.folder / file}: expected a whole model file, found: {told}; {_REPAIR}"
        )

    def _load(self) -> InferenceSession:
        import onnxruntime as ort
        from onnxruntime.capi import onnxruntime_pybind11_state as state

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4  # what matters is raised
        path = self.folder / "model.onnx"
        refusals: tuple[Any, ...] = (
            state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NoSuchFile,
            state.NotImplemented, state.RuntimeException,
        )  # fmt: skip
        try:
            return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except refusals as error:
            raise self._damaged(path.name, error) from error


def processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def batched(lengths: Sequence[int], most_tokens: int) -> Iterator[list[int]]:
    """Group sequences of like length, long ones first, so that little is padded.

    Args:
        most_tokens: of a batch, padding included; a longer sequence is a batch of its own.
    """
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > most_tokens:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
