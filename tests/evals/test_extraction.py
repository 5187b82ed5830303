from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.attributions import Spans, Tally
from evals.converters.polnear import read_polnear
from evals.extraction import linking, marked
from evals.loader import read_suite
from evals.suite import SuiteError

TEXT = "Ann Lee said the owl was tired."
GOLD = {
    "source": [{"start": 0, "end": 7}],
    "cue": [{"start": 8, "end": 12}],
    "content": [{"start": 13, "end": 30}],
}


def write(folder: Path, name: str, *records: object) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / name).write_text(lines, "utf-8")


@pytest.fixture
def polnear(tmp_path: Path) -> Path:
    write(tmp_path, "corpus.jsonl", {"doc_id": "owl", "text": TEXT, "lang": "en"})
    marks = {"doc_id": "owl", "split": "dev", "attributions": [GOLD]}
    write(tmp_path, "attributions.jsonl", marks)
    return tmp_path


def test_what_is_found_whole_scores_one_in_every_reading(polnear: Path) -> None:
    tally, seconds, documents = marked(read_polnear(polnear, split="dev"))
    assert documents == 1
    assert seconds >= 0
    assert {c.f1 for readings in tally.roles.values() for c in readings.values()} == {1.0}


def test_a_split_holds_its_own_documents(polnear: Path) -> None:
    assert list(read_polnear(polnear, split="train")) == []


def test_marks_of_an_unknown_document_are_refused(polnear: Path) -> None:
    write(polnear, "attributions.jsonl", {"doc_id": "cat", "attributions": []})
    with pytest.raises(SuiteError, match=r"attributions\.jsonl:1: expected a doc_id"):
        list(read_polnear(polnear))


def test_the_readings_differ_in_what_they_forgive() -> None:
    tally = Tally()
    gold = Spans(((0, 7),), ((8, 12),), ((13, 30),))
    found = Spans(((4, 7),), ((8, 12),), ((13, 30),))  # "Lee" for "Ann Lee"
    tally.add(TEXT, [found], [gold])
    source = tally.roles["source"]
    assert (source["exact"].f1, source["tokens"].precision, source["tokens"].recall) == (0, 1, 0.5)
    assert tally.roles["content"]["exact"].f1 == 1


def test_an_attribution_without_a_partner_counts_against_linked_words() -> None:
    tally = Tally()
    tally.add(TEXT, [], [Spans(((0, 7),), ((8, 12),), ((13, 30),))])
    assert tally.roles["cue"]["linked"].gold == 1
    assert tally.roles["cue"]["linked"].f1 == 0


def test_a_suite_tells_whether_its_speakers_are_linked(tmp_path: Path) -> None:
    write(tmp_path, "corpus.jsonl", {"doc_id": "owl", "text": TEXT, "lang": "en"})
    asked = {
        "qid": "1",
        "question": "Who said the owl was tired?",
        "answerable": True,
        "gold": [{"doc_id": "owl", "start": 0, "end": len(TEXT), "text": TEXT}],
        "speakers": [{"name": "Ann Lee", "aliases": []}, {"name": "Bob Ray", "aliases": []}],
        "stance": "assert",
    }
    write(tmp_path, "questions.jsonl", asked)
    found = linking(read_suite(tmp_path))
    assert (found.speakers, found.found, found.stance) == (2, 1, 1)
    assert found.misses == ["1: expected Bob Ray assert, found Ann Lee: assert (said)"]
