"""The facade: wiring only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from assistant.answer import answer
from assistant.attribution.questions import analyse
from assistant.claims import Claims, tabulate
from assistant.config import Settings
from assistant.conversation import understand
from assistant.datatypes import Answer, Citation, Filter, Query, ScoredPassage, Turn
from assistant.errors import LibraryCorrupt, LibraryNotFound
from assistant.library import Library
from assistant.models.cross_encoder import CrossEncoderReranker
from assistant.models.encoders import Encoder, load_encoder
from assistant.reading import load_reading_model, read
from assistant.retrieval import Retriever
from assistant.speech import Said, Speech, attributed, said_in

if TYPE_CHECKING:  # only `add` needs what reads sources
    from assistant.ingest import Progress, SyncReport
    from assistant.sources import ReadOptions

__all__ = ["Assistant"]

# Reading so many vectors takes a third of the time of importing Chroma.
_SCANNED_PASSAGES = 20_000

# A table wants everyone who spoke, not the few best passages.
_PASSAGES_OF_CLAIMS = 50


class Assistant:
    """Answers questions from a library of sources. Safe to share between threads.

    >>> with Assistant.open("my-library") as assistant:  # doctest: +SKIP
    ...     assistant.add(["articles/"])
    ...     print(assistant.ask("Who denied the Putin call?").text)
    """

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        self.settings = settings
        self.encoder = encoder
        self._opening = threading.Lock()
        self._library: Library | None = None
        self._retriever: Retriever | None = None

    @classmethod
    def open(
        cls,
        library: str | Path | None = None,
        *,
        settings: Settings | None = None,
        encoder: Encoder | None = None,
        download: bool = False,
    ) -> Self:
        """Open a library's folder, which `add` makes where there is none.

        Args:
            library: the folder; given here, it goes before that of the settings.
            encoder: any object with the methods of `Encoder`, in place of the one in the settings.
            download: fetch the encoder of the settings from the Hugging Face Hub, if it is of there
                and not on this machine.

        Raises:
            InvalidInput: the encoder's model is not on this machine.
        """
        settings = settings or Settings()
        if library is not None:
            settings = settings.model_copy(update={"library": Path(library)})
        return cls(settings, encoder or load_encoder(settings.encoder, download=download))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the library's files. Using the assistant again opens them again."""
        with self._opening:
            if self._retriever is not None:
                self._retriever.close()
            if self._library is not None:
                self._library.close()
            self._retriever = self._library = None

    @property
    def library(self) -> Library:
        """The library, open for reading.

        Raises:
            LibraryNotFound: nothing has been added here yet.
            LibraryIncompatible: it was made with another encoder.
        """
        with self._opening:
            if self._library is None:
                self._library = Library.open(
                    self.settings.library,
                    encoder=self.encoder.identity,
                    chroma=self.settings.chroma,
                )
                if not self.settings.chroma:
                    self._library.prefer_scan(passages=_SCANNED_PASSAGES)
            return self._library

    def writing(self) -> Library:
        """Open the library for writing, to be closed by the caller; made where there is none.

        Raises:
            LibraryLocked: another process writes to it, and goes on after `settings.wait` seconds.
        """
        return Library.open(
            self.settings.library,
            encoder=self.encoder.identity,
            write=True,
            create=True,
            wait=self.settings.wait,
            chroma=self.settings.chroma,
        )

    def add(
        self,
        targets: Sequence[str | Path],
        *,
        prune: bool = False,
        options: ReadOptions | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> SyncReport:
        """Bring the library up to date with files, folders and URLs: see `ingest.sync`."""
        from assistant.ingest import sync

        with self.writing() as library:
            return sync(
                library,
                self.encoder,
                [str(target) for target in targets],
                options=options,
                prune=prune,
                on_progress=on_progress,
            )

    def retrieve(
        self,
        question: str,
        *,
        limit: int | None = None,
        filters: Filter | None = None,
        history: Sequence[Turn] = (),
    ) -> list[ScoredPassage]:
        """Rank the passages that may answer, best first."""
        query = understand(question, history=history, filters=filters)
        limit = limit or self.settings.top
        retriever = self._retrieval()
        return self.library.consistently(lambda: retriever.retrieve(query, limit=limit))

    def ask(
        self, question: str, *, filters: Filter | None = None, history: Sequence[Turn] = ()
    ) -> Answer:
        """Answer a question from the library, with citations, or abstain.

        Args:
            history: the turns before this one, oldest first.

        Raises:
            InvalidInput: the question is empty or too long.
            LibraryNotFound: nothing has been added here yet.
        """
        started = time.perf_counter()
        query = understand(question, history=history, filters=filters)
        made = self.library.consistently(lambda: self._answer(query))
        total = round(1000 * (time.perf_counter() - started), 2)
        return replace(made, timings_ms={**made.timings_ms, "total": total})

    def claims(self, topic: str, *, filters: Filter | None = None) -> Claims:
        """Make the table of who says what about a topic, with quotes; what is contested first.

        Raises:
            InvalidInput, LibraryNotFound: as `ask` does.
        """
        query = understand(topic, filters=filters)
        retriever = self._retrieval()

        def read_all() -> Claims:
            return tabulate(topic, self._said(retriever.retrieve(query, limit=_PASSAGES_OF_CLAIMS)))

        found = self.library.consistently(read_all)
        rows = [
            replace(row, citations=tuple(self._checked(citation) for citation in row.citations))
            for row in found.rows
        ]
        return replace(found, rows=tuple(rows))

    def warm_up(self) -> None:
        """Pay now what the first question would pay: a process that serves calls this once.

        It loads the encoder, and from then on the dense index is kept current in the background.
        """
        self.encoder.encode(["?"], query=True)
        with suppress(LibraryNotFound):
            self.library.keep_current()

    def _answer(self, query: Query) -> Answer:
        started = time.perf_counter()
        ranking = self._retrieval().retrieve(query, limit=self.settings.top)
        found = time.perf_counter()
        model = load_reading_model()
        wanted = analyse(query)
        speech = Speech.of(wanted, self._said(ranking)) if wanted else None
        made = answer(query, read(query, ranking, model, speech=speech), model)
        if speech is not None and not made.abstained:
            made = attributed(made, speech)
        timings = {"retrieve": found - started, "read": time.perf_counter() - found}
        return replace(
            made,
            citations=tuple(self._checked(citation) for citation in made.citations),
            nearest=tuple(self._checked(citation) for citation in made.nearest),
            timings_ms={name: round(1000 * seconds, 2) for name, seconds in timings.items()},
        )

    def _said(self, ranking: Sequence[ScoredPassage]) -> list[Said]:
        digests = [scored.passage.document.sha256 for scored in ranking]
        return said_in(ranking, self.library.attributions(digests))

    def _retrieval(self) -> Retriever:
        library = self.library
        with self._opening:
            if self._retriever is None:
                name = self.settings.reranker
                reranker = CrossEncoderReranker(name) if name else None
                self._retriever = Retriever(library, self.encoder, reranker=reranker)
            return self._retriever

    def _checked(self, citation: Citation) -> Citation:
        """Hold a citation against the document once more before it leaves, and find its page."""
        document = self.library.document(citation.document.id)
        if document.text[citation.start : citation.end] != citation.quote:
            raise LibraryCorrupt(
                f"Passage and text of document {document.id} differ at [{citation.start}, "
                f"{citation.end}): run `assistant library check`"
            )
        return replace(citation, page=document.page_at(citation.start))
