"""Real, tiny models in ONNX.

The encoder has a vector for each word, and a text is their mean. To the reader an answer goes from
the word `FIRST` to the word `LAST`, wherever they stand.
"""

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
FIRST, LAST = "maire", "denied"
WORDS = "the a harbour froze ships waited le pont est ferme maire dementi who denied it ?".split()


def make_encoder(folder: Path) -> Path:
    """Write a folder as `training/export.py` does."""
    return _write(folder, _encoder(), dimension=DIMENSION)


def make_reader(folder: Path) -> Path:
    """Write a folder as `training/export.py` does."""
    return _write(folder, _reader())


def _write(folder: Path, graph: onnx.ModelProto, **more: int) -> Path:
    folder.mkdir()
    _tokenizer().save(str(folder / "tokenizer.json"))
    onnx.save(graph, folder / "model.onnx")
    config = {"name": "tiny", "revision": "1", "max_tokens": MAX_TOKENS, **more}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def _tokenizer() -> Tokenizer:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    tokenizer = Tokenizer(models.WordLevel({piece: i for i, piece in enumerate(pieces)}, "[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def _encoder() -> onnx.ModelProto:
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


def _reader() -> onnx.ModelProto:
    """Logits of 4 for a telling word, of −4 for all others; the passage's: the sum of its own."""
    starts, ends = np.full((2, len(WORDS) + 4), -4, np.float32)
    starts[4 + WORDS.index(FIRST)] = ends[4 + WORDS.index(LAST)] = 4
    whole, real, shape = TensorProto.INT64, TensorProto.FLOAT, ["batch", "tokens"]
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    nodes = [
        helper.make_node("Gather", ["starts", "input_ids"], ["start"]),
        helper.make_node("Gather", ["ends", "input_ids"], ["end"]),
        helper.make_node("Add", ["start", "end"], ["support"]),
        helper.make_node("Mul", ["attention_mask", "token_type_ids"], ["inside"]),
        helper.make_node("Cast", ["inside"], ["weights"], to=real),
        helper.make_node("Mul", ["support", "weights"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "second"], ["answers"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, whole, shape) for name in inputs],
        [
            *(helper.make_tensor_value_info(n, real, shape) for n in ("start", "end", "support")),
            helper.make_tensor_value_info("answers", real, ["batch"]),
        ],
        [
            numpy_helper.from_array(starts, "starts"),
            numpy_helper.from_array(ends, "ends"),
            numpy_helper.from_array(np.array([1]), "second"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
