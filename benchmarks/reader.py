"""The reader beside a cross-encoder of the same shape: `python benchmarks/reader.py`.

Passages of the demo articles are read for one question, by the shipped reader and by
sentence-transformers' CrossEncoder in fp32 on a model of the same layers and words, whose weights
are random: they do not decide how long it takes. Both take turns in one run and the best of the
rounds counts, so that the ratios hold on a machine that is busy with other work; the times do not.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from encoders import ARTICLES, QUESTION, best
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from assistant.datatypes import Document, Passage
from assistant.models.encoders import load_encoder
from assistant.models.onnx_session import processors
from assistant.models.reader import load_reader
from assistant.passages import split

READER = Path(__file__).parents[1] / "assistant" / "models" / "reader"
COUNTS = (5, 8, 10, 20)


def cut(folder: Path) -> list[Passage]:
    """Cut the texts of a folder as an ingest does."""
    encoder = load_encoder()
    documents = [Document.of(p.read_text("utf-8")) for p in sorted(folder.glob("*.md"))]
    limits = {"count_tokens": encoder.count_tokens, "max_tokens": encoder.max_tokens}
    return [passage for document in documents for passage in split(document, **limits)]


def cross_encoder(folder: Path) -> Callable[[list[tuple[str, str]]], object]:
    """Make a cross-encoder in fp32 of the reader's shape, with random weights."""
    from sentence_transformers import CrossEncoder

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(READER / "tokenizer.json"),
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=256,
    )  # fmt: skip
    config = BertConfig(
        vocab_size=tokenizer.vocab_size, hidden_size=384, num_hidden_layers=6,
        num_attention_heads=12, intermediate_size=1536, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    return lambda pairs: model.predict(pairs, show_progress_bar=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--texts", type=Path, default=ARTICLES)
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    passages = cut(arguments.texts)[: max(COUNTS)]
    count_tokens = load_encoder().count_tokens
    tokens = sum(count_tokens([passage.text for passage in passages])) / len(passages)
    print(f"passages of {tokens:.0f} tokens on average, {processors()} processors\n")
    reader = load_reader()
    print("| passages | reader, ms | CrossEncoder fp32, ms | × |\n|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        theirs = cross_encoder(Path(folder))
        for count in COUNTS:
            few = passages[:count]
            pairs = [(QUESTION, passage.text) for passage in few]
            runs = {
                "ours": lambda few=few: reader.read(QUESTION, few),
                "theirs": lambda pairs=pairs: theirs(pairs),
            }
            took = best(runs, arguments.rounds, time.perf_counter)
            ratio = took["theirs"] / took["ours"]
            print(
                f"| {count} | {1000 * took['ours']:.0f} | {1000 * took['theirs']:.0f} "
                f"| {ratio:.1f} |"
            )


if __name__ == "__main__":
    main()
