"""The encoder that runs on ONNX Runtime: the same vectors however texts are batched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import InvalidInput
from assistant.models import onnx_encoder
from assistant.models.encoders import EncoderIdentity
from assistant.models.onnx_encoder import OnnxEncoder
from tests.models.tiny import DIMENSION, MAX_TOKENS

TEXTS = [
    "The harbour froze.",
    "Ships waited",
    "",
    "Le pont est fermé",
    "the " * 7,
    "who denied it?",
]


def test_it_says_what_its_configuration_says(tiny: Path) -> None:
    encoder = OnnxEncoder(tiny)
    assert encoder.identity == EncoderIdentity("tiny", "1", DIMENSION)
    assert encoder.max_tokens == MAX_TOKENS - 2  # [CLS] and [SEP]
    assert encoder.count_tokens(["the harbour froze", ""]) == [3, 0]


def test_vectors_are_of_length_one_in_the_order_asked(tiny: Path) -> None:
    encoder = OnnxEncoder(tiny)
    together = encoder.encode(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = [encoder.encode([text])[0] for text in TEXTS]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_no_texts_give_no_vectors(tiny: Path) -> None:
    assert OnnxEncoder(tiny).encode([]).shape == (0, DIMENSION)


def test_many_batches_on_many_threads_give_the_same(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = OnnxEncoder(tiny)
    texts = [f"{text} {'ships ' * (n % 5)}" for n in range(20) for text in TEXTS]
    expected = encoder.encode(texts)
    monkeypatch.setattr(onnx_encoder, "TOKENS_PER_BATCH", 16)
    np.testing.assert_allclose(encoder.encode(texts), expected, atol=1e-6)
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(encoder.encode, [texts] * 4):
            np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_what_lies_beyond_the_longest_sequence_is_not_seen(tiny: Path) -> None:
    encoder = OnnxEncoder(tiny)
    most = "ships " * encoder.max_tokens
    np.testing.assert_array_equal(*encoder.encode([most, f"{most} waited"]))
    assert encoder.count_tokens([f"{most} waited"]) == [encoder.max_tokens + 1]


def test_nothing_is_loaded_before_it_is_needed(tiny: Path) -> None:
    (tiny / "model.onnx").unlink()
    encoder = OnnxEncoder(tiny)
    assert encoder.count_tokens(["ships"]) == [1]
    with pytest.raises(InvalidInput, match=r"model\.onnx: .*; install source-assistant again"):
        encoder.encode(["ships"])


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json"])
def test_a_missing_file_is_named_with_the_remedy(tiny: Path, file: str) -> None:
    (tiny / file).unlink()
    with pytest.raises(InvalidInput, match=rf"missing {file}; install source-assistant again"):
        OnnxEncoder(tiny)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.onnx"])
def test_a_damaged_file_is_named_with_the_remedy(tiny: Path, file: str) -> None:
    whole = (tiny / file).read_bytes()
    (tiny / file).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        InvalidInput, match=rf"{file}: expected a whole model file, found: "
    ) as told:
        OnnxEncoder(tiny).encode(["ships"])
    assert "\n" not in str(told.value)
