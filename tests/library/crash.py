"""The crash harness: a worker that is killed at any moment, a reader that never stops asking.

    python tests/library/crash.py --rounds 200 --seed 1 [--disk-full]

The controller makes the workload from the seed, notes every acknowledgement of the worker in
a journal on disk, kills it (at a random moment, or at a failpoint), opens the library again and
compares all of it with what was acknowledged: each document there, whole and once; the one in
flight as it was or as it should become. Then `Library.check`. The reader, a third process, asks
all the while; an error, a half update or a vanished document is a problem.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from crash_roles import ENCODER, read, work
from workload import Contents, after, apply, found_in, operation

from assistant.library import Library

FAILPOINTS = (
    "after-stage",
    "after-tantivy-commit",
    "after-publish",
    "during-dense",
    "before-dense-clean",
    "generation-rename",
)


@dataclass
class Summary:
    """What the rounds showed."""

    rounds: int = 0
    acknowledged: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    asked: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        lines = [
            f"{self.rounds} rounds in {self.seconds:.0f} s, {self.acknowledged} operations "
            f"acknowledged, {self.asked} questions asked meanwhile",
            "ended: " + ", ".join(f"{where} {n}" for where, n in sorted(self.kills.items())),
            "found: " + ", ".join(f"{what} {n}" for what, n in sorted(self.found.items())),
            f"problems: {len(self.problems)}",
        ]
        return "\n".join(lines + self.problems)


class Controller:
    """Runs rounds over one library and keeps the oracle."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        self.path = folder / "library"
        self.journal = (folder / "journal.txt").open("a")
        self.seed: int = given.seed
        self.dice = random.Random(f"controller {self.seed}")
        self.contents: Contents = {}
        self.done = 0
        self.disk_full: bool = given.disk_full
        self.dense_every: int = given.dense_every
        self.patience: float = given.patience
        self.summary = Summary()

    def run(self, rounds: int) -> Summary:
        """Do so many rounds, with a reader beside them."""
        began = time.monotonic()
        with Library.open(self.path, encoder=ENCODER.identity, write=True, create=True) as library:
            first = operation(self.seed, 0)
            apply(library, first, ENCODER)
        self.contents, self.done = after({}, first), 1
        reader, line = launch(read, self.path, self.seed)
        try:
            for number in range(1, rounds + 1):
                self.round(number)
                for told in heard(line):
                    if isinstance(told, int):
                        self.summary.asked += told
                    else:
                        self.summary.problems.append(told)
                if not reader.is_alive():
                    self.summary.problems.append("the reader died; see standard error")
                    break
        except KeyboardInterrupt:
            self.summary.found["stopped by hand"] += 1
        finally:
            reader.kill()
        self.summary.seconds = time.monotonic() - began
        return self.summary

    def round(self, number: int) -> None:
        """Start a worker, end it, look at what it left."""
        limit = self.size_limit() if self.disk_full else 0
        failpoint = self.dice.choice(FAILPOINTS) if self.dice.random() < 0.4 else ""
        passes = self.dice.randint(1, 3 if "dense" in failpoint or "gen" in failpoint else 10)
        armed = f"{failpoint}:{passes}" if failpoint else ""
        worker, line = launch(work, self.path, self.seed, self.done, limit, armed)
        lines = [line.recv()]
        longest = self.patience * (0.05 if self.dice.random() < 0.7 else 0.5)
        worker.join(self.patience if failpoint else self.dice.uniform(0, longest))
        killed = worker.is_alive()
        if killed:
            assert worker.pid is not None
            # Alone, so that a child of it goes on by itself, or with all its children.
            kill = os.kill if self.dice.random() < 0.3 else os.killpg
            kill(worker.pid, signal.SIGKILL)
            worker.join()
        lines += heard(line)
        assert worker.exitcode is not None
        self.note(lines, worker.exitcode, "" if killed else failpoint)
        self.inspect(number)
        self.summary.rounds = number

    def size_limit(self) -> int:
        """Choose a limit near the size of what is there, so that any store may hit it."""
        sizes = [file.stat().st_size for file in self.path.rglob("*") if file.is_file()]
        return max(1 << 16, self.dice.choice([max(sizes), *sizes]) + self.dice.randrange(1 << 20))

    def note(self, lines: list[str], code: int, failpoint: str) -> None:
        """Write the acknowledgements down before anything is believed."""
        self.journal.write("\n".join(lines) + "\n")
        self.journal.flush()
        os.fsync(self.journal.fileno())
        for line in lines:
            if line.startswith("acknowledged "):
                assert line == f"acknowledged {self.done}", (line, self.done)
                self.step()
                self.summary.acknowledged += 1
        last = lines[-1].split()[0]
        if code == -signal.SIGKILL:
            self.summary.kills[f"killed at {failpoint}" if failpoint else f"killed, {last}"] += 1
        elif code == 0 and last == "full":
            self.summary.kills["disk full, told"] += 1
        else:
            self.summary.problems.append(f"worker ended with {code} after {last}")

    def step(self) -> None:
        """Let the oracle do the next operation."""
        self.contents = after(self.contents, operation(self.seed, self.done))
        self.done += 1

    def inspect(self, number: int) -> None:
        """Open as the next user would, first to read, then to write; compare with the oracle."""
        with Library.open(self.path, encoder=ENCODER.identity, chroma="off") as library:
            self.compare(library, f"round {number}, before recovery")
            self.summary.found["documents staged"] += library.info().staged
        every = number % self.dense_every == 0
        with Library.open(
            self.path, encoder=ENCODER.identity, write=True, wait=5, chroma="" if every else "off"
        ) as library:
            self.summary.found[f"dense {library.info().dense}"] += every
            in_flight = self.compare(library, f"round {number}")
            if in_flight:
                self.step()
            self.summary.found["in flight: " + ("new" if in_flight else "old")] += 1
            if every and not library.catch_up():
                self.summary.found["dense open elsewhere"] += 1
            report = library.check()
            self.summary.problems += [f"round {number}: {found}" for found in report.problems]
            self.summary.found["unreachable in Chroma"] += report.unreachable

    def compare(self, library: Library, where: str) -> bool:
        """Hold everything visible against the oracle; True if the one in flight is there."""
        found = {uri: texts for uri, texts in found_in(library).items() if texts}
        old, new = self.contents, after(self.contents, operation(self.seed, self.done))
        if found not in (old, new):
            wrong = [uri for uri in {*found, *old, *new}
                     if found.get(uri) not in (old.get(uri), new.get(uri))]  # fmt: skip
            self.summary.problems.append(f"{where}: neither old nor new: {wrong or 'a mixture'}")
        texts = sorted({text for texts in found.values() for text in texts})
        there = sorted(library.document(ref.sha256).text for ref in library.documents())
        if texts != there:
            self.summary.problems.append(f"{where}: a document is there twice, or nowhere")
        return found != old and found == new


def launch(target: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Connection]:
    """Start a process that has everything imported already, and a line to hear it by."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__"])
    hear, tell = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(tell, *arguments))
    process.start()
    tell.close()
    return process, hear


def heard(line: Connection) -> Iterator[str | int]:
    """Give everything said up to now, or up to the end of the one that said it."""
    with suppress(EOFError):
        while line.poll():
            yield line.recv()


def main() -> int:
    """Run the harness."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disk-full", action="store_true")
    parser.add_argument("--dense-every", type=int, default=10, help="rounds between full checks")
    parser.add_argument("--patience", type=float, default=12.0, help="seconds of a long round")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    summary = Controller(folder, given).run(given.rounds)
    sys.stdout.write(f"seed {given.seed}\n{summary}\n")
    if summary.problems:
        sys.stdout.write(f"kept: {folder}\n")
        return 1
    shutil.rmtree(folder, ignore_errors=True)  # a child may still be at work there
    return 0


if __name__ == "__main__":
    sys.exit(main())
