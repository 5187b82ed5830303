"""What a reader finds, given the passage; and what it gains on what an encoder ranked.

    python -m training.measure_reader DATA READER [--encoder MODEL] [--limit 400]

DATA is the data folder, READER what `reader.py` wrote. Questions of the training sets, the written
news among them, are those of the documents that were kept out of training. With an encoder, its
twenty best windows of three sentences are ranked again for the questions of the development news.
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from evals.normalise import answer_tokens
from training.measure_encoder import loaded, read_lines, windows_of
from training.news import articles
from training.news_examples import LANGUAGES, for_measuring, whole
from training.questions import Item, held_out, items_of_suite
from training.reader import ReaderModel, batch_of, reader_tokenizer

LONGEST_SPAN = 30
RANKED = 20
PASSAGE_WORDS = 70


class Given(NamedTuple):
    """What the reader gives for a question and a passage."""

    answers: float
    span_score: float
    """The best span's logits, less those of no answer."""
    text: str
    support: float
    """The highest of the tokens' logits, averaged over eight."""


def read_all(model: ReaderModel, tokenizer: Tokenizer, asked: list[tuple[str, str]]) -> list[Given]:
    """Read (question, passage) pairs in batches of like length."""
    order = sorted(range(len(asked)), key=lambda i: len(asked[i][1]))
    given: dict[int, Given] = {}
    for first in range(0, len(order), 16):
        chosen = order[first : first + 16]
        encoded = tokenizer.encode_batch([asked[i] for i in chosen])
        with torch.inference_mode():
            scores = model(
                torch.tensor([e.ids for e in encoded]),
                torch.tensor([e.attention_mask for e in encoded]),
                torch.tensor([e.type_ids for e in encoded]),
            )
        for row, i in enumerate(chosen):
            tokens = [t for t, kind in enumerate(encoded[row].sequence_ids) if kind == 1]
            start, end = scores.start[row].numpy(), scores.end[row].numpy()
            a, b, score = best_span(start[tokens], end[tokens])
            offsets = encoded[row].offsets
            text = asked[i][1][offsets[tokens[a]][0] : offsets[tokens[b]][1]]
            support = np.convolve(scores.support[row].numpy()[tokens], np.ones(8) / 8, "same")
            given[i] = Given(
                float(scores.answers[row]),
                score - float(start[0] + end[0]),
                text,
                float(support.max()),
            )
    return [given[i] for i in range(len(asked))]


def best_span(start: NDArray[np.float32], end: NDArray[np.float32]) -> tuple[int, int, float]:
    scores = start[:, None] + end[None, :]
    allowed = np.triu(np.tril(np.ones_like(scores), LONGEST_SPAN - 1)) > 0
    scores = np.where(allowed, scores, -np.inf)
    a, b = divmod(int(scores.argmax()), len(end))
    return a, b, float(scores[a, b])


def word_f1(given: str, golds: list[str], language: str) -> float:
    """The F1 of SQuAD, by words, against the nearest gold answer."""
    best = 0.0
    own = answer_tokens(given, language)
    for gold in golds:
        words = answer_tokens(gold, language)
        common = sum((Counter(own) & Counter(words)).values())
        best = max(best, 2 * common / (len(own) + len(words)) if own or words else 1.0)
    return best


def given_passage(model: ReaderModel, tokenizer: Tokenizer, items: list[Item]) -> dict[str, float]:
    """F1 and exact match given the passage; with unanswerable ones, at the best threshold."""
    given = read_all(model, tokenizer, [(i.question, i.paragraph) for i in items])
    answerable = np.array([i.answerable for i in items])
    f1 = np.array(
        [
            word_f1(g.text, [i.paragraph[s:e] for s, e in i.answers], i.language)
            for g, i in zip(given, items, strict=True)
        ]
    )
    figures = {
        "questions": float(len(items)),
        "F1 where answerable": float(f1[answerable].mean()),
        "exact match there": float((f1[answerable] == 1).mean()),
    }
    if not answerable.all():
        for name in ("answers", "span_score", "support"):
            score = np.array([getattr(g, name) for g in given])
            figures[f"AUROC of {name}"] = float(roc_auc_score(answerable, score))
        score = np.array([g.answers + g.span_score / 2 for g in given])
        figures["AUROC of both"] = float(roc_auc_score(answerable, score))
        overall = [
            float(np.where(score >= t, f1 * answerable, ~answerable).mean()) for t in np.sort(score)
        ]
        figures["F1 with no-answer, best threshold"] = max(overall)
    return figures


