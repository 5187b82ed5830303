"""A CSV that a person writes: a question, its answer, the passage quoted, the document.

Columns `question`, `answer`, `quote`, `document`; optional `qid`, `lang`, `type`, `speakers`,
`stance`. Several answers or speakers are parted by semicolons. A question with several passages
has a row for each (same `qid`, or else same question). No document: the question has no answer.
A document and no quote: the document as a whole.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from evals.converters.writing import Converted
from evals.loader import find_file, read_lines, read_record
from evals.placing import nearest_text, occurrences
from evals.suite import GoldSpan, Question, Speaker, SuiteDocument, SuiteError

__all__ = ["convert_csv", "read_documents"]

_NEEDED = ("question", "answer", "quote", "document")


@dataclass
class _Growing:
    """A question whose rows are being read."""

    first: Mapping[str, str]
    spans: list[GoldSpan] = field(default_factory=list)
    unplaced: bool = False


def convert_csv(path: Path, documents: Sequence[SuiteDocument], *, language: str = "") -> Converted:
    """Convert a CSV file. What can't be placed is left out with its question, and noted by row.

    Raises:
        SuiteError: a column is missing, or a value is not one of those allowed.
    """
    by_name = {d.doc_id: d for d in documents} | {d.title: d for d in documents if d.title}
    questions: dict[str, _Growing] = {}
    notes: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = tuple(reader.fieldnames or ())
        if missing := [name for name in _NEEDED if name not in columns]:
            raise SuiteError(
                f"{path}:1: expected the columns {', '.join(_NEEDED)}; "
                f"{', '.join(missing)} missing, found {', '.join(columns)}"
            )
        for row in reader:
            cells = {name: (row.get(name) or "").strip() for name in columns}
            if not cells["question"]:
                continue
            key = cells.get("qid") or cells["question"]
            growing = questions.setdefault(key, _Growing(cells))
            if cells["document"]:
                placed = _place(cells["quote"], by_name.get(cells["document"]), cells["document"])
                if isinstance(placed, str):
                    notes.append(f"{path}:{reader.line_num}: {placed}")
                    growing.unplaced = True
                else:
                    growing.spans.append(placed)
    made = [
        _question(f"q{number}", growing, language, f"{path}: {key!r}")
        for number, (key, growing) in enumerate(questions.items(), 1)
        if not growing.unplaced
    ]
    return Converted(documents, made, notes)


def read_documents(source: Path) -> list[SuiteDocument]:
    """Read the documents: a suite's `corpus.jsonl`, or a folder of files as the assistant reads.

    Raises:
        SuiteError: a line is not of the form, or a file could not be read.
    """
    if source.is_dir() and not any(source.glob("corpus.jsonl*")):
        return _read_folder(source)
    path = find_file(source, "corpus.jsonl") if source.is_dir() else source
    return [read_record(SuiteDocument, line, f"{path}:{n}") for n, line in read_lines(path)]


def _read_folder(folder: Path) -> list[SuiteDocument]:
    from assistant.sources import SourceFailure, SourceReader, find  # parsers are slow to load

    documents: list[SuiteDocument] = []
    with SourceReader() as reader:
        for item in find([str(folder)]):
            if isinstance(item, SourceFailure):
                raise SuiteError(f"{item.uri}: expected a document, found: {item.reason}")
            for part in reader.read(item):
                if isinstance(part, SourceFailure):
                    raise SuiteError(f"{part.uri}: expected a document, found: {part.reason}")
                ref = part.document.ref
                documents.append(
                    SuiteDocument(
                        doc_id=part.declared_id or Path(item.uri).name,
                        title=ref.title,
                        text=part.document.text,
                        lang=ref.language,
                        meta={
                            "publisher": ref.publisher,
                            "author": ref.author,
                            "date": ref.published,
                        },
                    )
                )
    return documents


def _place(quote: str, document: SuiteDocument | None, name: str) -> GoldSpan | str:
    """Find a quote in its document, or say why not."""
    if document is None:
        return f"document: expected the doc_id or title of a document, found {name!r}"
    if not quote:
        return GoldSpan(doc_id=document.doc_id)
    places = occurrences(document.text, quote)
    if len(places) == 1:
        ((start, end),) = places
        text = document.text[start:end]
        return GoldSpan(doc_id=document.doc_id, start=start, end=end, text=text)
    if places:
        return f"quote: expected once in {name!r}, found {len(places)} times: quote more of it"
    near = nearest_text(document.text, quote)
    return f"quote: expected in {name!r}, found nowhere; the nearest there is {near!r}"


def _question(qid: str, growing: _Growing, language: str, where: str) -> Question:
    cells = growing.first
    answers = _parts(cells["answer"])
    try:
        return Question(
            qid=cells.get("qid") or qid,
            question=cells["question"],
            lang=cells.get("lang") or language,
            type=cells.get("type", ""),
            answerable=bool(growing.spans),
            answers=answers if growing.spans else (),
            gold=tuple(dict.fromkeys(growing.spans)),
            speakers=tuple(Speaker(name=name) for name in _parts(cells.get("speakers", ""))),
            stance=cells.get("stance") or None,  # type: ignore[arg-type]  # checked by the model
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SuiteError(f"{where}: {first['loc'][0]}: {first['msg']}") from None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
