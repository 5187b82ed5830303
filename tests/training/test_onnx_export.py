"""A model that was exported says what the PyTorch model says, whatever the shape of a batch."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from assistant.models.onnx_encoder import OnnxEncoder
from tests.models.tiny import WORDS, make_encoder

pytestmark = pytest.mark.slow  # imports torch and traces a model
TEXTS = ["The harbour froze", "ships", "Le pont est fermé, dementi", "who denied it ? " * 3]
TEXTS += ["le maire", "ships waited"]


@pytest.fixture(scope="module")
def export() -> ModuleType:
    return importlib.import_module("training.export")  # here, as it imports torch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with weights of chance."""
    import torch
    from transformers import BertConfig, BertModel

    folder = make_encoder(tmp_path_factory.mktemp("export") / "bert")
    (folder / "model.onnx").unlink()
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS) + 4,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def test_an_encoder_is_exported_whole(
    export: ModuleType, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export.make_encoder(folder, tmp_path, "small", TEXTS)
    assert re.search(r"least (1\.0|0\.99)", capsys.readouterr().out)
    config = json.loads((tmp_path / "config.json").read_text())
    assert (config["name"], config["dimension"], config["max_tokens"]) == ("small", 64, 256)
    encoder = OnnxEncoder(tmp_path)
    assert encoder.identity.revision == config["revision"]
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert ((together * alone).sum(1) > 0.99).all()


def test_any_module_on_a_bert_is_exported_with_its_outputs_named(
    export: ModuleType, folder: Path, tmp_path: Path
) -> None:
    import onnxruntime
    import torch
    from transformers import BertModel

    class Heads(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.trunk = BertModel.from_pretrained(folder, add_pooling_layer=False)
            self.head = torch.nn.Linear(64, 2)

        def forward(self, input_ids, attention_mask, token_type_ids):
            states = self.trunk(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            start, end = self.head(states).unbind(-1)
            return start, end, self.head(states[:, 0])[:, 0]

    module, names = Heads().eval(), ("input_ids", "attention_mask", "token_type_ids")
    path, small = tmp_path / "heads.onnx", tmp_path / "small.onnx"
    export.export(module, path, inputs=names, outputs=("start", "end", "answers"))
    feeds = {
        "input_ids": np.array([[2, 4, 5, 6, 3], [2, 7, 3, 0, 0], [2, 8, 9, 3, 0]]),
        "attention_mask": np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 1, 1, 0]]),
        "token_type_ids": np.array([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0], [0, 0, 1, 1, 0]]),
    }
    export.quantise(path, small, [feeds])
    expected = export.run_torch(module, feeds)
    seen = feeds["attention_mask"].astype(bool)
    for file, apart in ((path, 1e-2), (small, 0.1)):
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        assert [output.name for output in session.get_outputs()] == ["start", "end", "answers"]
        start, end, answers = session.run(None, feeds)
        np.testing.assert_allclose(start[seen], expected[0][seen], atol=apart)
        np.testing.assert_allclose(end[seen], expected[1][seen], atol=apart)
        np.testing.assert_allclose(answers, expected[2], atol=apart)
