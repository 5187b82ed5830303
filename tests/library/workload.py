"""A seeded stream of changes to a library, and what must be in it after each of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hashing import HashEncoder, prepare, record

from assistant.library import Library, PreparedDocument, SourceRecord

WORDS = "call denied Kremlin Pentagon Musk Peskov Starlink appel démenti élection accord".split()
SOURCES = 40
KEPT = "source0"  # is changed and never removed: a reader must find it at any moment

Contents = dict[str, tuple[str, ...]]  # source → the texts found in it


@dataclass
class Operation:
    """One acknowledged step: some sources get these texts, others go."""

    number: int
    publish: Contents = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    catch_up: bool = False  # with the dense index, afterwards
    rebuild: bool = False


def operation(seed: int, number: int) -> Operation:
    """Make the operation of this number, the same for the same seed."""
    dice = random.Random(f"{seed} {number}")
    if number == 0:
        return Operation(0, {KEPT: _texts(dice, KEPT, 0)}, catch_up=True)
    chosen = {f"source{dice.randrange(SOURCES)}" for _ in range(dice.choice([1, 1, 1, 2, 5]))}
    extra = {"catch_up": dice.random() < 0.08, "rebuild": dice.random() < 0.01}
    if dice.random() < 0.2 and KEPT not in chosen:
        return Operation(number, {}, tuple(sorted(chosen)), **extra)
    texts = {source: _texts(dice, source, number) for source in sorted(chosen)}
    if dice.random() < 0.15 and len(texts) > 1:  # the same document in several places
        texts = dict.fromkeys(texts, next(iter(texts.values())))
    return Operation(number, texts, **extra)


def _texts(dice: random.Random, source: str, revision: int) -> tuple[str, ...]:
    parts = dice.choice([1, 1, 2, 3])
    heads = [f"{source} revision{revision} part {n} of {parts}" for n in range(1, parts + 1)]
    return tuple(
        " ".join(f"{head} {' '.join(dice.choices(WORDS, k=9))}." for _ in range(dice.randint(1, 6)))
        for head in heads
    )


def after(contents: Contents, operation: Operation) -> Contents:
    """Say what is in the library once an operation has happened."""
    kept = {uri: texts for uri, texts in contents.items() if uri not in operation.remove}
    return {**kept, **operation.publish}


def apply(library: Library, operation: Operation, encoder: HashEncoder) -> None:
    """Do it to a library as an ingest does: stage in pieces, then publish once."""
    if operation.remove:
        library.remove(operation.remove)
    records = []
    for uri, texts in operation.publish.items():
        prepared = [prepared_for(text, encoder) for text in texts]
        library.stage(prepared)
        records.append(record_for(uri, prepared, operation.number))
    if records:
        library.publish(records)


def prepared_for(text: str, encoder: HashEncoder) -> PreparedDocument:
    language = "fr" if "élection" in text else "en"
    return prepare(text, encoder, title=" ".join(text.split()[:6]), language=language)


def record_for(uri: str, prepared: list[PreparedDocument], revision: int) -> SourceRecord:
    return record(uri, *prepared, mtime_ns=revision)


def found_in(library: Library) -> Contents:
    """Read a library's contents through its public face, in the form of the oracle."""
    rows = library.sources()
    texts = {
        found: library.document(found).text
        for found in {name for row in rows for name in row.documents}
    }
    # A text says which part of its source it is.
    return {row.uri: tuple(sorted(texts[found] for found in row.documents)) for row in rows}
