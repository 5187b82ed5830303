"""The processes of the crash harness that are not its controller."""

from __future__ import annotations

import os
import random
import resource
import time
from collections import Counter
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from hashing import HashEncoder
from workload import KEPT, SOURCES, Operation, apply, operation

from assistant.errors import LibraryError, LibraryFull
from assistant.library import Library

ENCODER = HashEncoder()

# --- the worker


def work(tell: Connection, path: Path, seed: int, start: int, limit: int, failpoint: str) -> None:
    """Apply operations from `start` on; tell what is begun and what is acknowledged."""
    os.setsid()  # so that it can be killed with its children
    os.environ["ASSISTANT_FAILPOINT"] = failpoint
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    tell.send("opening")
    try:
        with Library.open(path, encoder=ENCODER.identity, write=True) as library:
            for number in count(start):
                step = operation(seed, number)
                tell.send(f"begin {number}")
                apply(library, step, ENCODER)
                tell.send(f"acknowledged {number}")
                dense(tell, library, step)
    except LibraryFull:
        tell.send("full")


def dense(tell: Connection, library: Library, step: Operation) -> None:
    """Let the dense index follow; that it cannot is no failure, scans answer."""
    try:
        if step.catch_up:
            tell.send("dense")
            library.catch_up()
        if step.rebuild:
            tell.send("rebuild")
            library.rebuild()
    except LibraryFull:
        raise
    except LibraryError:
        tell.send("dense-failed")


# --- the reader


def read(tell: Connection, path: Path, seed: int) -> None:
    """Ask until killed; tell how often, and everything that is wrong."""
    dice = random.Random(seed)
    while True:
        asked = 0
        chroma = dice.choice(["", "off", "off"])
        with Library.open(path, encoder=ENCODER.identity, chroma=chroma) as library:
            until = time.monotonic() + dice.uniform(0.2, 2.0)
            while time.monotonic() < until:
                for problem in ask(library, dice):
                    tell.send(f"reader: {problem}")
                asked += 1
                time.sleep(0.1)
        tell.send(asked)


def ask(library: Library, dice: random.Random) -> list[str]:
    """Search both ways and hold the answer against what must be true of any moment."""
    version = library.version
    wanted = KEPT if dice.random() < 0.5 else f"source{dice.randrange(SOURCES)}"
    keys = [key for key, _ in library.search_lexical(wanted, 100)]
    near = [key for key, _ in library.search_dense(ENCODER.encode([wanted])[0], 100)]
    passages = library.passages([*keys, *near])
    titles = [ref.title.split() for ref in library.documents()]
    if library.version != version:
        return []  # what was found may have moved on
    problems = []
    if len(passages) != len({*keys, *near}):
        problems.append(f"{len({*keys, *near}) - len(passages)} passages found are not there")
    if not any(passages[key].text.startswith(KEPT) for key in keys) and wanted == KEPT:
        problems.append(f"{KEPT} is not found")
    parts = Counter((source, revision, of) for source, revision, _, _, _, of in titles)
    problems += [f"{whose} has {n} parts" for whose, n in parts.items() if n != int(whose[2])]
    return problems
