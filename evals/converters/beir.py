"""BEIR: `corpus.jsonl`, `queries.jsonl`, `qrels/SPLIT.tsv`. Gold is whole documents.

A suite knows gold and no grades: a judged document with a score above 0 is gold.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from evals.converters.writing import Converted
from evals.loader import find_file, read_lines, read_record
from evals.suite import GoldSpan, Question, Record, SuiteDocument, SuiteError

__all__ = ["convert_beir"]


class _Document(Record):
    id: str = Field(alias="_id")
    title: str = ""
    text: str = ""
    metadata: Mapping[str, Any] = Field(default_factory=dict)


class _Query(Record):
    id: str = Field(alias="_id")
    text: str


def convert_beir(folder: Path, *, language: str, split: str = "test") -> Converted:
    """Convert a BEIR data set's folder; queries without a judgement are left out.

    Raises:
        SuiteError: a file is missing or a line is not of the form.
    """
    documents: dict[str, SuiteDocument] = {}
    notes: list[str] = []
    path = find_file(folder, "corpus.jsonl")
    for number, line in read_lines(path):
        document = read_record(_Document, line, f"{path}:{number}")
        text = document.text or document.title
        if not text.strip():
            notes.append(f"{document.id}: a document without text: left out")
            continue
        documents[document.id] = SuiteDocument(
            doc_id=document.id,
            title=document.title,
            text=text,
            lang=language,
            meta=document.metadata,
        )
    judged = _qrels(folder / "qrels" / f"{split}.tsv")
    questions: list[Question] = []
    path = find_file(folder, "queries.jsonl")
    for number, line in read_lines(path):
        query = read_record(_Query, line, f"{path}:{number}")
        gold = [doc_id for doc_id in judged[query.id] if doc_id in documents]
        if missing := len(judged[query.id]) - len(gold):
            notes.append(f"{query.id}: {missing} judged documents are not in the corpus")
        if gold:
            questions.append(
                Question(
                    qid=query.id,
                    question=query.text,
                    lang=language,
                    answerable=True,
                    gold=tuple(GoldSpan(doc_id=doc_id) for doc_id in gold),
                )
            )
    return Converted(list(documents.values()), questions, notes)


def _qrels(path: Path) -> defaultdict[str, list[str]]:
    if not path.is_file():
        raise SuiteError(f"{path}: expected a qrels file, found none: name another --split")
    judged: defaultdict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
            if number == 1 and row[-1:] == ["score"]:
                continue
            try:
                query, doc_id, score = row
                grade = float(score)
            except ValueError:
                raise SuiteError(
                    f"{path}:{number}: expected query, document and score, found {row}"
                ) from None
            if grade > 0:
                judged[query].append(doc_id)
    return judged
