"""Fit the sentence model and the confidence of `assistant/reading.py` on development suites.

    python -m training.fit_reading DATA --work FOLDER

DATA holds suites as a corpus and questions: `news-dev-en` and `news-dev-fr` are fitted on; those
of `squad2-dev` and `piaf-fr` are asked of the news, which cannot answer them. So is the half of the
written news that the reader was not trained on and that is not for measuring (`news_suite.py`).
Every figure printed is of the development news, cross-validated in five folds by document, the
written news being in none; the weights written are fitted on all.
"""

from __future__ import annotations

import argparse
import json
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant import Assistant, Settings, Turn
from assistant.answer import choose
from assistant.attribution.questions import analyse
from assistant.conversation import understand
from assistant.models.logistic import LogisticModel
from assistant.reading import (
    Features,
    ReadingModel,
    confidence_features,
    features_of,
    judge,
)
from assistant.retrieval import Retriever
from assistant.said import said_in
from assistant.speech import Speech
from training.fitting import fit, read_lines
from training.news_suite import write_suites

Json = dict[str, Any]

NEWS = ("news-dev-en", "news-dev-fr")
ELSEWHERE = ("squad2-dev", "piaf-fr")
ELSEWHERE_QUESTIONS = 100
DECLINED = 0.96
"""Share of the questions from elsewhere that are to be declined."""
FOLDS = 5
ALWAYS_TRAINED = -1
"""No fold: the written news teaches all of them and is reported in none."""
WRITTEN_QUESTIONS = 800
TARGET = Path(__file__).parents[1] / "assistant" / "models" / "reading.json"


@dataclass
class Case:
    """A question with what the reader saw, and which sentences are right."""

    group: str
    fold: int
    answerable: bool
    features: Features
    gold: list[dict[str, Any]]
    also_ok: list[dict[str, Any]]
    hits: list[bool] = field(init=False)
    right: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.hits = [self.overlaps(i, self.gold) for i in range(len(self.features.sentences))]
        also = [self.overlaps(i, self.also_ok) for i in range(len(self.features.sentences))]
        self.right = [h or a for h, a in zip(self.hits, also, strict=True)]

    def overlaps(self, index: int, spans: Sequence[dict[str, Any]]) -> bool:
        """By the rule of the measures: at least half of the shorter of the two."""
        scored, start, end, *_ = self.features.sentences[index]
        return any(
            span["doc_id"] == scored.passage.document.id
            and min(end, span["end"]) - max(start, span["start"])
            >= 0.5 * min(end - start, span["end"] - span["start"])
            for span in spans
        )

    def citation_f1(self, cited: Sequence[int]) -> float:
        precision = sum(self.right[i] for i in cited) / len(cited)
        found = sum(any(self.overlaps(i, [span]) for i in cited) for span in self.gold)
        recall = found / len(self.gold)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def fold_of(name: str) -> int:
    return zlib.crc32(name.encode()) % FOLDS


def cases(data: Path, work: Path) -> Iterator[Case]:
    drawn = [
        random.Random(0).sample(
            [q for q in read_lines(data / name / "questions.jsonl.gz") if q["answerable"]],
            2 * ELSEWHERE_QUESTIONS,
        )
        for name in ELSEWHERE
    ]
    for name in NEWS:
        own = list(read_lines(data / name / "questions.jsonl.gz"))
        elsewhere = [question for of_set in drawn for question in of_set[:ELSEWHERE_QUESTIONS]]
        yield from _cases_of(data / name, work / name, own, elsewhere)
    for suite in write_suites(work / "suites", measuring=False):
        own = list(read_lines(suite / "questions.jsonl.gz"))
        own = random.Random(0).sample(own, min(WRITTEN_QUESTIONS, len(own)))
        elsewhere = [question for of_set in drawn for question in of_set[ELSEWHERE_QUESTIONS:]]
        for case in _cases_of(suite, work / suite.name, own, elsewhere):
            yield replace(case, fold=ALWAYS_TRAINED)


def _cases_of(suite: Path, library: Path, own: list[Json], elsewhere: list[Json]) -> Iterator[Case]:
    settings = Settings.model_construct(library=library)  # those of whoever fits it are not
    with Assistant.open(settings=settings) as assistant:
        assistant.add([suite / "corpus.jsonl.gz"], prune=True)
        retriever = Retriever(assistant.library, assistant.encoder, reader=assistant.reader)
        for question in [*own, *elsewhere]:
            foreign = question in elsewhere
            history = [Turn(turn["question"], turn["answer"]) for turn in question["history"]]
            query = understand(question["question"], history=history)
            ranking = retriever.retrieve(query, limit=assistant.settings.top)
            digests = [scored.passage.document.sha256 for scored in ranking]
            found = assistant.library.attributions(digests)
            wanted = analyse(query)
            speech = Speech.of(wanted, said_in(ranking, found)) if wanted else None
            group = "elsewhere" if foreign else f"{question['lang']}→{suite.name[-2:]}"
            yield Case(
                group if question["answerable"] else "near miss",
                fold_of(question["qid"].split("#")[0]),
                not foreign and question["answerable"],
                features_of(query, ranking, speech),
                [] if foreign else question["gold"],
                [] if foreign else question.get("also_ok", []),
            )
        retriever.close()


