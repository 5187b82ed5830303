"""Fit the model of `assistant/writing/checks.py`: does the evidence support a statement?

    python -m training.fit_support DATA

DATA holds `wice-claims` (sentences of Wikipedia with the page that each cites, judged by people)
and `news-dev-en`, `news-dev-fr` (the same articles in both languages). A statement is looked up in
the passages of its page that are nearest to it, as an answer would cite them. Not supported are:

- `partly`, `not`: what people judged so;
- `elsewhere`: a supported statement, and its page without the sentences that support it;
- `turned`: a supported statement, negated;
- the same two for a sentence of the news and the article in the other language (`across`), and for
  a clause of it and the article in its own (`clause`).

Every figure printed is cross-validated in five folds by document; the weights written are fitted on
all folds. Statements whose numbers, dates, names or quotations are missing are refused before the
model is asked: how many of each kind, is printed first, and the model is fitted on the others.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant.datatypes import Document, Span
from assistant.models.encoders import Encoder, load_encoder
from assistant.models.logistic import LogisticModel
from assistant.passages import split
from assistant.words import content_keys
from assistant.writing.asserting import asserted
from assistant.writing.checks import choose, features_of, missing
from training.fitting import fit, read_lines

FOLDS = 5
CITED = 3  # passages
LEAST = 0.5  # a statement is kept that is likelier supported than not
READ = 8  # passages of a page, those with most words of the statement
TARGET = Path(__file__).parents[1] / "assistant" / "models" / "support.json"

_NEGATIONS = (
    (r"\b(is|was|are|were|has|had|will|would|can|could)\b(?! not)", r"\1 not"),
    (r"\b(est|a|ont|sont|était|étaient|avait|sera|fut)\b(?! pas)", r"n'\1 pas"),
)


class Page:
    """A document in passages; a passage's sentences are embedded when first asked for."""

    def __init__(self, document: Document, encoder: Encoder) -> None:
        self.document = document
        self.passages = split(
            document, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens
        )
        self._encoder = encoder
        self._keys = [content_keys(passage.text) for passage in self.passages]
        self._vectors: dict[int, Any] = {}

    def overlap(self, statement: str) -> list[int]:
        """Say how many words of a statement each passage has."""
        words = content_keys(statement)
        return [len(words & keys) for keys in self._keys]

    def texts(self, n: int) -> list[str]:
        """Give a passage's sentences, without what they only mention."""
        passage = self.passages[n]
        spans = [(a - passage.start, b - passage.start) for a, b in passage.sentences]
        said = asserted(passage.text, spans)
        return [said[start:end] for start, end in spans]

    def vectors(self, n: int) -> Any:
        if n not in self._vectors:
            self._vectors[n] = self._encoder.encode(self.texts(n))
        return self._vectors[n]


class Case(NamedTuple):
    """A statement with what was found of it."""

    kind: str
    supported: bool
    fold: int
    refused: bool
    features: dict[str, float]


def pages(folder: Path, encoder: Encoder) -> dict[str, Page]:
    found = {}
    for line in read_lines(folder / "corpus.jsonl.gz"):
        document = Document.of(line["text"], id=line["doc_id"], title=line.get("title", ""))
        found[line["doc_id"]] = Page(document, encoder)
    return found


def case(
    kind: str, statement: str, page: Page, encoder: Encoder, *, without: Sequence[Span] = ()
) -> Case | None:
    """Look a statement up in the passages nearest to it, without some sentences."""
    vector = encoder.encode([statement])[0]
    overlap = page.overlap(statement)
    near = sorted(range(len(overlap)), key=lambda i: -overlap[i])[:READ]
    ranked = sorted(near, key=lambda i: -float((page.vectors(i) @ vector).max()))
    texts: list[str] = []
    cosines: list[float] = []
    for i in ranked[:CITED]:
        read = zip(page.passages[i].sentences, page.texts(i), page.vectors(i), strict=True)
        for (start, end), text, own in read:
            if not any(start < b and a < end for a, b in without):
                texts.append(text)
                cosines.append(float(own @ vector))
    if not texts:
        return None
    foreign = kind.startswith("across")
    chosen, unquoted = choose(statement, texts, cosines)
    around = "\n".join([page.document.ref.title, *texts])
    refused = bool(unquoted) or any(missing(statement, around, foreign=foreign))
    best = max(cosines[i] for i in chosen)
    features = features_of(statement, [texts[i] for i in chosen], best, foreign=foreign)
    fold = zlib.crc32(page.document.id.encode()) % FOLDS
    return Case(kind, kind.endswith("supported"), fold, refused, features)


def negated(statement: str) -> str | None:
    for pattern, replacement in _NEGATIONS:
        turned, n = re.subn(pattern, replacement, statement, count=1)
        if n:
            return turned
    return None


def nearest(statement: str, among: Sequence[Page]) -> Page:
    return max(among, key=lambda page: max(page.overlap(statement), default=0))


