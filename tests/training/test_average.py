"""The mean of readers is a reader that lies between them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # imports torch


def test_each_weight_is_the_mean_by_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import BertConfig, BertModel

    from training.average import main
    from training.reader import ReaderModel

    config = BertConfig(
        vocab_size=8, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    readers = [ReaderModel(BertModel(config, add_pooling_layer=False)) for _ in range(2)]
    one, other, out = (tmp_path / name for name in ("one", "other", "out"))
    for reader, folder in zip(readers, (one, other), strict=True):
        reader.save(folder)
        (folder / "tokenizer.json").write_text("{}")
    monkeypatch.setattr("sys.argv", ["average", str(out), f"{one}=1", f"{other}=2"])
    main()
    first, second = (reader.state_dict() for reader in readers)
    mean = ReaderModel.load(out).state_dict()
    assert mean.keys() == first.keys()
    for name, tensor in mean.items():
        assert torch.allclose(tensor, (first[name] + 2 * second[name]) / 3, atol=1e-6)
    assert (out / "tokenizer.json").read_text() == "{}"
