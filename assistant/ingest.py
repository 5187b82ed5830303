"""Sources → library: read what is new or changed, embed it, publish it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from assistant.datatypes import Document, Passage
from assistant.errors import InvalidInput, MissingExtra, SourceError
from assistant.library import Library, Location, PreparedDocument, SourceRecord, SourceStat
from assistant.models.encoders import Encoder
from assistant.passages import embedding_digest, embedding_text, split
from assistant.reextraction import reextract
from assistant.sources import Part, ReadOptions, SourceFailure, SourceItem, SourceReader, find

__all__ = ["Progress", "SourceOutcome", "SyncReport", "reembed", "sync", "take_in"]

_Read = Callable[[SourceItem], Iterable[Part | SourceFailure]]
Status = Literal["added", "updated", "unchanged", "removed", "skipped", "failed"]

# Enough texts for the encoder to sort by length and fill its batches; little enough that a kill
# costs seconds of work.
_PASSAGES_PER_BATCH = 512


class Progress(NamedTuple):
    """How far a sync is: `done` of `total` sources; `uri` is the one at hand or just finished."""

    done: int
    total: int
    uri: str
    passages: int
    """Passages so far: a large source moves these while `done` stands still."""


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of one source; `reason` says why where it was skipped or failed."""

    uri: str
    status: Status
    reason: str = ""