def longest_clause(sentence: str) -> str | None:
    """Shorten a sentence, as a model that sums it up would; None if it has one clause."""
    clauses = [c.strip() for c in re.split(r"[,;:—–]\s|\s(?:and|et|that|qui|who)\s", sentence)]
    longest = max(clauses, key=len)
    return longest if longest != sentence and len(longest.split()) >= 5 else None


def claims(folder: Path, encoder: Encoder) -> Iterator[Case | None]:
    by_id = pages(folder, encoder)
    lines = list(read_lines(folder / "questions.jsonl.gz"))
    # The data does not say which page a claim without any support cites: one that is no other's.
    own = {line["gold"][0]["doc_id"] for line in lines if line["gold"]}
    others = [page for doc_id, page in by_id.items() if doc_id not in own]
    for line in lines:
        gold = [(g["start"], g["end"]) for g in line["gold"]]
        label = line["label"].removesuffix("_supported")
        page = by_id[line["gold"][0]["doc_id"]] if gold else nearest(line["question"], others)
        yield case(label.replace("partially", "partly"), line["question"], page, encoder)
        if label == "supported":
            yield case("elsewhere", line["question"], page, encoder, without=gold)
            if turned := negated(line["question"]):
                yield case("turned", turned, page, encoder)


def news(data: Path, encoder: Encoder) -> Iterator[Case | None]:
    """Sentences of an article against the article in the other language."""
    both = {x: pages(data / f"news-dev-{x}", encoder) for x in ("en", "fr")}
    lines = {
        x: {q["qid"]: q for q in read_lines(data / f"news-dev-{x}" / "questions.jsonl.gz")}
        for x in both
    }
    seen = set()
    for qid, line in lines["en"].items():
        golds = {"en": line["gold"], "fr": lines["fr"].get(qid, {"gold": []})["gold"]}
        if len(golds["en"]) != len(golds["fr"]):
            continue
        for pair in zip(golds["en"], golds["fr"], strict=True):
            for one, other, language in ((*pair, "fr"), (*pair[::-1], "en")):
                if one["text"] in seen:
                    continue
                seen.add(one["text"])
                own = both["en" if language == "fr" else "fr"][one["doc_id"]]
                if clause := longest_clause(one["text"]):
                    yield case("clause supported", clause, own, encoder)
                    stood = (one["start"], one["end"])
                    yield case("clause elsewhere", clause, own, encoder, without=[stood])
                    if turned := negated(clause):
                        yield case("clause turned", turned, own, encoder)
                page, there = both[language][other["doc_id"]], (other["start"], other["end"])
                yield case("across supported", one["text"], page, encoder)
                yield case("across elsewhere", one["text"], page, encoder, without=[there])
                if turned := negated(one["text"]):
                    yield case("across turned", turned, page, encoder)


def fit_on(cases: Sequence[Case]) -> LogisticModel:
    return fit([c.features for c in cases], [c.supported for c in cases], strength=0.3)


def cross_validated(cases: Sequence[Case]) -> list[tuple[Case, float]]:
    found = []
    for held_out in range(FOLDS):
        model = fit_on([c for c in cases if c.fold != held_out])
        found += [(c, model.probability(c.features)) for c in cases if c.fold == held_out]
    return found


def report(found: Sequence[tuple[Case, float]], least: float) -> None:
    print(f"\nkept at {least:.2f}, of what was not refused; AUROC against supported")
    for kind in sorted({c.kind for c, _ in found}):
        of_kind = [p for c, p in found if c.kind == kind]
        of = kind.rpartition(" ")[0]
        right = [p for c, p in found if c.kind == f"{of} supported".strip()]
        auroc = ""
        if not kind.endswith("supported"):
            labels = [1] * len(right) + [0] * len(of_kind)
            auroc = f"{roc_auc_score(labels, right + of_kind):.3f}"
        kept = np.mean([p >= least for p in of_kind])
        print(f"  {kind:18} n={len(of_kind):4} kept {kept:.3f}  {auroc}")
    labels, scores = [c.supported for c, _ in found], [p for _, p in found]
    print(f"  all: AUROC {roc_auc_score(labels, scores):.3f}")
    print("  probability → share supported")
    for low in np.arange(0, 1, 0.1):
        inside = [(c.supported, p) for c, p in found if low <= p < low + 0.1]
        if inside:
            share, mean = (np.mean([x[i] for x in inside]) for i in (0, 1))
            print(f"    {mean:.2f} → {share:.2f}  n={len(inside)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    encoder = load_encoder()
    cases = [c for c in [*claims(data / "wice-claims", encoder), *news(data, encoder)] if c]
    print("refused before the model is asked")
    totals = Counter(c.kind for c in cases)
    for kind, n in sorted(Counter(c.kind for c in cases if c.refused).items()):
        print(f"  {kind:18} {n:4} of {totals[kind]:4}")
    left = [c for c in cases if not c.refused]
    found = cross_validated(left)
    report(found, LEAST)
    model = fit_on(left)
    fitted = {
        "made_by": "training/fit_support.py",
        "intercept": round(model.intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in model.weights.items()},
        "least": LEAST,
    }
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(fitted))


if __name__ == "__main__":
    main()
