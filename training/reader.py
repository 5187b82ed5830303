"""Train the reader: does a passage answer, which of its sentences do, and with which words.

    python -m training.reader encyclopaedia DATA GLOSSARY START OUT [--examples 110000]
    python -m training.reader news DATA GLOSSARY START OUT [--examples 110000] [--device cuda]

DATA is the data folder, GLOSSARY what `glossary.py` wrote. START is what `encoder.py` wrote, or a
reader that goes on learning: first questions about encyclopaedias, which there are many of, then
the news of `training/news` with a share of the others, so that these are not forgotten. Word
embeddings stay as they are, so that French and English pieces stay where the encoder's training put
them, whichever language a question of the training set is in.
A run that was cut off goes on where it was when the same command is given again.
"""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Encoding, Tokenizer
from torch import nn
from torch.nn import functional
from transformers import BertModel

from training.loop import train
from training.questions import Example
from training.reader_plan import SHARES, plan_of

log = logging.getLogger("training")

BATCH = 32
POOL = 16 * BATCH
TRUNK_RATE = 2e-4
HEAD_RATE = 5.0
"""Times the trunk's."""
MOST_TOKENS = 256
PADDED_TO = 32


class Scores(NamedTuple):
    """Logits of a batch: (B, L) for the first three, (B,) for the last."""

    start: torch.Tensor
    end: torch.Tensor
    support: torch.Tensor
    answers: torch.Tensor