@dataclass(slots=True)
class SyncReport:
    """What a sync did, source by source. Failed rows and archive members are listed too."""

    outcomes: list[SourceOutcome] = field(default_factory=list)
    documents: int = 0
    """Documents that were read and are new to the library."""
    passages: int = 0
    """Passages of what was read, embedded now or taken from the cache of vectors."""

    def having(self, status: Status) -> list[SourceOutcome]:
        """Give the outcomes of one status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    @property
    def ok(self) -> bool:
        return not self.having("failed")


def sync(
    library: Library,
    encoder: Encoder,
    targets: Sequence[str],
    *,
    options: ReadOptions | None = None,
    prune: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> SyncReport:
    """Bring a library up to date with files, folders and URLs.

    Args:
        targets: paths and URLs as the user names them.
        prune: remove sources found under these targets before that are gone now.

    Raises:
        LibraryError: the library as a whole cannot go on (full disk, lost lock). What was
            published by then stays; the next sync goes on from there.
    """
    options = options or ReadOptions()
    reextract(library)
    found = list(find(targets))
    done, uri = 0, ""

    def report_progress() -> None:
        on_progress(Progress(done, len(found), uri, work.report.passages))

    work = _Sync(library, encoder, options, on_batch=report_progress)
    with SourceReader(options) as reader:
        for source in found:
            uri = source.uri
            if isinstance(source, SourceFailure):
                work.note(uri, source.kind, source.reason)
            else:
                work.take(source, reader.read)
            done += 1
            report_progress()
    work.publish()
    if prune:
        work.prune(found)
    return work.report


def take_in(
    library: Library, encoder: Encoder, sources: Mapping[SourceItem, Sequence[Part | SourceFailure]]
) -> SyncReport:
    """Bring in sources that another program has read; raises as `sync` does."""
    reextract(library)
    work = _Sync(library, encoder, ReadOptions(), on_batch=lambda: None)
    for source in sources:
        work.take(source, sources.__getitem__)
    work.publish()
    return work.report


def reembed(library: Library, encoder: Encoder) -> int:
    """Give every passage a vector of another encoder, then let the library use it.

    Questions are answered with the old vectors meanwhile; one that was interrupted goes on where
    it was.

    Returns:
        Number of passages that were embedded.

    Raises:
        InvalidInput: a passage is longer than what the encoder reads.
    """
    keys = library.unembedded(encoder.identity)
    for at in range(0, len(keys), _PASSAGES_PER_BATCH):
        batch = keys[at : at + _PASSAGES_PER_BATCH]
        passages = library.passages(batch)
        texts = [embedding_text(passages[key]) for key in batch]
        longest = max(encoder.count_tokens(texts))
        if longest > encoder.max_tokens:
            raise InvalidInput(
                f"Expected passages of at most {encoder.max_tokens} tokens, which is what "
                f"{encoder.identity.name} reads, found one of {longest}: ingest the sources into "
                "a new library instead, where passages are cut for this encoder"
            )
        library.write_vectors(
            encoder.identity,
            batch,
            vectors=encoder.encode(texts),
            digests=[embedding_digest(text) for text in texts],
        )
    library.adopt_encoder(encoder.identity)
    return len(keys)


class _Sync:
    """The state of one sync: what is read and not embedded, what is embedded and not published."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        options: ReadOptions,
        *,
        on_batch: Callable[[], None],
    ) -> None:
        self.report = SyncReport()
        self._on_batch = on_batch
        self._library = library
        self._encoder = encoder
        self._fingerprint = options.fingerprint
        self._stats = library.source_stats()
        self._unread: list[tuple[Document, list[Passage]]] = []
        self._unread_passages = 0
        self._records: list[SourceRecord] = []

    def note(self, uri: str, status: Status, reason: str = "") -> None:
        self.report.outcomes.append(SourceOutcome(uri, status, reason))

    def take(self, item: SourceItem, read: _Read) -> None:
        """Read one source, if it changed since it was last read without error."""
        before = self._stats.get(item.uri)
        if before and item.path and self._is_unchanged(before, item):
            self.note(item.uri, "unchanged")
            return
        locations: list[tuple[Location, str]] = []
        noted_before = len(self.report.outcomes)
        try:
            for part in read(item):
                if isinstance(part, SourceFailure):
                    self.note(part.uri, part.kind, part.reason)
                else:
                    location = Location(item.uri, part.part, part.declared_id)
                    locations.append((location, part.document.ref.sha256))
                    self._add(part)
        except (SourceError, MissingExtra) as error:
            self._records.append(self._record(item, (), error=str(error)))
            self.note(item.uri, "failed", str(error))
            return
        own = self.report.outcomes[noted_before:]
        if not locations and any(outcome.status == "failed" for outcome in own):
            self._records.append(self._record(item, (), error="none of its parts could be read"))
            return
        self._records.append(self._record(item, tuple(locations)))
        self.note(item.uri, "updated" if before else "added")

    def _is_unchanged(self, before: SourceStat, item: SourceItem) -> bool:
        now = (item.size, item.mtime_ns, self._fingerprint, "")
        return (before.size, before.mtime_ns, before.reader, before.error) == now

    def _record(
        self, item: SourceItem, locations: tuple[tuple[Location, str], ...], *, error: str = ""
    ) -> SourceRecord:
        return SourceRecord(
            uri=item.uri,
            root=item.root,
            size=item.size,
            mtime_ns=item.mtime_ns,
            reader=self._fingerprint,
            locations=locations,
            error=error,
        )

    def _add(self, part: Part) -> None:
        document = part.document
        passages = split(
            document,
            count_tokens=self._encoder.count_tokens,
            max_tokens=self._encoder.max_tokens,
        )
        self._unread.append((document, passages))
        self._unread_passages += len(passages)
        if self._unread_passages >= _PASSAGES_PER_BATCH:
            self._stage()
            self._on_batch()
            if self._records:
                self.publish()

    def publish(self) -> None:
        """Make everything read so far visible at once, source by source whole."""
        self._stage()
        reextract(self._library, staged=True)
        self._library.publish(self._records)
        self._records = []

    def _stage(self) -> None:
        """Embed and store what was read; a text that was embedded before is not embedded again.

        A known document is stored again only if something about it changed, such as its title;
        of several with the same text the first one counts.
        """
        unread = {doc.ref.sha256: (doc, passages) for doc, passages in reversed(self._unread)}
        new = unread.keys() - self._library.known(list(unread))
        texts = [embedding_text(p) for _, passages in unread.values() for p in passages]
        vectors = self._embed(texts)
        prepared, at = [], 0
        for document, passages in unread.values():
            upto = at + len(passages)
            digests = tuple(embedding_digest(text) for text in texts[at:upto])
            prepared.append(PreparedDocument(document, tuple(passages), vectors[at:upto], digests))
            at = upto
        if prepared:
            self._library.stage(prepared)
        self.report.documents += len(new)
        self.report.passages += len(texts)
        self._unread, self._unread_passages = [], 0

    def _embed(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        digests = [embedding_digest(text) for text in texts]
        vectors = self._library.cached_vectors(digests)
        missing = {d: text for d, text in zip(digests, texts, strict=True) if d not in vectors}
        embedded = self._encoder.encode(list(missing.values()))
        vectors = {**vectors, **dict(zip(missing, embedded, strict=True))}
        dimension = self._encoder.identity.dimension
        if not texts:
            return np.zeros((0, dimension), np.float32)
        return np.stack([vectors[digest] for digest in digests])

    def prune(self, found: Iterable[SourceItem | SourceFailure]) -> None:
        """Remove sources whose root was scanned and which were not there any more."""
        found = list(found)
        there = {source.uri for source in found}
        roots = {source.root for source in found}
        # What lies below a target or folder that could not be listed was not looked for: neither a
        # typing error nor a lost permission may empty a library.
        failures = [source for source in found if isinstance(source, SourceFailure)]
        roots -= {failure.uri for failure in failures}
        unseen = tuple(f"{failure.uri}/" for failure in failures if failure.kind == "failed")
        gone = [
            row.uri
            for row in self._library.sources()
            if row.root in roots and row.uri not in there and not row.uri.startswith(unseen)
        ]
        self._library.remove(gone)
        for uri in gone:
            self.note(uri, "removed")
