"""PyTorch → ONNX → int8, with a report of how far the int8 model is from the PyTorch one.

    python -m training.export encoder MODEL OUT --name NAME [--texts FOLDER]
    python -m training.export reader MODEL OUT --name NAME [--texts FOLDER]

MODEL is a BERT folder with its `tokenizer.json` (for `reader`, what `reader.py` saved); OUT gets
`model.onnx`, `tokenizer.json` and `config.json`, which is all that `assistant/models/` reads. The
report is made of the paragraphs of FOLDER, the demo articles unless another is named. The exit code
is 1 where the cosine of a text's two vectors, or the correlation of an output, is below 0.99.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import logging
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import BertModel

from training.quantise import quantise

ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"
MOST_TOKENS = 256
LEAST_COSINE = 0.99
QUESTIONS = ("Who denied the Putin call?", "Combien de personnes ont été évacuées, et quand ?")
OPSET = 20

Arrays = list[NDArray[Any]]


class FusedBert(nn.Module):
    """A BertModel whose attention is exported as the one operator that ONNX Runtime has for it.

    Traced as it is, attention becomes some thirty operators, which neither ONNX Runtime nor its
    optimiser recognises any more, and which cannot be quantised as one.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.embeddings = bert.embeddings
        self.embeddings.word_embeddings = Int8Embedding(bert.embeddings.word_embeddings)
        self.layers = bert.encoder.layer
        self.heads: int = bert.config.num_attention_heads
        for layer in self.layers:
            parts = [getattr(layer.attention.self, name) for name in ("query", "key", "value")]
            weight = torch.cat([part.weight.detach() for part in parts]).t().contiguous()
            layer.register_buffer("qkv_weight", weight)
            layer.register_buffer("qkv_bias", torch.cat([part.bias.detach() for part in parts]))

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
    ) -> SimpleNamespace:
        if token_type_ids is None:
            token_type_ids = torch.zeros_like(input_ids)
        states = self.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        mask = attention_mask.to(torch.int32)
        for layer in self.layers:
            context = torch.onnx.ops.symbolic(
                "com.microsoft::Attention",
                (states, layer.qkv_weight, layer.qkv_bias, mask),
                {"num_heads": self.heads},
                dtype=states.dtype,
                shape=states.shape,
                version=1,
            )
            states = layer.attention.output(context, states)
            states = layer.output(layer.intermediate(states), states)
        return SimpleNamespace(last_hidden_state=states)


class Int8Embedding(nn.Module):
    """Rows of int8, each with its own scale: a scale for all would cost the rare pieces most."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        weight = embedding.weight.detach()
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("rows", (weight / scale).round().to(torch.int8))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return functional.embedding(ids, self.rows).to(torch.float32) * functional.embedding(
            ids, self.scale
        )


class SentenceEmbedder(nn.Module):
    """Unit vectors: the mean of the token states."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.trunk(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def fused(module: nn.Module) -> nn.Module:
    """Copy a module with each BertModel in it as ONNX Runtime knows it; for export only."""
    module = copy.deepcopy(module).eval()
    for name, child in list(module.named_modules()):
        if isinstance(child, BertModel):
            owner, _, attribute = name.rpartition(".")
            setattr(module.get_submodule(owner), attribute, FusedBert(child))
    return module


