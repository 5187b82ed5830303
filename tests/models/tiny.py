"""A real, tiny encoder in ONNX: each word has a vector of its own, a text is their mean."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

DIMENSION = 16
MAX_TOKENS = 24
WORDS = "the a harbour froze ships waited le pont est ferme maire dementi who denied it ?".split()


def make_encoder(folder: Path) -> Path:
    """Write a folder as `training/export.py` does."""
    folder.mkdir()
    _tokenizer().save(str(folder / "tokenizer.json"))
    onnx.save(_graph(), folder / "model.onnx")
    config = {"name": "tiny", "revision": "1", "dimension": DIMENSION, "max_tokens": MAX_TOKENS}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def _tokenizer() -> Tokenizer:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    tokenizer = Tokenizer(models.WordLevel({piece: i for i, piece in enumerate(pieces)}, "[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _graph() -> onnx.ModelProto:
    draw = np.random.default_rng(zlib.crc32(b"tiny"))
    rows = draw.normal(size=(len(WORDS) + 4, DIMENSION)).astype(np.float32)
    whole, real, shape = TensorProto.INT64, TensorProto.FLOAT, ["batch", "tokens"]
    nodes = [
        helper.make_node("Gather", ["rows", "input_ids"], ["states"]),
        helper.make_node("Unsqueeze", ["attention_mask", "last"], ["mask"]),
        helper.make_node("Cast", ["mask"], ["weights"], to=real),
        helper.make_node("Mul", ["states", "weights"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "second"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["sentence_embedding"], axis=-1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(n, whole, shape) for n in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("sentence_embedding", real, ["batch", DIMENSION])],
        [
            numpy_helper.from_array(rows, "rows"),
            numpy_helper.from_array(np.array([-1], np.int64), "last"),
            numpy_helper.from_array(np.array([1], np.int64), "second"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
