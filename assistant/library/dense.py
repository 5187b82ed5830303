"""The dense index, read: Chroma, derived from the catalog, written by a process of its own.

An embedded Chroma can be lost by a kill, a full disk or a second process, and can take the
process down with it. So `dense_writer` writes it, in a child process, and proves it before the
state says "clean"; here it is only asked, and only while the state is clean, at the version
that readers see, and no other process can have it open. Else the caller scans.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from assistant.errors import InvalidInput, LibraryError, LibraryFull
from assistant.library.catalog import CatalogState
from assistant.library.disk import replace_file
from assistant.library.locks import FileLock
from assistant.library.records import CheckReport

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

__all__ = ["DenseIndex", "DenseState", "collection_name", "connect"]

_log = logging.getLogger(__name__)
_PATIENCE = 30.0  # seconds until a server that did not answer is asked again


@dataclass(frozen=True, slots=True)
class DenseState:
    """What is known of the dense index; kept in a file that is replaced whole."""

    generation: int
    applied: int
    """The library's version that it holds."""
    dirty: bool
    """A change began and was not proved yet."""
    live: int
    tombstones: int
    """Vectors deleted since it was built; Chroma keeps their place and slows down."""
    chromadb: str
    encoder: int
    url: str

    @classmethod
    def load(cls, folder: Path) -> DenseState | None:
        """Read the state; None where there is none that this version understands."""
        try:
            return cls(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def save(self, folder: Path) -> None:
        replace_file(folder / "state.json", json.dumps(asdict(self)).encode())


class DenseIndex:
    """Asks Chroma where that is safe; says None where it is not."""

    def __init__(self, library: Path, url: str = "") -> None:
        self._library = library
        self._folder = library / "dense"
        self._url = url
        if url:
            _server(url)  # is refused now rather than at the first search
        self._lock = FileLock(library / "dense.lock")
        self._guard = threading.RLock()
        self._updating = False
        self._keeping = False
        self._tried = -1
        self._silent_until = 0.0
        self._open: tuple[int, ClientAPI, Collection] | None = None

    def search(
        self, vector: NDArray[np.float32], limit: int, state: CatalogState
    ) -> list[tuple[int, float]] | None:
        """Rank passages: (key, cosine), best first; None while only a scan can answer."""
        with self._guard:
            dense = self._ready(state)
            if dense is None:
                self._catch_up_meanwhile(state)
                return None
            try:
                found = self._collection(dense, state).query(
                    query_embeddings=[vector], n_results=limit, include=["distances"]
                )
            except _failures() as error:
                self._distrust(dense, error)
                return None
        keys, distances = found["ids"][0], found["distances"][0]
        if len(keys) < min(limit, dense.live):  # the graph lost its way; the scan does not
            return None
        return [(int(key), 1.0 - float(d)) for key, d in zip(keys, distances, strict=True)]

    def status(self, state: CatalogState) -> Literal["current", "behind", "unclean", "none"]:
        """Tell how the index stands to the catalog."""
        dense = DenseState.load(self._folder)
        if dense is None or dense.encoder != state.encoder_key or dense.url != self._url:
            return "none"
        if dense.dirty:
            return "unclean"
        return "current" if dense.applied == state.version else "behind"

    def update(self, state: CatalogState, *, fresh: bool = False) -> bool:
        """Bring the index to what the catalog holds; False if another process has it open.

        Args:
            fresh: build a new generation even if the present one is fine.

        Raises:
            LibraryFull: the disk is full; the index stays as it was or is built anew later.
            LibraryError: the index could not be built.
        """
        with self._guard:
            if self._updating or not self._lock.try_acquire():
                return False
            if not fresh and self.status(state) == "current":
                return True
            self._release()
            self._updating = True
        try:
            told = self._run("fresh" if fresh else "update")
            if told.returncode not in {0, LibraryFull.exit_code} and not fresh:
                _log.warning("The dense index is built anew: %s", _reason(told))
                told = self._run("fresh")
        finally:
            with self._guard:
                self._updating = False
        if told.returncode == LibraryFull.exit_code:
            raise LibraryFull(_reason(told))
        if told.returncode != 0:
            raise LibraryError(f"The dense index could not be built: {_reason(told)}")
        return True

    def keep_current(self) -> None:
        """From now on, catch up in the background whenever a search finds the index behind."""
        self._keeping = True

    def check(self, state: CatalogState, report: CheckReport) -> CheckReport:
        """Add what a comparison of every vector finds to a report."""
        status = self.status(state)
        if status in {"none", "unclean"}:
            note = f"dense index: {status}, so scans answer; the next writer builds or proves it"
            return replace(report, notes=(*report.notes, note))
        with self._guard:
            if self._updating or not self._lock.try_acquire():
                note = f"dense index: not checked, since it is open in {self.holder()}"
                return replace(report, notes=(*report.notes, note))
            self._release()
            told = self._run("check")
        if told.returncode:
            problem = f"dense index: {_reason(told)}; `assistant library rebuild` builds it anew"
            return replace(report, problems=(*report.problems, problem))
        behind = ("dense index: behind, and catches up with the next writer",)
        return replace(
            report,
            notes=report.notes + (behind if status == "behind" else ()),
            unreachable=int(told.stdout),
        )

    def holder(self) -> str:
        """Name the process that has the index open."""
        return self._lock.holder()

    def close(self) -> None:
        """Close Chroma and free its lock; a writer at work goes on, and holds it by itself."""
        with self._guard:
            self._release()
            self._lock.release()

    def _catch_up_meanwhile(self, state: CatalogState) -> None:
        """Let a thread of a long-lived process pay the debt, once for each version."""
        if self._keeping and not self._updating and self._tried != state.version:
            self._tried = state.version
            threading.Thread(target=self._catch_up, args=(state,), daemon=True).start()

    def _catch_up(self, state: CatalogState) -> None:
        try:
            self.update(state)
        except LibraryError as error:
            _log.warning("The dense index stays behind: %s", error)

    def _distrust(self, dense: DenseState, error: Exception) -> None:
        """Leave a broken index to the next writer, a silent server alone for a while."""
        from chromadb.errors import ChromaError

        _log.warning("The dense index does not answer, scans do: %s", error)
        with suppress(*_failures()):  # what is broken may not close either
            self._release()
        self._silent_until = time.monotonic() + _PATIENCE
        if isinstance(error, ChromaError) and self._lock.try_acquire():
            replace(dense, dirty=True).save(self._folder)

    def _ready(self, state: CatalogState) -> DenseState | None:
        if self._updating or not self._may_read():
            return None
        return DenseState.load(self._folder) if self.status(state) == "current" else None

    def _collection(self, dense: DenseState, state: CatalogState) -> Collection:
        if self._open is None or self._open[0] != dense.generation:
            self._release()
            client = connect(self._folder, dense.generation, self._url)
            name = collection_name(state.id, dense.generation, self._url)
            with ExitStack() as undo:  # else chromadb would keep it open
                undo.callback(client.close)
                collection = client.get_collection(name, embedding_function=None)
                self._open = (dense.generation, client, collection)
                undo.pop_all()
        return self._open[2]

    def _may_read(self) -> bool:
        """Hold the lock: whoever has an embedded Chroma open, even to read, may write it."""
        if self._url:
            return time.monotonic() >= self._silent_until
        try:
            return self._lock.try_acquire()
        except PermissionError:  # a library that this user may only read
            return False

    def _release(self) -> None:
        if self._open is not None:
            client, self._open = self._open[1], None
            client.close()

    def _run(self, mode: str) -> subprocess.CompletedProcess[str]:
        """Run the writer; it inherits the lock, and so keeps it should this process die."""
        lock = self._lock.fileno()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        return subprocess.run(  # noqa: S603  # our own module, no shell, paths as arguments
            [sys.executable, "-P", "-m", "assistant.library.dense_writer", mode,
             str(self._library), self._url],
            pass_fds=[lock], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False,
        )  # fmt: skip


class _Server(NamedTuple):
    host: str
    port: int
    ssl: bool


def _server(url: str) -> _Server:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInput(f"Expected http://host:port of a Chroma server, found {url!r}")
    ssl = parts.scheme == "https"
    return _Server(parts.hostname, parts.port or (443 if ssl else 80), ssl)


def connect(folder: Path, generation: int, url: str, *, suffix: str = "") -> ClientAPI:
    """Open Chroma: the server, or the generation's folder where there is no URL."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if url:
        return chromadb.HttpClient(**_server(url)._asdict(), settings=settings)
    path = folder / f"gen-{generation:04d}{suffix}"
    return chromadb.PersistentClient(str(path), settings=settings)


def collection_name(library_id: str, generation: int, url: str) -> str:
    """Name the collection: alone in its folder, among others on a server."""
    return f"assistant-{library_id[:16]}-{generation:04d}" if url else "passages"


def _failures() -> tuple[type[Exception], ...]:
    """Give what Chroma raises when it is broken or its server does not answer."""
    import httpx
    from chromadb.errors import ChromaError

    return ChromaError, httpx.HTTPError, ValueError, OSError


def _reason(told: subprocess.CompletedProcess[str]) -> str:
    if told.returncode < 0:
        return f"its writer was killed by signal {-told.returncode}"
    lines = told.stderr.strip().splitlines()
    return lines[-1] if lines else f"its writer ended with {told.returncode}"