def export(module: nn.Module, path: Path, *, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Write a module as ONNX, its trunk fused and its word embeddings in int8.

    Args:
        inputs: names of its parameters, each of them whole numbers of shape (batch, tokens).
        outputs: names for what it returns, in order.
    """
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens")
    with tempfile.TemporaryDirectory() as scratch:
        traced = Path(scratch) / "traced.onnx"
        torch.onnx.export(
            fused(module),
            # a tensor of its own for each, or they are traced as one
            kwargs={name: torch.ones(2, 8, dtype=torch.long) for name in inputs},
            f=traced,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes={name: {0: batch, 1: tokens} for name in inputs},
            opset_version=OPSET,
            external_data=False,
            dynamo=True,
            verbose=False,
        )
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(path)
        options.log_severity_level = 3
        ort.InferenceSession(str(traced), options, providers=["CPUExecutionProvider"])


def paragraphs(folder: Path, *, least: int = 40) -> list[str]:
    """Read the paragraphs of a folder's texts, the short ones left out."""
    files = sorted(folder.glob("*.md")) + sorted(folder.glob("*.txt"))
    lines = (line for file in files for line in file.read_text(encoding="utf-8").split("\n"))
    return [line for line in lines if len(line) >= least]


def run_torch(module: nn.Module, feeds: dict[str, NDArray[np.int64]]) -> Arrays:
    """What the PyTorch module gives, as arrays."""
    with torch.inference_mode():
        given = module(**{name: torch.from_numpy(array) for name, array in feeds.items()})
    return [tensor.numpy() for tensor in ((given,) if isinstance(given, torch.Tensor) else given)]


def feeds_by_eights(
    tokenizer: Tokenizer, texts: Sequence[Any], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Encode texts, or pairs of them, as batches of eight of like length."""
    encoded = sorted(tokenizer.encode_batch(list(texts)), key=lambda e: sum(e.attention_mask))
    given = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
    batches = []
    for at in range(0, len(encoded), 8):
        batch = encoded[at : at + 8]
        longest = max(sum(e.attention_mask) for e in batch)
        batches.append(
            {n: np.array([getattr(e, given[n])[:longest] for e in batch], np.int64) for n in names}
        )
    return batches


def write_config(out: Path, name: str, **more: int) -> None:
    """Write what is known of a model; its revision is a digest of what it is made of."""
    digest = hashlib.sha256()
    for file in ("model.onnx", "tokenizer.json"):
        digest.update((out / file).read_bytes())
    config = {"name": name, "revision": digest.hexdigest()[:16], **more, "max_tokens": MOST_TOKENS}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def made(
    module: nn.Module,
    folder: Path,
    out: Path,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    texts: Sequence[Any],
) -> list[tuple[Arrays, Arrays]]:
    """Write the model and its tokenizer, and run it: what PyTorch gave, what the int8 model gave.

    A third of the texts shows how large activations become; the rest is compared.
    """
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.enable_padding()
    samples = feeds_by_eights(tokenizer, texts[::3], inputs)
    rest = [text for i, text in enumerate(texts) if i % 3]
    with tempfile.TemporaryDirectory() as scratch:
        float32 = Path(scratch) / "float32.onnx"
        export(module, float32, inputs=inputs, outputs=outputs)
        quantise(float32, out / "model.onnx", samples)
    shutil.copyfile(folder / "tokenizer.json", out / "tokenizer.json")
    session = ort.InferenceSession(str(out / "model.onnx"), providers=["CPUExecutionProvider"])
    size = (out / "model.onnx").stat().st_size / 1e6
    print(f"{out / 'model.onnx'}: {size:.1f} MB; compared on {len(rest)} texts")
    return [
        (run_torch(module, feeds), session.run(None, feeds))
        for feeds in feeds_by_eights(tokenizer, rest, inputs)
    ]


def make_encoder(folder: Path, out: Path, name: str, texts: list[str]) -> bool:
    """Export an encoder; tell whether each text's vector stayed where it was."""
    trunk = BertModel.from_pretrained(folder, add_pooling_layer=False)
    module = SentenceEmbedder(trunk).eval()
    inputs, outputs = ("input_ids", "attention_mask"), ("sentence_embedding",)
    pairs = made(module, folder, out, inputs=inputs, outputs=outputs, texts=texts)
    write_config(out, name, dimension=trunk.config.hidden_size)
    cosines = np.concatenate([(ours[0] * theirs[0]).sum(1) for ours, theirs in pairs])
    print(f"cosine: mean {cosines.mean():.4f}, least {cosines.min():.4f}")
    return bool(cosines.min() >= LEAST_COSINE)


def make_reader(folder: Path, out: Path, name: str, texts: list[str]) -> bool:
    """Export a reader; tell whether what it says of tokens and passages stayed."""
    from training.reader import ReaderModel

    module = ReaderModel.load(folder).eval()
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    outputs = ("start", "end", "support", "answers")
    asked = [(question, text) for text in texts for question in QUESTIONS]
    pairs = made(module, folder, out, inputs=inputs, outputs=outputs, texts=asked)
    write_config(out, name)
    least = 1.0
    for i, output in enumerate(outputs):
        ours = np.concatenate([a[i].ravel() for a, _ in pairs])
        theirs = np.concatenate([b[i].ravel() for _, b in pairs])
        apart = np.abs(ours - theirs)
        least = min(least, r := float(np.corrcoef(ours, theirs)[0, 1]))
        print(f"{output}: r {r:.4f}, apart by {apart.mean():.3f}, at most {apart.max():.3f}")
    return least >= LEAST_COSINE


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("kind", choices=("encoder", "reader"))
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--texts", type=Path, default=ARTICLES)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)  # of the exporter, about what is not used here
    warnings.simplefilter("ignore")
    make = make_encoder if arguments.kind == "encoder" else make_reader
    texts = paragraphs(arguments.texts)
    if not make(arguments.model, arguments.out, arguments.name, texts):
        sys.exit("the int8 model is too far from the PyTorch one")


if __name__ == "__main__":
    main()
