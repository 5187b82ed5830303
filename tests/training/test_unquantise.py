"""The shipped reader says in PyTorch what it says in ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports torch

READER = Path(__file__).parents[2] / "assistant" / "models" / "reader"
QUESTION = "Qui a démenti la vente de l’hôtel ?"
PASSAGE = "The mayor denied on Monday that the hotel would be sold. It rained in the afternoon."


def test_what_comes_back_is_the_model_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime as ort
    import torch
    from tokenizers import Tokenizer

    from training.reader import ReaderModel
    from training.unquantise import main

    monkeypatch.setattr("sys.argv", ["unquantise", str(READER), str(tmp_path)])
    main()
    encoding = Tokenizer.from_file(str(tmp_path / "tokenizer.json")).encode(QUESTION, PASSAGE)
    feeds = {
        "input_ids": np.array([encoding.ids]),
        "attention_mask": np.array([encoding.attention_mask]),
        "token_type_ids": np.array([encoding.type_ids]),
    }
    session = ort.InferenceSession(str(READER / "model.onnx"), providers=["CPUExecutionProvider"])
    shipped = session.run(["start", "end", "support", "answers"], feeds)
    model = ReaderModel.load(tmp_path).eval()
    with torch.inference_mode():
        ours = model(*(torch.from_numpy(array) for array in feeds.values()))
    for theirs, mine in zip(shipped[:3], ours[:3], strict=True):
        assert np.corrcoef(theirs.ravel(), mine.numpy().ravel())[0, 1] > 0.99
    assert float(ours.answers[0]) == pytest.approx(float(shipped[3][0]), abs=0.5)
