"""The lexical index: BM25 over passages, one analyser per language. Derived from the catalog."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import LibraryCorrupt

if TYPE_CHECKING:
    import tantivy

__all__ = ["LexicalDocument", "LexicalHit", "LexicalIndex"]

_STEMMED = {"en": "english", "fr": "french"}
_ANY = "any"  # every other language: cut and folded, not stemmed
_FIELDS = {f"{part}_{name}": name for part in ("title", "text") for name in (*_STEMMED, _ANY)}
_MAX_TERMS = 64  # of a query, in each field: a pasted page is no question
_MAX_TERM = 64  # characters: longer ones are hashes, data URLs
_SET_QUERY_UP_TO = 2000  # documents; beyond, taking more hits and leaving out is faster
_WRITER_MEMORY = 64 << 20


class LexicalDocument(NamedTuple):
    """What the index is told of a document: its passages by key."""

    key: int
    language: str
    title: str
    passages: Sequence[tuple[int, str]]


class LexicalHit(NamedTuple):
    """A passage with its document and BM25 score."""

    passage: int
    document: int
    score: float


class LexicalIndex:
    """A tantivy index in a folder. Any number may read; one, under the library's lock, writes."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        import tantivy

        self.folder = folder
        if create:
            folder.mkdir(parents=True)
        elif not (folder.is_dir() and tantivy.Index.exists(str(folder))):
            raise LibraryCorrupt(
                f"The lexical index {folder} is missing: assistant library rebuild"
            )
        try:
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        except ValueError as error:
            raise LibraryCorrupt(
                f"The lexical index {folder} cannot be opened ({error}): assistant library rebuild"
            ) from error
        self._analyzers = _analyzers()
        for name, analyzer in self._analyzers.items():
            self._index.register_tokenizer(name, analyzer)
        self._searcher = self._index.searcher()
        self._writer: tantivy.IndexWriter | None = None
        self._guard = threading.Lock()

    # --- reading

    def reload(self) -> None:
        """See what was committed up to now."""
        with self._guard:
            self._index.reload()
            self._searcher = self._index.searcher()

    def search(
        self, text: str, limit: int, *, documents: NDArray[np.int64]
    ) -> list[tuple[int, float]]:
        """Rank passages of the given documents: (passage key, BM25), best first.

        Args:
            documents: keys of those that may be found, ascending.
        """
        query = self._query(text)
        if query is None or not len(documents):
            return []
        searcher = self._searcher
        few = len(documents) <= _SET_QUERY_UP_TO
        if few:
            query = self._within(query, documents)
        take = limit if few else limit + 64
        while True:
            hits = self._hits(searcher, query, take)
            found = [hit for hit in hits if _holds(documents, hit.document)]
            if len(found) >= limit or len(hits) < take:
                return [(hit.passage, hit.score) for hit in found[:limit]]
            take *= 4

    def pairs(self) -> NDArray[np.int64]:
        """List everything in the index as rows (document, passage)."""
        import tantivy

        total = self._searcher.num_docs
        hits = self._hits(self._searcher, tantivy.Query.all_query(), max(total, 1))
        return np.array([(hit.document, hit.passage) for hit in hits], np.int64).reshape(-1, 2)

    @property
    def size(self) -> int:
        """How many passages the index holds, seen or not."""
        return int(self._searcher.num_docs)

    # --- writing

    def replace(self, documents: Iterable[LexicalDocument]) -> None:
        """Put documents in, in place of what was there under their keys; seen after `commit`."""
        import tantivy

        for document in documents:
            self.remove([document.key])
            language = document.language.partition("-")[0].lower()
            analyzer = language if language in _STEMMED else _ANY
            for key, text in document.passages:
                entry = tantivy.Document()
                entry.add_unsigned("document", document.key)
                entry.add_unsigned("passage", key)
                entry.add_text(f"title_{analyzer}", _normalise(document.title))
                entry.add_text(f"text_{analyzer}", _normalise(text))
                self._write().add_document(entry)

    def remove(self, documents: Iterable[int]) -> None:
        """Take documents out by key; gone after `commit`."""
        import tantivy

        for key in documents:
            # `delete_documents_by_term` takes a number for a signed one and matches nothing.
            its = tantivy.Query.term_query(self._index.schema, "document", key)
            self._write().delete_documents_by_query(its)

    def commit(self) -> None:
        """Make everything since the last commit durable and seen, or nothing of it."""
        try:
            self._write().commit()
        except ValueError:  # a full disk; this writer cannot be used any more
            self.rollback()
            raise
        self.reload()

    def rollback(self) -> None:
        """Drop the writer with all that is not committed; the next change begins a new one."""
        self._writer = None

    def close(self) -> None:
        """Finish merges and free the writer's lock."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _write(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(_WRITER_MEMORY, 1)
        return self._writer

    # --- queries: built of terms, since a question is data and no query language

    def _query(self, text: str) -> tantivy.Query | None:
        import tantivy

        clauses = []
        normal = _normalise(text)
        for field, analyzer in _FIELDS.items():
            terms = dict.fromkeys(self._analyzers[analyzer].analyze(normal))
            for term in list(terms)[:_MAX_TERMS]:
                one = tantivy.Query.term_query(self._index.schema, field, term, "freq")
                clauses.append((tantivy.Occur.Should, one))
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _within(self, query: tantivy.Query, documents: NDArray[np.int64]) -> tantivy.Query:
        import tantivy

        schema = self._index.schema
        member = tantivy.Query.term_set_query(schema, "document", documents.tolist())
        unscored = tantivy.Query.const_score_query(member, 0.0)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
        )

    @staticmethod
    def _hits(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[LexicalHit]:
        hits = searcher.search(query, limit, count=False).hits
        addresses = [address for _, address in hits]
        passages = searcher.fast_field_values("passage", addresses)
        documents = searcher.fast_field_values("document", addresses)
        scores = (score for score, _ in hits)
        return [
            LexicalHit(int(passage), int(document), float(score))
            for passage, document, score in zip(passages, documents, scores, strict=True)
        ]


def _holds(ascending: NDArray[np.int64], key: int) -> bool:
    place = int(np.searchsorted(ascending, key))
    return place < len(ascending) and int(ascending[place]) == key


def _normalise(text: str) -> str:
    """Compose accents, so that "é" is one character however it was typed; drop soft hyphens."""
    composed = unicodedata.normalize("NFKC", text.replace("\u00ad", ""))
    return composed.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no letter


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("document", indexed=True, fast=True)
    builder.add_unsigned_field("passage", fast=True)
    for field, analyzer in _FIELDS.items():
        builder.add_text_field(field, tokenizer_name=analyzer, index_option="freq")
    return builder.build()


def _analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """Make the analysers. All cut at what is no letter or digit, so elisions come apart."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    def begin() -> TextAnalyzerBuilder:
        builder = TextAnalyzerBuilder(Tokenizer.simple())
        return builder.filter(Filter.remove_long(_MAX_TERM)).filter(Filter.lowercase())

    made = {_ANY: begin().filter(Filter.ascii_fold()).build()}
    for language, name in _STEMMED.items():
        stemmed = begin().filter(Filter.stopword(name)).filter(Filter.stemmer(name))
        made[language] = stemmed.filter(Filter.ascii_fold()).build()
    return made