def fit_sentences(train: Sequence[Case]) -> LogisticModel:
    answerable = [case for case in train if case.answerable]
    rows = [row for case in answerable for row in case.features.of_sentence]
    return fit(rows, [hit for case in answerable for hit in case.hits], strength=0.3)


def question_row(case: Case, sentence: LogisticModel) -> dict[str, float]:
    probabilities = [sentence.probability(values) for values in case.features.of_sentence]
    return confidence_features(case.features, probabilities)


def fit_confidence(train: Sequence[Case], sentence: LogisticModel) -> LogisticModel:
    rows = [question_row(case, sentence) for case in train]
    labels = [case.right[ranked(case, sentence)[0]] for case in train]
    return fit(rows, labels, strength=1.0)


def ranked(case: Case, sentence: LogisticModel) -> list[int]:
    scores = list(map(sentence.probability, case.features.of_sentence))
    return sorted(range(len(scores)), key=lambda i: -scores[i])


def chosen(case: Case, model: ReadingModel) -> list[int]:
    """What an answer would cite, as indexes of the case's sentences."""
    places = {(s.source.passage.id, s.start): i for i, s in enumerate(case.features.sentences)}
    candidates = judge(case.features, model).candidates
    return [places[c.source.passage.id, c.start] for c in choose(candidates, model)]


def cross_validate(all_cases: Sequence[Case]) -> tuple[float, int, float]:
    """Print the figures; choose how much is cited and below which confidence nothing is."""
    f1: dict[tuple[float, int], dict[str, list[float]]] = {}
    confidences: list[tuple[str, bool, float]] = []
    for held_out in range(FOLDS):
        train = [case for case in all_cases if case.fold != held_out]
        sentence = fit_sentences(train)
        confidence = fit_confidence(train, sentence)
        for case in (case for case in all_cases if case.fold == held_out):
            right = case.right[ranked(case, sentence)[0]]
            probability = confidence.probability(question_row(case, sentence))
            confidences.append((case.group, right, probability))
            for setting in ((r / 10, most) for r in range(3, 9) for most in (2, 3, 4)):
                if case.answerable:
                    by_group = f1.setdefault(setting, {})
                    model = ReadingModel(sentence, confidence, 0, *setting)
                    score = case.citation_f1(chosen(case, model))
                    by_group.setdefault(case.group, []).append(score)
    means = {s: {g: np.mean(v) for g, v in groups.items()} for s, groups in f1.items()}
    best = max(means, key=lambda setting: np.mean(list(means[setting].values())))
    print("citation F1 before abstaining", {g: round(float(v), 3) for g, v in means[best].items()})
    print("cite", best)
    threshold = choose_threshold(confidences)
    report_confidence(confidences, threshold)
    return *best, threshold


def choose_threshold(confidences: Sequence[tuple[str, bool, float]]) -> float:
    """Give the least confidence below which nearly all lies that the library cannot answer."""
    foreign = np.array([p for group, _, p in confidences if group == "elsewhere"])
    return next(t for t in np.arange(1, 100) / 100 if (foreign < t).mean() >= DECLINED)


def report_confidence(confidences: Sequence[tuple[str, bool, float]], threshold: float) -> None:
    print("abstain below", threshold)
    for group in sorted({group for group, _, _ in confidences}):
        of_group = [(r, p) for g, r, p in confidences if g == group]
        answered = np.mean([p >= threshold for _, p in of_group])
        right = np.mean([r for r, _ in of_group])
        print(
            f"  {group:10} n={len(of_group):4} answered {answered:.3f}, best is right {right:.3f}"
        )
    news = [(g not in {"near miss", "elsewhere"}, p) for g, _, p in confidences]
    for other in ("near miss", "elsewhere"):
        kept = [x for x, (g, _, _) in zip(news, confidences, strict=True) if x[0] or g == other]
        print(f"  AUROC answerable against {other}: {roc_auc_score(*zip(*kept, strict=True)):.3f}")
    print("  confidence → share right:")
    apart = 0.0
    for low in np.arange(0, 1, 0.1):
        bin_ = [(r, p) for _, r, p in confidences if low <= p < low + 0.1]
        if bin_:
            mean = np.mean([p for _, p in bin_])
            share = np.mean([r for r, _ in bin_])
            apart += abs(float(mean - share)) * len(bin_) / len(confidences)
            print(f"    {mean:.2f} → {share:.2f}  n={len(bin_)}")
    print(f"  reliability error (expected, over ten bins): {apart:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the libraries")
    arguments = parser.parse_args()
    all_cases = list(cases(arguments.data, arguments.work))
    ratio, most, threshold = cross_validate(all_cases)
    sentence = fit_sentences(all_cases)
    confidence = fit_confidence(all_cases, sentence)
    fitted = {
        "made_by": "training/fit_reading.py",
        "sentence": {"intercept": sentence.intercept, "weights": sentence.weights},
        "confidence": {"intercept": confidence.intercept, "weights": confidence.weights},
        "abstain_below": threshold,
        "cite_ratio": ratio,
        "cite_most": most,
    }
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(TARGET.name, "written")


if __name__ == "__main__":
    main()
