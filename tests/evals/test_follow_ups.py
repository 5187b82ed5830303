"""What follow-ups find, four ways, on two tales."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Assistant
from evals.follow_ups import compare_rewriting, follow_ups_of, read_rewrites
from evals.loader import load_suite
from evals.suite import Suite, SuiteError
from tests.bag_of_words import BagOfWords

OWL = "The owl of Lorne denied the theft. It was on Monday. The magpie was sorry for the ring."
CAT = "The cat of Brest slept. It was on Friday. The dog was sorry for the bone."


def write(folder: Path, *questions: dict[str, object]) -> Suite:
    documents = [{"doc_id": "owl", "text": OWL}, {"doc_id": "cat", "text": CAT}]
    for name, rows in (("corpus", documents), ("questions", questions)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    return load_suite(folder)


QUESTION = {
    "qid": "when",
    "question": "When?",
    "answerable": True,
    "gold": [{"doc_id": "owl", "start": 0, "end": len(OWL), "text": OWL}],
    "history": [{"question": "Who denied the theft in Lorne?", "answer": "The owl."}],
    "standalone": "When did the owl of Lorne deny the theft?",
}


def test_follow_ups_are_searched_for_in_four_ways(tmp_path: Path) -> None:
    suite = write(tmp_path, QUESTION, {**QUESTION, "qid": "first", "history": []})
    (tmp_path / "owl.txt").write_text(OWL)
    (tmp_path / "cat.txt").write_text(CAT)
    asked = follow_ups_of(suite, {})
    with Assistant.open(tmp_path / "library", encoder=BagOfWords()) as assistant:
        assistant.add([tmp_path / "owl.txt", tmp_path / "cat.txt"])
        table = compare_rewriting(assistant, suite, asked)
    assert [row[0][:3] for row in table.cells] == ["(a)", "(b)", "(c)", "ass", "gap"]
    assert [row[1] for row in table.cells[1:4]] == ["1.000"] * 3


def test_a_persons_rewriting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "rewrites.jsonl").write_text('{"qid": "when", "rewrite": "When was it denied?"}\n')
    suite = write(tmp_path, {**QUESTION, "standalone": ""})
    (asked,) = follow_ups_of(suite, read_rewrites(tmp_path / "rewrites.jsonl"))
    assert asked.human == "When was it denied?"
    assert asked.question.gold[0].start is None  # the whole document, which any passage holds
    with pytest.raises(SuiteError, match="found none"):
        follow_ups_of(suite, {})
