"""The shipped reader, back in PyTorch: what a further run starts from where no checkpoint is left.

    python -m training.unquantise assistant/models/reader OUT

Undoes `export.py` and `quantise.py`: int8 → fp32 by each column's scale, and the factors that
evened out the activations taken back out of the weights. What eight bits rounded off stays lost.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from training.reader import ReaderModel

WIDTH, HEADS, LAYERS = 384, 12, 6

Weights = dict[str, NDArray[np.float32]]


def unquantised(path: Path) -> Weights:
    """Read a reader's graph: its parameters by PyTorch's names."""
    graph = onnx.load(path).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {name: array for name, array in stored.items() if array.dtype == np.float32}
    large = [_matrix(stored, node) for node in graph.node if _weight_of(node) in stored]
    for name, matrix in zip(_matrix_names(), large, strict=True):
        weights[name] = matrix.T
    rows, scale = (stored[f"trunk.embeddings.word_embeddings.{n}"] for n in ("rows", "scale"))
    weights["trunk.embeddings.word_embeddings.weight"] = rows * scale
    heads = next(array for array in weights.values() if array.shape == (WIDTH, 3))
    weights["tokens.weight"] = heads.T
    return _as_bert(weights)


def _weight_of(node: onnx.NodeProto) -> str:
    return node.input[1] if node.op_type in ("QAttention", "MatMulInteger") else ""


def _matrix(stored: dict[str, NDArray[np.generic]], node: onnx.NodeProto) -> NDArray[np.float32]:
    name = _weight_of(node).removesuffix("_quantized")
    inverse = node.input[0].removesuffix("_evened_quantized") + "_inverse"
    values = stored[f"{name}_quantized"].astype(np.float32) * stored[f"{name}_scale"]
    return np.asarray(values * stored[inverse][:, None] if inverse in stored else values)


def _matrix_names() -> list[str]:
    """In the order in which the graph multiplies."""
    parts = ("qkv", "attention.output.dense", "intermediate.dense", "output.dense")
    layers = [f"trunk.layers.{i}.{part}.weight" for i in range(LAYERS) for part in parts]
    return [*layers, "passage.weight"]


def _as_bert(weights: Weights) -> Weights:
    """Give each layer its own names, its queries, keys and values apart."""
    found = {}
    for name, array in weights.items():
        new = name.replace("trunk.layers.", "trunk.encoder.layer.")
        if ".qkv" not in new:
            found[new] = array
            continue
        kind = "bias" if "bias" in new else "weight"
        layer = new.split(".qkv")[0]
        for part, piece in zip(("query", "key", "value"), np.split(array, 3), strict=True):
            found[f"{layer}.attention.self.{part}.{kind}"] = piece
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("shipped", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    tokenizer = arguments.shipped / "tokenizer.json"
    config = BertConfig(
        vocab_size=Tokenizer.from_file(str(tokenizer)).get_vocab_size(),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
    )
    model = ReaderModel(BertModel(config, add_pooling_layer=False))
    weights = unquantised(arguments.shipped / "model.onnx")
    known = set(model.state_dict())
    tensors = {n: torch.from_numpy(np.array(a)) for n, a in weights.items() if n in known}
    model.load_state_dict(tensors)
    model.save(arguments.out)
    shutil.copyfile(tokenizer, arguments.out / "tokenizer.json")


if __name__ == "__main__":
    main()
