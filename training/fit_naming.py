"""Fit the model of `assistant/naming.py`: who of a cited sentence's speakers is asked for?

    python -m training.fit_naming DATA --work FOLDER

DATA holds the suites `news-dev-en` and `news-dev-fr`, FOLDER the libraries of `fit_reading`, which
is to be run before: its weights decide which sentences are cited. Every figure printed is
cross-validated in five folds by document; the weights written are fitted on all folds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant import Assistant, Settings
from assistant.answer import answer
from assistant.attributing import told_in
from assistant.attribution.questions import POLAR, Wanted, analyse
from assistant.conversation import understand
from assistant.naming import NamingModel, Told, features_of, named
from assistant.reading import load_reading_model, read
from assistant.retrieval import Retriever
from assistant.said import said_in, same_speaker
from assistant.speech import Speech
from training.fit_reading import FOLDS, NEWS, fold_of
from training.fitting import fit, read_lines

STRENGTH = 0.3
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
# Everyone who fits is to be named. Most development questions have one speaker, and so score best
# where few are.
NEAR_BEST = 0.7
TARGET = Path(__file__).parents[1] / "assistant" / "models" / "naming.json"


@dataclass
class Case:
    """A question with everyone in the sentences that are cited for it, and whom it asks for."""

    fold: int
    wanted: Wanted
    told: Sequence[Told]
    speakers: Sequence[Sequence[str]]
    """The names of each."""

    def is_right(self, source: str) -> bool:
        return any(same_speaker(source, name) for names in self.speakers for name in names)

    def f1(self, sources: Sequence[str]) -> float:
        found = {n for n, names in enumerate(self.speakers) if _any_is(names, sources)}
        wrong = {source for source in sources if not self.is_right(source)}
        return 2 * len(found) / (len(found) + len(wrong) + len(self.speakers))


def _any_is(names: Sequence[str], sources: Sequence[str]) -> bool:
    return any(same_speaker(name, source) for name in names for source in sources)


def cases(data: Path, work: Path) -> Iterator[Case]:
    """Ask who-said questions; those that abstain, or ask for a side, leave nothing to choose."""
    for name in NEWS:
        # As shipped: what the environment or an `assistant.toml` sets would be in the weights.
        shipped = Settings.model_construct(library=work / name)
        with Assistant.open(settings=shipped) as assistant:
            assistant.add([data / name / "corpus.jsonl.gz"], prune=True)
            retriever = Retriever(assistant.library, assistant.encoder, reader=assistant.reader)
            for question in read_lines(data / name / "questions.jsonl.gz"):
                if question["type"] == "who_said":
                    yield from _case(question, assistant, retriever)
            retriever.close()


def _case(question: dict[str, Any], assistant: Assistant, retriever: Retriever) -> Iterator[Case]:
    query, model = understand(question["question"]), load_reading_model()
    wanted = analyse(query)
    if wanted is None or wanted.kind != "speakers" or wanted.preferred & POLAR:
        return
    ranking = retriever.retrieve(query, limit=assistant.settings.top)
    digests = [scored.passage.document.sha256 for scored in ranking]
    said = said_in(ranking, assistant.library.attributions(digests))
    reading = read(query, ranking, model, speech=Speech.of(wanted, said))
    told = told_in(answer(query, reading, model), said, wanted)
    if told:
        speakers = [(s["name"], *s["aliases"]) for s in question["speakers"]]
        yield Case(fold_of(question["qid"].split("#")[0]), wanted, told, speakers)


def fit_on(train: Sequence[Case]) -> NamingModel:
    rows = [row for case in train for row in features_of(case.wanted, case.told)]
    labels = [case.is_right(item.attribution.source) for case in train for _, item in case.told]
    return NamingModel(fit(rows, labels, strength=STRENGTH), NEAR_BEST)


def cross_validate(all_cases: Sequence[Case]) -> None:
    """Print the figures by the share of the best from which on others are named too."""
    scores: dict[float, list[float]] = {share: [] for share in SHARES}
    for held_out in range(FOLDS):
        model = fit_on([case for case in all_cases if case.fold != held_out])
        for case in (case for case in all_cases if case.fold == held_out):
            for share in SHARES:
                chosen = named(case.wanted, case.told, NamingModel(model.fits, share))
                scores[share].append(case.f1([item.attribution.source for _, item in chosen]))
    everyone = [case.f1([item.attribution.source for _, item in case.told]) for case in all_cases]
    print(f"{len(all_cases)} questions; speaker F1 where all are named {np.mean(everyone):.3f}")
    for share, values in scores.items():
        print(f"  named from {share} of the best: {np.mean(values):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for the libraries")
    arguments = parser.parse_args()
    all_cases = list(cases(arguments.data, arguments.work))
    cross_validate(all_cases)
    fits = fit_on(all_cases).fits
    fitted = {
        "made_by": "training/fit_naming.py",
        "fits": {"intercept": fits.intercept, "weights": fits.weights},
        "near_best": NEAR_BEST,
    }
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(TARGET.name, "written")


if __name__ == "__main__":
    main()
