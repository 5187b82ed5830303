"""What a library of many passages costs: to fill, to open, to ask, with and without a filter.

    python benchmarks/scale.py [--passages 100000] [--work FOLDER]

The texts are made: two sentences of the demo corpus put together, each document one passage, a
tenth of the documents in each of ten publishers, one in a thousand by one author. A passage's
vector is the mean of its sentences' vectors, so that a hundred thousand take minutes and not an
hour: what is measured is everything but the encoder, whose own rate is printed beside it. Questions
are embedded as ever. Beside ours stands the same Chroma collection asked with its own `where`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant import Assistant, Filter
from assistant.ingest import sync
from assistant.library.dense import DenseState, collection_name, connect
from assistant.models.encoders import Vectors, load_encoder

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"
QUESTIONS = [
    "Who denied the Putin call?",
    "Qui a confirmé la fermeture de la passerelle ?",
    "When was the Mona Lisa stolen?",
    "Pourquoi la Banque centrale européenne a-t-elle relevé ses taux ?",
    "What did the Pentagon say about the balloon?",
]
ROUNDS = 20


def sentences() -> list[str]:
    found = []
    for path in sorted(CORPUS.glob("*.md")):
        body = path.read_text("utf-8").split("---", 2)[2]
        found += [s.strip() for s in re.split(r"(?<=[.!?])\s", body) if 40 < len(s) < 200]
    return found


class MeanOfSentences:
    """The default encoder, which embeds each sentence of the pool once."""

    def __init__(self) -> None:
        self._real = load_encoder()
        self.identity, self.max_tokens = self._real.identity, self._real.max_tokens
        self._rng = np.random.default_rng(0)
        pool = sentences()
        started = time.perf_counter()
        self._vectors = dict(zip(pool, self._real.encode(pool), strict=True))
        self.rate = len(pool) / (time.perf_counter() - started)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if query:
            return self._real.encode(texts, query=True)
        means = [sum(self._vectors[part] for part in parts(text)) for text in texts]
        noisy = np.array(means) + self._rng.normal(0, 0.02, (len(texts), self.identity.dimension))
        return (noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._real.count_tokens(texts)


def parts(text: str) -> list[str]:
    """The two sentences of an embedded text: its title is a line of its own."""
    return text.split("\n", 1)[1].rsplit(" (", 1)[0].split(" ¶ ")


def write_rows(path: Path, count: int) -> None:
    rng, pool = random.Random(0), sentences()
    with path.open("w", encoding="utf-8") as rows:
        for n in range(count):
            row = {
                "doc_id": f"d{n}",
                "title": f"Article {n}",
                "text": f"{rng.choice(pool)} ¶ {rng.choice(pool)} ({n})",
                "lang": rng.choice(["en", "fr"]),
                "meta": {
                    "publisher": f"Publisher {n % 10}",
                    "author": "Rare" if n % 1000 == 0 else "Other",
                    "date": f"20{n % 24:02}-05-01",
                },
            }
            rows.write(json.dumps(row) + "\n")


def times(call: Callable[[str], object]) -> list[float]:
    for question in QUESTIONS:
        call(question)  # warm
    taken = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            started = time.perf_counter()
            call(question)
            taken.append(1000 * (time.perf_counter() - started))
    return sorted(taken)


def show(name: str, taken: list[float]) -> None:
    p95 = taken[int(0.95 * len(taken))]
    print(f"{name:46} p50 {statistics.median(taken):7.1f} ms   p95 {p95:7.1f} ms")


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(work: Path, count: int, encoder: MeanOfSentences) -> None:
    rows = work / "rows.jsonl"
    write_rows(rows, count)
    with Assistant.open(work / "library", encoder=encoder) as assistant:
        started = time.perf_counter()
        with assistant.writing() as library:
            report = sync(library, encoder, [str(rows)])
            searchable = time.perf_counter() - started
        taken = time.perf_counter() - started
        assert report.ok, report.having("failed")[:3]
        print(f"{report.passages} passages read, stored and found by a scan: {searchable:.0f} s")
        print(f"in Chroma, proved: {taken:.0f} s; {report.passages / taken:.0f} passages/s in all")
        print(f"the encoder alone: {encoder.rate:.0f} sentences/s")


def ask(work: Path, encoder: MeanOfSentences) -> None:
    started = time.perf_counter()
    with Assistant.open(work / "library", encoder=encoder) as assistant:
        assistant.library.info()
        print(f"open: {1000 * (time.perf_counter() - started):.0f} ms")
        started = time.perf_counter()
        assistant.ask(QUESTIONS[0])
        print(f"first ask: {time.perf_counter() - started:.1f} s")
        for name, filters in filters_to_try():
            show(f"ask, {name}", times(lambda q, f=filters: assistant.ask(q, filters=f)))
        print(f"memory: {memory_mb():.0f} MB")
        print(assistant.library.info())
    beside(work, encoder)


def filters_to_try() -> Iterator[tuple[str, Filter | None]]:
    yield "no filter", None
    yield "publisher (10 % of documents)", Filter(publisher=("Publisher 3",))
    yield "dates (50 %)", Filter(published_from="2012")
    yield "author (0.1 %)", Filter(author=("Rare",))


def beside(work: Path, encoder: MeanOfSentences) -> None:
    """The search alone, by ours and by Chroma's own filter on one and the same collection."""
    with Assistant.open(work / "library", encoder=encoder) as assistant:
        vectors = {q: assistant.encoder.encode([q], query=True)[0] for q in QUESTIONS}
        library = assistant.library
        one = Filter(publisher=("Publisher 3",))
        show("dense search, ours", times(lambda q: library.search_dense(vectors[q], 60)))
        ours = times(lambda q: library.search_dense(vectors[q], 60, filter=one))
        show("dense search, ours, publisher", ours)
    dense = work / "library" / "dense"
    state = DenseState.load(dense)
    assert state is not None
    copy = work / "chroma"
    shutil.copytree(dense / f"gen-{state.generation:04d}", copy / "gen-0001", dirs_exist_ok=True)
    client = connect(copy, 1, "")
    collection = client.get_collection(collection_name("", 1, ""), embedding_function=None)
    ids = collection.get(include=[])["ids"]
    for start in range(0, len(ids), 5000):  # ours has no metadata: give the copy some
        part = ids[start : start + 5000]
        collection.update(ids=part, metadatas=[{"p": int(key) % 10} for key in part])
    theirs = times(
        lambda q: collection.query(
            query_embeddings=[vectors[q]], n_results=60, where={"p": 3}, include=["distances"]
        )
    )
    show("dense search, Chroma's where", theirs)
    print(f"ratio theirs / ours: {statistics.median(theirs) / statistics.median(ours):.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--work", type=Path, help="folder to keep; a temporary one otherwise")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        encoder = MeanOfSentences()
        if not (work / "library").exists():
            fill(work, given.passages, encoder)
        ask(work, encoder)


if __name__ == "__main__":
    main()
