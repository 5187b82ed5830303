"""What an encoder finds across languages: parallel news sentences, and passages for news questions.

    python -m training.measure_encoder DATA MODEL [MODEL ...]

DATA is the data folder; a MODEL is a sentence-transformers folder or a BERT folder, pooled by mean.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertModel

from assistant.sentences import sentences
from training.fitting import read_lines
from training.parallel import read_pairs

Encode = Callable[[list[str]], NDArray[np.float32]]
MOST_TOKENS = 256


def loaded(folder: Path) -> Encode:
    """Load a BERT folder: texts → unit vectors, by the mean of the token states."""
    model = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.enable_padding()

    def encode(texts: list[str]) -> NDArray[np.float32]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.zeros((len(texts), model.config.hidden_size), np.float32)
        with torch.inference_mode():
            for first in range(0, len(texts), 64):
                chosen = order[first : first + 64]
                batch = tokenizer.encode_batch([texts[i] for i in chosen])
                ids = torch.tensor([b.ids for b in batch])
                mask = torch.tensor([b.attention_mask for b in batch])
                states = model(input_ids=ids, attention_mask=mask).last_hidden_state
                vectors[chosen] = pooled(states, mask).numpy()
        return vectors

    return encode


def pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of the states that are no padding, as unit vectors."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(1) / weights.sum(1)
    return torch.nn.functional.normalize(mean, dim=-1)


def parallel_figures(encode: Encode, pairs: list[tuple[str, str]]) -> dict[str, float]:
    """Accuracy at 1 both ways; and whether a text's language decides its rank.

    Balance: each English sentence asks the other sentences of both languages. The two versions of
    its nearest neighbour by the mean of both should be ranked first equally often.
    """
    english = encode([e for e, _ in pairs])
    french = encode([f for _, f in pairs])
    own = np.arange(len(pairs))
    figures = {
        "en→fr": float(((english @ french.T).argmax(1) == own).mean()),
        "fr→en": float(((french @ english.T).argmax(1) == own).mean()),
        "cosine of a pair": float((english * french).sum(1).mean()),
    }
    for name, asked in (("en", english), ("fr", french)):
        to_english, to_french = asked @ english.T, asked @ french.T
        both = to_english + to_french
        np.fill_diagonal(both, -9)
        near = both.argmax(1)
        figures[f"{name} prefers English"] = float(
            (to_english[own, near] > to_french[own, near]).mean()
        )
    return figures


class Window(NamedTuple):
    """Some sentences of a document, as a passage."""

    document: str
    start: int
    end: int
    text: str

    def holds(self, gold: list[dict[str, Any]]) -> bool:
        """Tell whether half of a gold span lies in it."""
        return any(
            g["doc_id"] == self.document
            and min(g["end"], self.end) - max(g["start"], self.start)
            >= 0.5 * (g["end"] - g["start"])
            for g in gold
        )


def windows_of(suite: Path, size: int = 3) -> list[Window]:
    """Cut a suite's documents into every run of so many sentences."""
    windows = []
    for line in read_lines(suite / "corpus.jsonl.gz"):
        text = line["text"]
        found = sentences(text)
        for i in range(max(1, len(found) - size + 1)):
            start, end = found[i][0], found[min(i + size, len(found)) - 1][1]
            windows.append(Window(line["doc_id"], start, end, text[start:end]))
    return windows


def passage_figures(encode: Encode, suite: Path) -> dict[str, float]:
    """Hit@1 and hit@5 of windows of three sentences, by the question's language."""
    windows = windows_of(suite)
    passages = encode([window.text for window in windows])
    questions = [
        q
        for q in read_lines(suite / "questions.jsonl.gz")
        if q["answerable"] and q["gold"] and not q["history"]
    ]
    asked = encode([q["question"] for q in questions])
    ranks: dict[str, list[int]] = {}
    for question, vector in zip(questions, asked, strict=True):
        order = np.argsort(-(passages @ vector))[:5]
        hits = [rank for rank, i in enumerate(order) if windows[i].holds(question["gold"])]
        ranks.setdefault(question["lang"], []).append(min(hits, default=99))
    return {
        f"{suite.name} {language} hit@{k}": float(np.mean([r < k for r in found]))
        for language, found in sorted(ranks.items())
        for k in (1, 5)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path, nargs="+")
    arguments = parser.parse_args()
    pairs = list(read_pairs(arguments.data / "train/parallel/ntrex-dev.en-fr.tsv.gz"))
    for folder in arguments.model:
        encode = loaded(folder)
        print(f"{folder}")
        figures = {
            **parallel_figures(encode, pairs),
            **passage_figures(encode, arguments.data / "news-dev-en"),
            **passage_figures(encode, arguments.data / "news-dev-fr"),
        }
        for name, value in figures.items():
            print(f"  {name:28} {value:.3f}")


if __name__ == "__main__":
    main()
