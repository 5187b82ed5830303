"""Query → events: finds what may be cited, and answers from it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer import answer
from assistant.attribution.questions import analyse
from assistant.claims import Claims, tabulate
from assistant.datatypes import Answer, Citation, Evidence, Query, ScoredPassage
from assistant.errors import LibraryCorrupt
from assistant.events import Done, Event, EvidenceFound, QueryUnderstood, StatementDone, Token
from assistant.library import Library
from assistant.reading import PASSAGES_READ, load_reading_model, read
from assistant.retrieval import Retriever
from assistant.speech import Said, Speech, attributed, said_in

__all__ = ["Answering"]

# A table wants everyone who spoke, not the few best passages.
_PASSAGES_OF_CLAIMS = 50


class Answering:
    """Answers from an open library. Safe to share between threads."""

    def __init__(self, library: Library, retriever: Retriever, *, top: int) -> None:
        self._library = library
        self._retriever = retriever
        self._top = top

    def events(self, query: Query) -> Iterator[Event]:
        """Tell what is found and said, as it comes; the last event holds the answer."""
        started = time.perf_counter()
        yield QueryUnderstood(query)
        ranking, made = self._library.consistently(lambda: self._extract(query))
        best = enumerate(ranking[:PASSAGES_READ], start=1)
        yield EvidenceFound(tuple(Evidence(n, scored.passage) for n, scored in best))
        by_number = {citation.n: citation for citation in made.citations}
        for i, statement in enumerate(made.statements):
            yield Token(statement.text if i == 0 else f" {statement.text}")
            yield StatementDone(statement, tuple(by_number[n] for n in statement.citations))
        total = round(1000 * (time.perf_counter() - started), 2)
        yield Done(replace(made, timings_ms={**made.timings_ms, "total": total}))

    def claims(self, query: Query) -> Claims:
        """Make the table of who says what about a topic."""

        def read_all() -> Claims:
            ranking = self._retriever.retrieve(query, limit=_PASSAGES_OF_CLAIMS)
            return tabulate(query.text, self._said(ranking))

        found = self._library.consistently(read_all)
        rows = [
            replace(row, citations=tuple(self._checked(citation) for citation in row.citations))
            for row in found.rows
        ]
        return replace(found, rows=tuple(rows))

    def _extract(self, query: Query) -> tuple[list[ScoredPassage], Answer]:
        """Answer with the sentences of the sources themselves."""
        started = time.perf_counter()
        ranking = self._retriever.retrieve(query, limit=self._top)
        found = time.perf_counter()
        model = load_reading_model()
        wanted = analyse(query)
        speech = Speech.of(wanted, self._said(ranking)) if wanted else None
        made = answer(query, read(query, ranking, model, speech=speech), model)
        if speech is not None and not made.abstained:
            made = attributed(made, speech)
        timings = {"retrieve": found - started, "read": time.perf_counter() - found}
        return ranking, replace(
            made,
            citations=tuple(self._checked(citation) for citation in made.citations),
            nearest=tuple(self._checked(citation) for citation in made.nearest),
            timings_ms={name: round(1000 * seconds, 2) for name, seconds in timings.items()},
        )

    def _said(self, ranking: Sequence[ScoredPassage]) -> list[Said]:
        digests = [scored.passage.document.sha256 for scored in ranking]
        return said_in(ranking, self._library.attributions(digests))

    def _checked(self, citation: Citation) -> Citation:
        """Hold a citation against the document once more before it leaves, and find its page."""
        document = self._library.document(citation.document.id)
        if document.text[citation.start : citation.end] != citation.quote:
            raise LibraryCorrupt(
                f"Passage and text of document {document.id} differ at [{citation.start}, "
                f"{citation.end}): run `assistant library check`"
            )
        return replace(citation, page=document.page_at(citation.start))
