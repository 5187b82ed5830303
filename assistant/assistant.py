"""The facade: wiring only."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from assistant.answering import Answering
from assistant.claims import Claims
from assistant.config import Settings
from assistant.conversation import understand
from assistant.datatypes import Answer, Evidence, Filter, Query, ScoredPassage, Turn
from assistant.errors import LibraryNotFound
from assistant.events import Done, Event
from assistant.history import Chat, Conversations
from assistant.library import Library
from assistant.models.cross_encoder import CrossEncoderReranker
from assistant.models.encoders import Encoder, load_encoder
from assistant.models.reader import Reader, load_reader
from assistant.retrieval import Retriever

if TYPE_CHECKING:  # only `add` needs what reads sources
    from assistant.ingest import Progress, SyncReport
    from assistant.sources import ReadOptions
    from assistant.writing.writer import LLMWriter

__all__ = ["Assistant"]

# Reading so many vectors takes a third of the time of importing Chroma.
_SCANNED_PASSAGES = 20_000


class _Opened(NamedTuple):
    library: Library
    retriever: Retriever
    answering: Answering


class Assistant:
    """Answers questions from a library of sources. Safe to share between threads.

    >>> with Assistant.open("my-library") as assistant:  # doctest: +SKIP
    ...     assistant.add(["articles/"])
    ...     print(assistant.ask("Who denied the Putin call?").text)
    """

    def __init__(
        self, settings: Settings, encoder: Encoder, *, reader: Reader, llm: Any = None
    ) -> None:
        self.settings = settings
        self.encoder = encoder
        self.reader = reader
        self.llm = llm
        self._opening = threading.Lock()
        self._open: _Opened | None = None
        self.conversations = Conversations(settings.library, lambda: self.library)
        """The conversations that are kept with the library; there before anything is added."""

    @classmethod
    def open(
        cls,
        library: str | Path | None = None,
        *,
        settings: Settings | None = None,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        llm: Any = None,
        download: bool = False,
    ) -> Self:
        """Open a library's folder, which `add` makes where there is none.

        Args:
            library: the folder; given here, it goes before that of the settings.
            encoder: any object with the methods of `Encoder`, in place of the one in the settings.
            reader: any object with the method of `Reader`, in place of the shipped one.
            llm: any LLM object of llama-index, in place of the one in the settings.
            download: fetch the encoder of the settings from the Hugging Face Hub, if it is of there
                and not on this machine.

        Raises:
            InvalidInput: the encoder's model is not on this machine.
        """
        settings = settings or Settings()
        if library is not None:
            settings = settings.model_copy(update={"library": Path(library)})
        encoder = encoder or load_encoder(settings.encoder, download=download)
        return cls(settings, encoder, reader=reader or load_reader(), llm=llm)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the library's files. Using the assistant again opens them again.

        No thread may be asking meanwhile: its question could fail with a RuntimeError.
        """
        with self._opening:
            if self._open is not None:
                self._open.retriever.close()
                self._open.library.close()
            self._open = None
        self.conversations.close()

    @property
    def library(self) -> Library:
        """The library, open for reading.

        Raises:
            LibraryNotFound: nothing has been added here yet.
            LibraryIncompatible: it was made with another encoder.
        """
        return self._opened().library

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
        library, retriever, _ = self._opened()
        return library.consistently(lambda: retriever.retrieve(query, limit=limit))

    def ask(
        self,
        question: str,
        *,
        filters: Filter | None = None,
        history: Sequence[Turn] = (),
        standalone: str | None = None,
    ) -> Answer:
        """Answer a question from the library, with citations, or abstain.

        Args:
            history: the turns before this one, oldest first.
            standalone: what is meant, in place of what would be understood.

        Raises:
            InvalidInput: the question is empty or too long.
            LibraryNotFound: nothing has been added here yet.
        """
        *_, last = self.stream(question, filters=filters, history=history, standalone=standalone)
        assert isinstance(last, Done)
        return last.answer

    def stream(
        self,
        question: str,
        *,
        filters: Filter | None = None,
        history: Sequence[Turn] = (),
        standalone: str | None = None,
    ) -> Iterator[Event]:
        """Answer as `ask` does, and tell what is found and said as it comes."""
        query = understand(question, history=history, filters=filters, standalone=standalone)
        return self._opened().answering.events(query)

    async def aask(
        self,
        question: str,
        *,
        filters: Filter | None = None,
        history: Sequence[Turn] = (),
        standalone: str | None = None,
    ) -> Answer:
        """Answer as `ask` does, and let other tasks run meanwhile. Can be cancelled."""
        events = self.astream(question, filters=filters, history=history, standalone=standalone)
        last = [event async for event in events][-1]
        assert isinstance(last, Done)
        return last.answer

    def astream(
        self,
        question: str,
        *,
        filters: Filter | None = None,
        history: Sequence[Turn] = (),
        standalone: str | None = None,
    ) -> AsyncIterator[Event]:
        """Stream as `stream` does, and let other tasks run meanwhile. Can be cancelled."""
        from assistant.asynchronous import awaited  # a command line has no use for asyncio

        return awaited(
            lambda: self.stream(question, filters=filters, history=history, standalone=standalone)
        )

    def conversation(self, id: str | None = None, *, owner: str = "") -> Chat:
        """Begin a conversation, or go on with one that is kept.

        >>> chat = assistant.conversation()  # doctest: +SKIP
        >>> chat.ask("Who denied the Putin call?")  # doctest: +SKIP
        >>> chat.ask("And when?")  # doctest: +SKIP

        Raises:
            ConversationNotFound: there is none with this id, or it is another's.
        """
        return Chat(self.conversations, self.stream, id=id, owner=owner)

    def claims(self, topic: str, *, filters: Filter | None = None) -> Claims:
        """Make the table of who says what about a topic, with quotes; what is contested first.

        Raises:
            InvalidInput, LibraryNotFound: as `ask` does.
        """
        return self._opened().answering.claims(understand(topic, filters=filters))

    def warm_up(self) -> None:
        """Pay now what the first question would pay: a process that serves calls this once.

        It loads the models, and from then on the dense index is kept current in the background.
        """
        self.encoder.encode(["?"], query=True)
        with suppress(LibraryNotFound):
            self.retrieve("?", limit=1)
            self.library.keep_current()

    def _write(
        self, query: Query, evidence: Sequence[Evidence], extracted: Answer
    ) -> Iterator[Event]:
        return self._writer(query, evidence, extracted)

    @cached_property
    def _writer(self) -> LLMWriter:
        """The language model that writes the answers, loaded with the first of them."""
        from assistant.llms import LanguageModel, load_llm
        from assistant.writing.writer import LLMWriter

        timeout_s = self.settings.llm_timeout
        if self.llm is None:
            model = load_llm(self.settings.llm, timeout_s=timeout_s, retries=0)
        else:
            model = LanguageModel.of(self.llm, timeout_s=timeout_s)
        return LLMWriter(model, self.encoder, policy=self.settings.support)

    def _opened(self) -> _Opened:
        with self._opening:
            if self._open is None:
                library = Library.open(
                    self.settings.library,
                    encoder=self.encoder.identity,
                    chroma=self.settings.chroma,
                )
                if not self.settings.chroma:
                    library.prefer_scan(passages=_SCANNED_PASSAGES)
                name = self.settings.reranker
                reranker = CrossEncoderReranker(name) if name else None
                retriever = Retriever(library, self.encoder, reader=self.reader, reranker=reranker)
                written = self.llm is not None or self.settings.llm
                write = self._write if written else None
                answering = Answering(library, retriever, top=self.settings.top, write=write)
                self._open = _Opened(library, retriever, answering)
            return self._open
