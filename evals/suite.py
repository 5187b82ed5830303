"""The nouns of an eval suite: documents, and questions with gold attributions.

The file format is described in `evals/README.md`; every offset counts code points of a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from assistant.datatypes import Stance, Turn
from assistant.errors import InvalidInput

__all__ = [
    "GoldSpan",
    "Question",
    "Record",
    "Speaker",
    "Suite",
    "SuiteDocument",
    "SuiteError",
    "SuiteInfo",
]


class SuiteError(InvalidInput):
    """A suite cannot be used; the message names file, line, field, expected and found."""


class Record(BaseModel):
    """What a line holds: types as JSON has them, null like absent, unknown fields left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {name: value for name, value in data.items() if value is not None}
        return data


class GoldSpan(Record):
    """The characters that an answer must cite; `start` None is the whole document."""

    doc_id: str
    start: StrictInt | None = None
    end: StrictInt | None = None
    text: str = ""


class Speaker(Record):
    """Someone the answer must name, under any of the aliases."""

    name: str
    aliases: tuple[str, ...] = ()


class Question(Record):
    """A question, its accepted answers and its gold attributions."""

    qid: str
    question: str
    lang: str = ""
    type: str = ""
    answerable: StrictBool
    answers: tuple[str, ...] = ()
    gold: tuple[GoldSpan, ...] = ()
    alternatives: tuple[tuple[GoldSpan, ...], ...] = ()
    also_ok: tuple[GoldSpan, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    stance: Stance | None = None
    history: tuple[Turn, ...] = ()
    standalone: str = ""

    @property
    def gold_sets(self) -> tuple[tuple[GoldSpan, ...], ...]:
        """The span sets that are as good as one another; none where nothing is to be cited."""
        return tuple(spans for spans in (self.gold, *self.alternatives) if spans)

    def spans(self) -> Iterator[tuple[str, GoldSpan]]:
        """Give every span of the question with the field it stands in."""
        for i, span in enumerate(self.gold):
            yield f"gold[{i}]", span
        for i, spans in enumerate(self.alternatives):
            yield from ((f"alternatives[{i}][{j}]", span) for j, span in enumerate(spans))
        for i, span in enumerate(self.also_ok):
            yield f"also_ok[{i}]", span


class SuiteDocument(Record):
    """A document as the suite gives it."""

    doc_id: str
    title: str = ""
    text: str
    lang: str = ""
    meta: Mapping[str, Any] = Field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        """The digest of the text: documents of equal text are one document in a library."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


class SuiteInfo(Record):
    """What `suite.toml` tells."""

    name: str = ""
    description: str = ""
    licence: str = ""
    source: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """Documents by `doc_id`, questions in their order, and where they were read."""

    path: Path
    documents: Mapping[str, SuiteDocument]
    questions: tuple[Question, ...]
    info: SuiteInfo = field(default_factory=SuiteInfo)
    corpus_sha256: str = ""
    questions_sha256: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of `questions.jsonl` on which each qid stands."""

    @property
    def name(self) -> str:
        return self.info.name or self.path.name

    @property
    def sha256(self) -> str:
        """The digest of documents and questions: which version of the suite this is."""
        return hashlib.sha256(f"{self.corpus_sha256} {self.questions_sha256}".encode()).hexdigest()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the documents."""
        return tuple(sorted({document.lang for document in self.documents.values()}))

    @cached_property
    def by_sha256(self) -> Mapping[str, SuiteDocument]:
        """The first document of each text, by the text's digest."""
        found: dict[str, SuiteDocument] = {}
        for document in self.documents.values():
            found.setdefault(document.sha256, document)
        return found

    def document(self, *, doc_id: str = "", sha256: str = "") -> SuiteDocument | None:
        """Find a document by its text's digest, else by its name; the first of equal texts."""
        known = self.by_sha256.get(sha256) or self.documents.get(doc_id)
        return self.by_sha256[known.sha256] if known else None
