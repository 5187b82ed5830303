"""How well the extractor finds attributions: against marked spans, and against suites' speakers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import get_args

from assistant.attribution import extract
from assistant.datatypes import Attribution, Document
from evals.attributions import Reading, Role, Spans, Tally
from evals.converters.polnear import Annotated
from evals.matching import same_name
from evals.suite import GoldSpan, Question, Speaker, Suite, SuiteDocument
from evals.tables import Rows, figure

__all__ = ["Linking", "linking", "marked", "rows_of"]


@dataclass(slots=True)
class Linking:
    """Speakers of who-said and said-what questions, looked for where the gold spans are."""

    speakers: int = 0
    found: int = 0
    """To whom an attribution overlapping a gold span is linked."""
    stance: int = 0
    """Of those found: with the question's stance."""
    misses: list[str] = field(default_factory=list)
    seconds: float = 0.0
    documents: int = 0


def marked(documents: Iterable[Annotated]) -> tuple[Tally, float, int]:
    """Extract from marked documents; gives the counts, CPU seconds and the number of documents."""
    tally, seconds, number = Tally(), 0.0, 0
    for document, gold in documents:
        started = time.process_time()
        found = extract(_document(document))
        seconds += time.process_time() - started
        number += 1
        tally.add(document.text, list(_distinct(found)), gold)
    return tally, seconds, number


def linking(suite: Suite) -> Linking:
    """Look for each speaker of a suite's questions among what stands at the gold spans."""
    result = Linking(documents=len(suite.documents))
    started = time.process_time()
    found = {key: extract(_document(document)) for key, document in suite.documents.items()}
    result.seconds = time.process_time() - started
    for question in suite.questions:
        if not question.speakers or not question.stance:
            continue
        near = [a for span in question.gold for a in found[span.doc_id] if _overlaps(a, span)]
        for speaker in question.speakers:
            _look_for(speaker, question, near, result)
    return result


def rows_of(tally: Tally) -> Rows:
    """Tabulate the counts."""
    cells = []
    for role in get_args(Role):
        for reading in get_args(Reading):
            counts = tally.roles[role][reading]
            values = (counts.precision, counts.recall, counts.f1)
            cells.append((role, reading, *(figure(role, value) for value in values)))
    return Rows("attributions", ("role", "reading", "precision", "recall", "F1"), cells)


def _look_for(
    speaker: Speaker, question: Question, near: list[Attribution], result: Linking
) -> None:
    said = [a for a in near if same_name(a.source, (speaker.name, *speaker.aliases))]
    stances = sorted({attribution.stance for attribution in said})
    result.speakers += 1
    result.found += bool(said)
    result.stance += question.stance in stances
    if question.stance not in stances:
        heard = "; ".join(f"{a.source or '?'}: {a.stance} ({a.cue})" for a in near) or "nobody"
        result.misses.append(
            f"{question.qid}: expected {speaker.name} {question.stance}, found {heard}"
        )


def _distinct(found: Iterable[Attribution]) -> Iterator[Spans]:
    """Give the spans of attributions, those of several speakers once."""
    seen: set[Spans] = set()
    for said in found:
        source = (said.source_span,) if said.source_span else ()
        spans = Spans(source, said.cue_spans, said.content_spans)
        if spans not in seen:
            seen.add(spans)
            yield spans


def _overlaps(attribution: Attribution, span: GoldSpan) -> bool:
    if span.start is None or span.end is None:
        return True
    return attribution.span[0] < span.end and span.start < attribution.span[1]


def _document(document: SuiteDocument) -> Document:
    published = str(document.meta.get("date") or "")
    return Document.of(document.text, language=document.lang, published=published)
