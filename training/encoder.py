"""Train the bilingual encoder: the French side of a pair lands where the English one is.

    python -m training.encoder DATA START OUT [--pairs 64000] [--device cuda]

DATA is the data folder's `train`, START what `vocabulary.py` wrote. Knowledge distillation across
languages (Reimers and Gurevych 2020): the teacher, all-MiniLM-L6-v2, embeds the English side. Four
losses: the French sentence lies where the teacher puts the English one; so does the English one, on
a quarter of each batch; in the batch, each finds its own translation first; and each English token
is a mixture of French tokens, which a sentence's mean alone does not teach and the reader needs.
A run that was cut off goes on where it was when the same command is given again.
"""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from training.loop import train
from training.measure_encoder import pooled
from training.parallel import sample
from training.vocabulary import starting_point

BATCH = 128
ENGLISH_SHARE = 4
TEMPERATURE = 0.05
ALIGNMENT_TEMPERATURE = 0.1
WEIGHTS = {"sentence": 1.0, "english": 0.5, "contrastive": 0.2, "tokens": 0.5}
EMBEDDING_RATE, TRUNK_RATE = 4e-4, 1.5e-4
MOST_TOKENS = 96
POOL = 24 * BATCH
SEED = 5

Batch = tuple[torch.Tensor, torch.Tensor]


def batches(pairs: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Batches of like length, in an order that the seed decides."""
    draw = random.Random(SEED)
    for first in range(0, len(pairs), POOL):
        pool = sorted(pairs[first : first + POOL], key=lambda pair: len(pair[1]))
        cut = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        draw.shuffle(cut)
        yield from (batch for batch in cut if len(batch) == BATCH)


class Tokens:
    """Texts → padded piece ids and mask."""

    def __init__(self, path: Path, device: str) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()
        self._device = device

    def __call__(self, texts: list[str]) -> Batch:
        encoded = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([e.ids for e in encoded], device=self._device)
        mask = torch.tensor([e.attention_mask for e in encoded], device=self._device)
        return ids, mask


def states_of(model: BertModel, batch: Batch) -> torch.Tensor:
    ids, mask = batch
    states: torch.Tensor = model(input_ids=ids, attention_mask=mask).last_hidden_state
    return states


def token_loss(
    student: torch.Tensor, student_mask: torch.Tensor, teacher: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """How far each teacher token lies from the student tokens that are most like it, mixed."""
    student = functional.normalize(student, dim=-1)
    teacher = functional.normalize(teacher, dim=-1)
    alike = teacher @ student.transpose(1, 2)
    alike = alike.masked_fill(~student_mask[:, None, :].bool(), -9.0)
    mixture = (alike / ALIGNMENT_TEMPERATURE).softmax(-1) @ student
    cosine = functional.cosine_similarity(mixture, teacher, dim=-1)
    weights = mask.to(cosine.dtype)
    return 1 - (cosine * weights).sum() / weights.sum()


def losses(
    student: BertModel,
    french: Batch,
    english: Batch,
    teacher_states: torch.Tensor,
    mask: torch.Tensor,
) -> dict[str, torch.Tensor]:
    """The four losses of a batch."""
    target = pooled(teacher_states, mask)
    french_states = states_of(student, french)
    french_vectors = pooled(french_states, french[1])
    english_vectors = pooled(states_of(student, english), english[1])
    scores = french_vectors @ target.T / TEMPERATURE
    own = torch.arange(len(scores), device=scores.device)
    return {
        "sentence": 1 - (french_vectors * target).sum(-1).mean(),
        "english": 1 - (english_vectors * target[: len(english_vectors)]).sum(-1).mean(),
        "contrastive": (
            functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)
        )
        / 2,
        "tokens": token_loss(french_states, french[1], teacher_states, mask),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("start", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=int, default=64_000)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(SEED)
    arguments.out.mkdir(parents=True, exist_ok=True)

    device = arguments.device
    teacher = BertModel.from_pretrained(starting_point(), add_pooling_layer=False)
    teacher = teacher.eval().to(device)
    student = BertModel.from_pretrained(
        arguments.start,
        add_pooling_layer=False,
        hidden_dropout_prob=0,
        attention_probs_dropout_prob=0,
    )
    student = student.train().to(device)
    teacher_tokens = Tokens(starting_point() / "tokenizer.json", device)
    tokens = Tokens(arguments.start / "tokenizer.json", device)
    rows = list(student.embeddings.word_embeddings.parameters())
    trunk = [p for p in student.parameters() if all(p is not row for row in rows)]

    def losses_of(batch: list[tuple[str, str]]) -> dict[str, torch.Tensor]:
        english_texts, french_texts = [e for e, _ in batch], [f for _, f in batch]
        english = teacher_tokens(english_texts)
        with torch.no_grad():
            target = states_of(teacher, english)
        repeated = tokens(english_texts[: BATCH // ENGLISH_SHARE])
        found = losses(student, tokens(french_texts), repeated, target, english[1])
        return {name: WEIGHTS[name] * loss for name, loss in found.items()}

    train(
        student,
        [{"params": rows, "lr": EMBEDDING_RATE}, {"params": trunk, "lr": TRUNK_RATE}],
        list(batches(sample(arguments.data, arguments.pairs, SEED))),
        losses_of,
        checkpoint=arguments.out / "checkpoint.pt",
    )
    student.save_pretrained(arguments.out)
    (arguments.out / "tokenizer.json").write_bytes(
        (arguments.start / "tokenizer.json").read_bytes()
    )


if __name__ == "__main__":
    main()