class ReaderModel(nn.Module):
    """Trunk and heads. A sentence's support is the mean of its tokens' logits."""

    def __init__(self, trunk: BertModel) -> None:
        super().__init__()
        self.trunk = trunk
        self.tokens = nn.Linear(trunk.config.hidden_size, 3)
        self.passage = nn.Linear(trunk.config.hidden_size, 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> Scores:
        states = self.trunk(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        start, end, support = self.tokens(states).unbind(-1)
        return Scores(start, end, support, self.passage(states[:, 0]).squeeze(-1))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.trunk.save_pretrained(folder)
        heads = {k: v for k, v in self.state_dict().items() if not k.startswith("trunk.")}
        torch.save(heads, folder / "heads.pt")

    @classmethod
    def load(cls, folder: Path) -> ReaderModel:
        """Read a reader; or an encoder, which has no heads yet."""
        trunk = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",  # the fused one's gradient is slow on processors
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        model = cls(trunk)
        if (folder / "heads.pt").exists():
            model.load_state_dict(torch.load(folder / "heads.pt", weights_only=True), strict=False)
        return model


class Batch(NamedTuple):
    """Inputs and targets; B examples, L tokens, S sentences at most."""

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    has_span: torch.Tensor
    of_sentence: torch.Tensor
    """(B, S, L): each row the share that a token has in the sentence's mean."""
    support: torch.Tensor
    answerable: torch.Tensor


def reader_tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    tokenizer.enable_padding(pad_to_multiple_of=PADDED_TO)
    return tokenizer


def batch_of(chosen: list[Example], tokenizer: Tokenizer) -> Batch:
    """Encode examples with their targets; a span that was cut off counts as none."""
    encoded = tokenizer.encode_batch([(e.question, e.passage) for e in chosen])
    count, length = len(chosen), len(encoded[0].ids)
    most = max(len(e.sentences) for e in chosen)
    start = torch.zeros(count, dtype=torch.long)
    end = torch.zeros(count, dtype=torch.long)
    has_span = torch.zeros(count, dtype=torch.bool)
    of_sentence = torch.zeros(count, most, length)
    support = torch.full((count, most), -1.0)
    for i, (example, tokens) in enumerate(zip(chosen, encoded, strict=True)):
        for j, (span, label) in enumerate(zip(example.sentences, example.support, strict=True)):
            inside = tokens_of(tokens, span)
            if inside:
                of_sentence[i, j, inside] = 1 / len(inside)
                support[i, j] = label
        if example.answers:
            inside = tokens_of(tokens, example.answers[0])
            if inside:
                start[i], end[i], has_span[i] = inside[0], inside[-1], True
        elif not example.answerable:
            has_span[i] = True  # no answer is a span too: the first token, as in SQuAD v2
    return Batch(
        torch.tensor([e.ids for e in encoded]),
        torch.tensor([e.attention_mask for e in encoded]),
        torch.tensor([e.type_ids for e in encoded]),
        start,
        end,
        has_span,
        of_sentence,
        support,
        torch.tensor([float(e.answerable) for e in chosen]),
    )


def tokens_of(encoding: Encoding, span: tuple[int, int]) -> list[int]:
    """The passage's tokens that lie in a span of its characters."""
    return [
        i
        for i, (offsets, kind) in enumerate(
            zip(encoding.offsets, encoding.sequence_ids, strict=True)
        )
        if kind == 1 and offsets[0] < span[1] and offsets[1] > span[0]
    ]


def loss_of(scores: Scores, batch: Batch) -> dict[str, torch.Tensor]:
    """Span, sentence and passage losses."""
    # Only the passage and the first token ("no answer") may be chosen.
    barred = (batch.types == 0) | (batch.mask == 0)
    barred[:, 0] = False
    spans = batch.has_span
    start = functional.cross_entropy(
        scores.start.masked_fill(barred, -1e4)[spans], batch.start[spans]
    )
    end = functional.cross_entropy(scores.end.masked_fill(barred, -1e4)[spans], batch.end[spans])
    sentence = torch.einsum("bsl,bl->bs", batch.of_sentence, scores.support)
    known = batch.support >= 0
    return {
        "span": (start + end) / 2,
        "support": functional.binary_cross_entropy_with_logits(
            sentence[known], batch.support[known]
        ),
        "answers": functional.binary_cross_entropy_with_logits(scores.answers, batch.answerable),
    }


def batches(made: list[Example], seed: int) -> Iterator[list[Example]]:
    """Cut examples into batches of like length, in an order that tells nothing of it."""
    draw = random.Random(seed)
    for first in range(0, len(made), POOL):
        pool = sorted(made[first : first + POOL], key=lambda e: len(e.question) + len(e.passage))
        cut = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        draw.shuffle(cut)
        yield from (b for b in cut if len(b) == BATCH)  # of few shapes: each is compiled


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("stage", choices=SHARES)
    for name in ("data", "glossary", "start", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--examples", type=int, default=110_000)
    parser.add_argument("--rate", type=float, default=TRUNK_RATE, help="at most, of the trunk")
    parser.add_argument("--seed", type=int, default=3, help="another one draws other examples")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)

    tokenizer = reader_tokenizer(arguments.start / "tokenizer.json")
    of = (arguments.data, arguments.glossary, arguments.examples, arguments.seed)
    made = plan_of(arguments.stage, *of)
    log.info("%d examples, %.2f answerable", len(made), sum(e.answerable for e in made) / len(made))

    model = ReaderModel.load(arguments.start)
    model.trunk.embeddings.word_embeddings.requires_grad_(False)
    model = model.train().to(arguments.device)
    heads = [*model.tokens.parameters(), *model.passage.parameters()]
    trunk = [p for p in model.trunk.parameters() if p.requires_grad]
    # Three times as fast on a processor as it stands, once it is compiled; a shape takes a minute.
    torch._dynamo.config.recompile_limit = 2 * MOST_TOKENS // PADDED_TO
    compiled = torch.compile(model, dynamic=False)

    def losses_of(chosen: list[Example]) -> dict[str, torch.Tensor]:
        batch = Batch(*(tensor.to(arguments.device) for tensor in batch_of(chosen, tokenizer)))
        with torch.autocast(arguments.device, torch.bfloat16):
            scores = compiled(batch.ids, batch.mask, batch.types)
        return loss_of(Scores(*(logits.float() for logits in scores)), batch)

    train(
        model,
        [
            {"params": trunk, "lr": arguments.rate},
            {"params": heads, "lr": arguments.rate * HEAD_RATE},
        ],
        list(batches(made, arguments.seed)),
        losses_of,
        checkpoint=arguments.out / "checkpoint.pt",
    )
    model.save(arguments.out)
    (arguments.out / "tokenizer.json").write_bytes(
        (arguments.start / "tokenizer.json").read_bytes()
    )


if __name__ == "__main__":
    main()