def written_news(model: ReaderModel, tokenizer: Tokenizer, limit: int) -> dict[str, float]:
    """Read whole articles: is the best sentence a right one, do questions left open stand out?"""
    kept = [(a, q) for a in articles() if for_measuring(a) for q in a["questions"]]
    best: dict[str, list[bool]] = {}
    answerable, certainty = [], []
    for article, question in random.Random(0).sample(kept, min(limit, len(kept))):
        gold = {number: "" for number, *_ in question["answers"]}
        maybe = set(question.get("also", []))
        for pair in itertools.product(LANGUAGES, LANGUAGES):
            made = [
                whole(
                    question[pair[0]],
                    article[pair[1]][first:last],
                    {n - first: w for n, w in gold.items()},
                    {n - first for n in maybe},
                )
                for first, last in cut_passages(article[pair[1]])
            ]
            batch = batch_of(made, tokenizer)
            with torch.inference_mode():
                scores = model(batch.ids, batch.mask, batch.types)
            sentence = torch.einsum("bsl,bl->bs", batch.of_sentence, scores.support)
            there = torch.tensor(
                [[len(e.sentences) > i for i in range(sentence.shape[1])] for e in made]
            )
            top = divmod(int(sentence.masked_fill(~there, -99).argmax()), sentence.shape[1])
            if gold:
                right = made[top[0]].support[top[1]] != 0
                best.setdefault("→".join(pair), []).append(right)
            answerable.append(bool(gold))
            certainty.append(float(scores.answers.max() + sentence.max()))
    return {
        **{f"best sentence is right, {pair}": float(np.mean(r)) for pair, r in best.items()},
        "AUROC of questions left open": float(roc_auc_score(answerable, certainty)),
    }


def cut_passages(sentences: list[str]) -> Iterator[tuple[int, int]]:
    """Cut an article into runs of whole sentences, as long as a passage is at most."""
    first = words = 0
    for i, sentence in enumerate(sentences):
        count = len(sentence.split())
        if words + count > PASSAGE_WORDS and i > first:
            yield first, i
            first, words = i, 0
        words += count
    yield first, len(sentences)


def ranked_again(
    model: ReaderModel, tokenizer: Tokenizer, encoder: Path, suite: Path, limit: int
) -> dict[str, float]:
    """Hit@1 and hit@5 of the encoder's ranking, and of the reader's of its first twenty."""
    encode = loaded(encoder)
    windows = windows_of(suite)
    passages = encode([w.text for w in windows])
    questions = [
        q
        for q in read_lines(suite / "questions.jsonl.gz")
        if q["answerable"] and q["gold"] and not q["history"]
    ]
    questions = random.Random(0).sample(questions, min(limit, len(questions)))
    asked = encode([q["question"] for q in questions])
    found: dict[str, list[bool]] = {}
    for question, vector in zip(questions, asked, strict=True):
        order = np.argsort(-(passages @ vector))[:RANKED]
        given = read_all(model, tokenizer, [(question["question"], windows[i].text) for i in order])
        score = np.array([g.answers + g.span_score / 2 for g in given])
        fused = score + 10 * (passages[order] @ vector)
        for name, ranking in (
            ("encoder", order),
            ("reader", order[np.argsort(-score)]),
            ("both", order[np.argsort(-fused)]),
        ):
            hits = [windows[i].holds(question["gold"]) for i in ranking]
            for k in (1, 5):
                key = f"{suite.name} {question['lang']} {name} hit@{k}"
                found.setdefault(key, []).append(any(hits[:k]))
    return {name: float(np.mean(hits)) for name, hits in sorted(found.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("reader", type=Path)
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--limit", type=int, default=400)
    arguments = parser.parse_args()
    model = ReaderModel.load(arguments.reader).eval()
    tokenizer = reader_tokenizer(arguments.reader / "tokenizer.json")
    for name in ("squad2-dev", "piaf-fr"):
        items = [i for i in items_of_suite(arguments.data / name) if held_out(name, i.article)]
        items = random.Random(0).sample(items, min(arguments.limit, len(items)))
        print(name)
        for figure, value in given_passage(model, tokenizer, items).items():
            print(f"  {figure:36} {value:.3f}")
    print("written news")
    for figure, value in written_news(model, tokenizer, arguments.limit).items():
        print(f"  {figure:36} {value:.3f}")
    if arguments.encoder:
        for name in ("news-dev-en", "news-dev-fr"):
            suite = arguments.data / name
            figures = ranked_again(model, tokenizer, arguments.encoder, suite, arguments.limit)
            for figure, value in figures.items():
                print(f"  {figure:36} {value:.3f}")


if __name__ == "__main__":
    main()
