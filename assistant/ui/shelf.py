"""What the page does to the sources: add, bring up to date, rename, remove. No Gradio here."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.assistant import Assistant
from assistant.datatypes import DocumentRef
from assistant.errors import AssistantError, InvalidInput, LibraryLocked
from assistant.ingest import Progress, SyncReport
from assistant.retitling import retitle
from assistant.ui.problems import sayable
from assistant.ui.uploads import UPLOADS, batch_folder, file_in, source_key

__all__ = ["Shelf", "Step"]

Step = Progress | SyncReport | AssistantError
"""What is told of a piece of work: how far it is; at the end, what it did or why it failed."""

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_LONGEST_TEXT = 1_000_000
_BETWEEN_STEPS = 0.3
_PATIENCE = 600.0


class Shelf:
    """The sources of an assistant, for several visitors at once: they write one after another."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._turn = threading.Lock()

    @property
    def uploads(self) -> Path:
        """The folder of what visitors gave."""
        return self._assistant.settings.library.absolute() / UPLOADS

    def add_batch(self, batch: str, *, owner: str) -> Iterator[Step]:
        """Read the files that a visitor dropped; raises InvalidInput for no such batch."""
        folder = batch_folder(self._assistant.settings.library, batch, owner=owner)
        return self.read([str(folder)])

    def paste(self, text: str, *, title: str, batch: str, owner: str) -> Iterator[Step]:
        """Read the web addresses that a text consists of, or else the text itself.

        Raises:
            InvalidInput: it is empty or too long.
        """
        text = text.strip()
        if not 0 < len(text) <= _LONGEST_TEXT:
            raise InvalidInput(
                f"Expected a web address or a text of at most {_LONGEST_TEXT:,} characters, "
                f"found {len(text):,}"
            )
        if all(_URL.fullmatch(word) for word in text.split()):
            return self.read(text.split())
        folder = batch_folder(self._assistant.settings.library, batch, owner=owner)
        heading = " ".join(title.split()) or _first_words(text)
        target = file_in(folder, f"{heading.replace('/', ' ')[:60]}.txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{heading}\n\n{text}" if title.strip() else text, "utf-8")
        return self.read([str(target)])

    def resync(self, id: str) -> Iterator[Step]:
        """Read a document's sources again; raises AssistantError if it is not there."""
        return self.read(self._roots(id))

    def resync_all(self) -> Iterator[Step]:
        """Read all sources again, and forget those that are gone."""
        return self.read(
            sorted({row.root for row in self._assistant.library.sources()}), prune=True
        )

    def read(self, targets: Sequence[str], *, prune: bool = False) -> Iterator[Step]:
        """Bring the library up to date in a thread that ends its work whoever goes on listening."""
        told: queue.SimpleQueue[Step] = queue.SimpleQueue()

        def work() -> None:
            end: Step = AssistantError("The work broke off: the server's log says where")
            try:
                with self._one_at_a_time():
                    end = self._assistant.add(targets, prune=prune, on_progress=told.put)
            except AssistantError as error:
                end = self.sayable(error)
            finally:  # whatever happened, the listener is not left waiting
                told.put(end)

        threading.Thread(target=work, name="add-sources").start()
        return _thinned(told)

    def document(self, id: str) -> DocumentRef:
        """Find a document; raises AssistantError."""
        return self._assistant.library.document(id).ref

    def sayable(self, error: AssistantError) -> AssistantError:
        """Give an error whose text a visitor may read."""
        return sayable(error, self._assistant.settings.library)

    def rename(self, id: str, title: str) -> None:
        """Give a document another title; raises AssistantError."""
        with self._one_at_a_time(), self._assistant.writing() as library:
            retitle(library, self._assistant.encoder, id, title=title)

    def remove(self, id: str) -> None:
        """Forget a document; a file that was uploaded here is deleted, another one never.

        Raises:
            InvalidInput: it shares its source with others.
        """
        with self._one_at_a_time(), self._assistant.writing() as library:
            sources = {location.source for location in library.locations(id)}
            for row in library.sources():
                if row.uri in sources and len(row.documents) > 1:
                    raise InvalidInput(
                        f"This document is one of {len(row.documents)} of one file: they can only "
                        "be removed together, by taking it out of that file"
                    )
            library.remove(sorted(sources))
            for uri in sources:
                self._delete_upload(Path(uri))

    def forget(self, key: str) -> None:
        """Forget a source that could not be read, by its `source_key`; raises AssistantError."""
        with self._one_at_a_time(), self._assistant.writing() as library:
            for uri in library.failures():
                if source_key(uri) == key:
                    library.remove([uri])
                    self._delete_upload(Path(uri))

    def _roots(self, id: str) -> list[str]:
        library = self._assistant.library
        sources = {location.source for location in library.locations(id)}
        return sorted({row.root for row in library.sources() if row.uri in sources})

    def _delete_upload(self, path: Path) -> None:
        if path.is_relative_to(self.uploads) and ".." not in path.parts:
            path.unlink(missing_ok=True)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=_PATIENCE):
            raise LibraryLocked("Somebody else is adding sources: try again in a few minutes")
        try:
            yield
        finally:
            self._turn.release()


def _thinned(told: queue.SimpleQueue[Step]) -> Iterator[Step]:
    """Tell of progress now and then, and of the end at once."""
    last = 0.0
    while True:
        step = told.get()
        is_end = not isinstance(step, Progress)
        if is_end or time.monotonic() - last >= _BETWEEN_STEPS:
            last = time.monotonic()
            yield step
        if is_end:
            return


def _first_words(text: str) -> str:
    return " ".join(text.split()[:8])
