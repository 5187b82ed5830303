from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from night import CORPUS, OWL, QUESTIONS, WriteSuite, span

from evals.loader import load_suite, mismatches, read_suite
from evals.suite import Suite, SuiteError


def test_reads_documents_questions_and_history(suite: Suite) -> None:
    assert list(suite.documents) == ["owl", "hibou", "owl-again"]
    who, slept, moon = suite.questions
    assert who.speakers[0].aliases == ("le hibou",)
    assert slept.history[0].question == "Who denied it?"
    assert not moon.answerable
    assert suite.name == "suite"


def test_documents_of_equal_text_are_one(suite: Suite) -> None:
    copy = suite.documents["owl-again"]
    assert suite.document(doc_id="owl-again") == suite.documents["owl"]
    assert suite.document(sha256=copy.sha256) == suite.documents["owl"]
    assert suite.document(doc_id="no such") is None


def test_reads_gzip_and_suite_toml(write_suite: WriteSuite) -> None:
    folder = write_suite()
    plain = folder / "corpus.jsonl"
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    (folder / "suite.toml").write_text('name = "night"\nlanguages = ["en"]\n', encoding="utf-8")
    assert load_suite(folder).name == "night"


def test_offsets_count_code_points_not_bytes(write_suite: WriteSuite) -> None:
    text = "🦉 a nié. Fin."
    gold = {"doc_id": "d", "start": 2, "end": 8, "text": "a nié."}
    question = {"qid": "q", "question": "?", "answerable": True, "gold": [gold]}
    assert load_suite(write_suite([question], [{"doc_id": "d", "text": text}]))


@pytest.mark.parametrize(
    ("change", "field", "found"),
    [
        ({"text": "The owl lied."}, "gold[0].text", "The owl lied."),
        ({"start": 9000, "end": 9001}, "gold[0].start", "9000"),
        ({"start": 5, "end": 5, "text": ""}, "gold[0].start", "start 5, end 5"),
        ({"start": -3}, "gold[0].start", "-3"),
        ({"end": None}, "gold[0].end", "None"),
        ({"doc_id": "nowhere"}, "gold[0].doc_id", "nowhere"),
    ],
)
def test_refuses_gold_that_does_not_hold(
    write_suite: WriteSuite, change: dict[str, object], field: str, found: str
) -> None:
    question = QUESTIONS[0] | {"gold": [span("owl", "The owl denied it.") | change]}
    with pytest.raises(SuiteError) as refusal:
        load_suite(write_suite([QUESTIONS[1], question]))
    message = str(refusal.value)
    for part in ("questions.jsonl:2:", field, "expected", found):
        assert part in message


def test_checks_alternatives_and_also_ok(write_suite: WriteSuite) -> None:
    wrong = span("owl", "The hare slept.") | {"text": "The hare woke."}
    question = QUESTIONS[0] | {"alternatives": [[span("owl", "The owl denied it."), wrong]]}
    suite = read_suite(write_suite([question | {"also_ok": [wrong]}]))
    assert [(m.where, m.field) for m in mismatches(suite)] == [
        ("alternatives[0][1]", "text"),
        ("also_ok[0]", "text"),
    ]


@pytest.mark.parametrize(
    ("questions", "parts"),
    [
        ([QUESTIONS[0] | {"answerable": "yes"}], ["questions.jsonl:1", "answerable", "yes"]),
        ([QUESTIONS[0], QUESTIONS[0]], ["questions.jsonl:2", "qid", "'who'", "line 1"]),
        ([QUESTIONS[0] | {"stance": "mumble"}], ["stance", "mumble"]),
        ([QUESTIONS[0] | {"gold": [{"doc_id": 7}]}], ["gold[0].doc_id", "7"]),
        ([{"qid": "q", "answerable": True}], ["question", "required"]),
        ([], ["at least one line"]),
    ],
)
def test_refuses_what_is_not_of_the_form(
    write_suite: WriteSuite, questions: list[dict[str, object]], parts: list[str]
) -> None:
    with pytest.raises(SuiteError) as refusal:
        load_suite(write_suite(questions))
    assert all(part in str(refusal.value) for part in parts), refusal.value


def test_refuses_broken_json_and_missing_files(write_suite: WriteSuite, tmp_path: Path) -> None:
    folder = write_suite()
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"doc_id": ')
    with pytest.raises(SuiteError, match=r"corpus\.jsonl:4: "):
        load_suite(folder)
    with pytest.raises(SuiteError, match=r"expected corpus\.jsonl"):
        load_suite(tmp_path / "nothing")


def test_null_is_like_absent(write_suite: WriteSuite) -> None:
    corpus = [CORPUS[0] | {"title": None, "meta": None}, *CORPUS[1:]]
    assert load_suite(write_suite(corpus=corpus)).documents["owl"].title == ""


def test_whole_document_gold(write_suite: WriteSuite) -> None:
    whole = {"doc_id": "owl", "start": None}
    suite = load_suite(write_suite([QUESTIONS[0] | {"gold": [whole, whole | {"text": OWL}]}]))
    assert suite.questions[0].gold[0].start is None
    with pytest.raises(SuiteError, match="whole text or none"):
        load_suite(write_suite([QUESTIONS[0] | {"gold": [whole | {"text": "The owl"}]}]))
