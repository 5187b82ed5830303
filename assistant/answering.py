"""Query → events: finds what may be cited, and answers from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.agreement import ON_TOPIC, answer_on_agreement
from assistant.answer import answer
from assistant.attributing import attributed
from assistant.attribution.questions import Wanted, analyse
from assistant.claims import Claims, claims_of, tabulate
from assistant.datatypes import Answer, Citation, Document, Evidence, Query, ScoredPassage, Span
from assistant.errors import LibraryCorrupt
from assistant.events import Done, Event, EvidenceFound, QueryUnderstood, StatementDone, Token
from assistant.library import Library
from assistant.namesakes import namesakes
from assistant.reading import Reading, load_reading_model, read
from assistant.retrieval import Retriever
from assistant.said import Said, said_in
from assistant.small_talk import ask_back, reply
from assistant.speech import Speech

__all__ = ["Answering"]

# A share of the best sentence's probability. Of the gold sentences of the development news 96 %
# have it in English and 89 % in French, of sentences that were injected some 15 %.
_MAY_ANSWER = 0.1

# A table wants everyone who spoke, not the few best passages.
_PASSAGES_OF_CLAIMS = 50

Write = Callable[[Query, Sequence[Evidence], Answer], Iterator[Event]]
"""Writes an answer from the evidence, given one of sentences of the sources; ends with `Done`."""


class Answering:
    """Answers from an open library. Safe to share between threads."""

    def __init__(
        self, library: Library, retriever: Retriever, *, top: int, write: Write | None = None
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._top = top
        self._write = write or recite

    def events(self, query: Query) -> Iterator[Event]:
        """Tell what is found and said, as it comes; the last event holds the answer."""
        started = time.perf_counter()
        yield QueryUnderstood(query)
        if said := reply(query, self._library):
            yield from recite(query, (), said)
            return
        found = self._library.consistently(lambda: self._extract(query))
        yield EvidenceFound(found.evidence, found.ranking)
        write = recite if found.answer.choices else self._write
        for event in write(query, found.evidence, found.answer):
            match event:
                case StatementDone(statement, citations):
                    yield StatementDone(statement, tuple(map(found.checked, citations)))
                case Done(made):
                    total = round(1000 * (time.perf_counter() - started), 2)
                    timings = {**made.timings_ms, "total": total}
                    yield Done(replace(found.completed(made), timings_ms=timings))
                case _:
                    yield event

    def claims(self, query: Query) -> Claims:
        """Make the table of who says what about a topic."""

        def read_all() -> Claims:
            ranking = self._retriever.retrieve(query, limit=_PASSAGES_OF_CLAIMS)
            found = tabulate(query.text, self._said(ranking))
            rows = [
                replace(row, citations=tuple(self._checked(citation) for citation in row.citations))
                for row in found.rows
            ]
            return replace(found, rows=tuple(rows))

        return self._library.consistently(read_all)

    def _extract(self, query: Query) -> _Found:
        """Answer with the sentences of the sources themselves."""
        started = time.perf_counter()
        ranking = self._retriever.retrieve(query, limit=self._top)
        if choices := namesakes(query, ranking):
            return _Found(ranking, (), ask_back(query, choices), [], None, {})
        found = time.perf_counter()
        model = load_reading_model()
        said, wanted = self._said(ranking), analyse(query)
        speech = Speech.of(wanted, said) if wanted else None
        reading = read(query, ranking, model, speech=speech)
        if speech is not None and speech.nobody:
            reading = replace(reading, confidence=0.0)
        made = attributed(answer(query, reading, model), said, wanted)
        if wanted is not None and wanted.kind == "agreement" and not made.abstained:
            claims = claims_of(wanted, query.standalone, said, near=ON_TOPIC)
            nobody = answer(query, replace(reading, confidence=0.0), model)
            made = answer_on_agreement(query, claims, reading.confidence) or nobody
        timings = {"retrieve": found - started, "read": time.perf_counter() - found}
        made = replace(
            made,
            citations=tuple(self._checked(citation) for citation in made.citations),
            nearest=tuple(self._checked(citation) for citation in made.nearest),
            timings_ms={name: round(1000 * seconds, 2) for name, seconds in timings.items()},
        )
        best = enumerate((scored for scored in ranking if scored.reading), start=1)
        evidence = tuple(Evidence(n, one.passage, _relevant(one, reading)) for n, one in best)
        documents: dict[str, Document] = {}
        if self._write is not recite:
            documents = {one: self._library.document(one) for one in _digests(evidence)}
        return _Found(ranking, evidence, made, said, wanted, documents)

    def _said(self, ranking: Sequence[ScoredPassage]) -> list[Said]:
        digests = [scored.passage.document.sha256 for scored in ranking]
        return said_in(ranking, self._library.attributions(digests))

    def _checked(self, citation: Citation) -> Citation:
        return _held(citation, self._library.document(citation.document.sha256))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a question found, all of it read from one state of the library."""

    ranking: Sequence[ScoredPassage]
    evidence: tuple[Evidence, ...]
    answer: Answer
    """In the sources' own sentences."""
    said: Sequence[Said]
    wanted: Wanted | None
    documents: Mapping[str, Document]
    """Those of the evidence, by SHA-256, where somebody else is to write."""

    def checked(self, citation: Citation) -> Citation:
        """Check what a writer cites; what the sources themselves answer was checked."""
        document = self.documents.get(citation.document.sha256)
        return _held(citation, document) if document else citation

    def completed(self, made: Answer) -> Answer:
        """Check all that an answer cites, and say whose word it is."""
        if made.model is None:
            return made
        made = replace(made, citations=tuple(map(self.checked, made.citations)))
        return attributed(made, self.said, self.wanted)


def recite(query: Query, evidence: Sequence[Evidence], extracted: Answer) -> Iterator[Event]:
    """Answer with the sources' own sentences."""
    by_number = {citation.n: citation for citation in extracted.citations}
    if not extracted.statements and not extracted.abstained:  # a courtesy, or it asks back
        yield Token(extracted.text)
    for i, statement in enumerate(extracted.statements):
        yield Token(statement.text if i == 0 else f" {statement.text}")
        yield StatementDone(statement, tuple(by_number[n] for n in statement.citations))
    yield Done(extracted)


def _relevant(scored: ScoredPassage, reading: Reading) -> tuple[Span, ...]:
    """Give the sentences of a passage that may answer, by what the best one has."""
    least = _MAY_ANSWER * reading.candidates[0].probability if reading.candidates else 0.0
    return tuple(
        (candidate.start, candidate.end)
        for candidate in reading.candidates
        if candidate.source is scored and candidate.probability >= least
    )


def _digests(evidence: Sequence[Evidence]) -> set[str]:
    return {item.passage.document.sha256 for item in evidence}


def _held(citation: Citation, document: Document) -> Citation:
    """Hold a citation against its document once more before it leaves, and find its page."""
    if document.text[citation.start : citation.end] != citation.quote:
        raise LibraryCorrupt(
            f"Passage and text of document {document.id} differ at [{citation.start}, "
            f"{citation.end}): run `assistant library check`"
        )
    return replace(citation, page=document.page_at(citation.start))
