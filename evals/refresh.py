"""Staleness: which gold spans no longer hold in changed documents, and where they are now."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.loader import Mismatch, find_file, mismatches, read_lines, shorten
from evals.placing import find_all
from evals.run_folder import write_whole
from evals.suite import Suite

__all__ = ["Lost", "Moved", "Staleness", "refresh", "staleness"]


@dataclass(frozen=True)
class Moved:
    """A span whose text still occurs once: there it is gold again."""

    mismatch: Mismatch
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.mismatch.span.text)

    def __str__(self) -> str:
        wrong = self.mismatch
        was = f"{wrong.span.doc_id} {wrong.span.start}-{wrong.span.end}"
        return f"{wrong.qid}: {wrong.where}: {was} is now at {self.start}-{self.end}"


@dataclass(frozen=True)
class Lost:
    """A span that a person must look at, and why."""

    mismatch: Mismatch
    reason: str

    def __str__(self) -> str:
        wrong = self.mismatch
        return f"{wrong.qid}: {wrong.where}: {shorten(wrong.span.text)} {self.reason}"


@dataclass(frozen=True)
class Staleness:
    """What changed documents did to a suite's gold."""

    moved: Sequence[Moved]
    lost: Sequence[Lost]


def staleness(suite: Suite) -> Staleness:
    """Find the spans that no longer hold, and those among them whose text occurs once."""
    moved: list[Moved] = []
    lost: list[Lost] = []
    for wrong in mismatches(suite):
        document = suite.documents.get(wrong.span.doc_id)
        if document is None:
            lost.append(Lost(wrong, f"was in {wrong.span.doc_id!r}, which is gone"))
            continue
        places = list(find_all(document.text, wrong.span.text))
        if len(places) == 1:
            moved.append(Moved(wrong, places[0]))
        else:
            times = f"occurs {len(places)} times" if places else "no longer occurs"
            lost.append(Lost(wrong, f"{times} in {wrong.span.doc_id!r}"))
    return Staleness(moved, lost)


def refresh(suite: Suite) -> Staleness:
    """Write the places of moved spans into `questions.jsonl`; all else in the file stays."""
    found = staleness(suite)
    path = find_file(suite.path, "questions.jsonl")
    places = {(one.mismatch.qid, one.mismatch.where): one for one in found.moved}
    lines: list[str] = []
    for _, line in read_lines(path):
        question = json.loads(line)
        for where, span in _spans(question):
            if moved := places.get((question["qid"], where)):
                span.update(start=moved.start, end=moved.end)
        lines.append(json.dumps(question, ensure_ascii=False) + "\n")
    if found.moved:
        _write(path, "".join(lines))
    return found


def _spans(question: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the spans of a question as it stands in the file, named as `Question.spans` does."""
    for i, span in enumerate(question.get("gold") or ()):
        yield f"gold[{i}]", span
    for i, spans in enumerate(question.get("alternatives") or ()):
        yield from ((f"alternatives[{i}][{j}]", span) for j, span in enumerate(spans))
    for i, span in enumerate(question.get("also_ok") or ()):
        yield f"also_ok[{i}]", span


def _write(path: Path, text: str) -> None:
    if path.suffix == ".gz":
        write_whole(path, gzip.compress(text.encode(), mtime=0))
    else:
        write_whole(path, text)
