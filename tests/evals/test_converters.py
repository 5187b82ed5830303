from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from night import CORPUS, OWL, write_lines

from evals.converters.beir import convert_beir
from evals.converters.handwritten import convert_csv, read_documents
from evals.converters.mtrag import convert_mtrag
from evals.converters.multihop_rag import convert_multihop_rag
from evals.converters.squad import convert_squad
from evals.converters.writing import Converted, write_suite
from evals.placing import nearest_text, occurrences
from evals.suite import GoldSpan, Question, Suite, SuiteDocument, SuiteError

UNANSWERABLE = Question(qid="1", question="Who slept?", answerable=False)


def dump(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def at(text: str, start: int) -> dict[str, Any]:
    return {"text": text, "answer_start": start}


def written(tmp_path: Path, converted: Converted) -> Suite:
    """Write and read back: every gold text then equals its slice."""
    return write_suite(tmp_path / "suite", converted)


def test_squad_joins_paragraphs_and_keeps_annotators_as_alternatives(tmp_path: Path) -> None:
    second = "The fox lied. The fox ran."
    paragraphs = [
        {
            "context": OWL,
            "qas": [
                {
                    "id": "1",
                    "question": " Who? ",
                    "answers": [at("The owl", 0)],
                },
                {"id": "2", "question": "Why?", "is_impossible": True, "answers": []},
            ],
        },
        {
            "context": second,
            "qas": [
                {
                    "id": 3,
                    "question": "Who ran?",
                    "answers": [
                        at("The fox", 14),
                        at("fox", 18),
                        at("The fox", 14),
                        at("The fox", 12),  # off by two: mended
                        at("the wolf", 0),
                    ],
                }
            ],
        },
    ]
    file = dump(tmp_path / "squad.json", {"data": [{"title": "Wood", "paragraphs": paragraphs}]})
    converted = convert_squad(file, language="en")
    who, why, ran = written(tmp_path, converted).questions
    assert (who.question, who.gold[0].text, why.answerable) == ("Who?", "The owl", False)
    assert ran.answers == ("The fox", "fox", "the wolf")
    (gold,) = ran.gold
    assert gold.start == len(OWL) + 2 + 14
    assert [spans[0].text for spans in ran.alternatives] == ["fox"]
    assert converted.notes == [
        "3: 'The fox' is at 14, not 12",
        "3: 'the wolf' is not in its paragraph: left out",
    ]
    (document,) = converted.documents
    assert document.text == f"{OWL}\n\n{second}"


def test_squad_refuses_another_form(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"data\.0\.paragraphs"):
        convert_squad(dump(tmp_path / "x.json", {"data": [{"title": "x"}]}), language="en")


def test_beir_gold_is_whole_documents(tmp_path: Path) -> None:
    corpus = [
        {"_id": "d1", "title": "Owl", "text": OWL},
        {"_id": "d2", "title": "Bare", "text": ""},
    ]
    write_lines(tmp_path / "corpus.jsonl", corpus)
    write_lines(tmp_path / "queries.jsonl", [{"_id": q, "text": f"{q}?"} for q in ("a", "b", "c")])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\na\td1\t2\na\td2\t0\nb\tgone\t1\nb\td2\t1\n"
    )
    converted = convert_beir(tmp_path, language="en")
    a, b = written(tmp_path, converted).questions
    assert [(g.doc_id, g.start) for g in a.gold] == [("d1", None)]
    assert b.gold[0].doc_id == "d2"
    assert converted.notes == ["b: 1 judged documents are not in the corpus"]
    with pytest.raises(SuiteError, match="--split"):
        convert_beir(tmp_path, language="en", split="dev")


def test_multihop_rag_places_facts(tmp_path: Path) -> None:
    corpus = [
        {"title": "Owl", "body": OWL, "source": "Wood Times", "url": "u1", "author": None},
        {"title": "Moon", "body": "The moon rose.", "url": "u2"},
    ]
    evidence = [
        {"title": "Owl", "url": "u1", "fact": "The owl  denied it."},
        {"title": "Moon", "fact": "The moon set."},
        {"title": "Sun", "fact": "x"},
    ]
    queries = [
        {
            "query": "?",
            "answer": "Yes",
            "question_type": "inference_query",
            "evidence_list": evidence,
        },
        {"query": "??", "answer": "Insufficient information.", "question_type": "null_query"},
    ]
    converted = convert_multihop_rag(
        dump(tmp_path / "corpus.json", corpus), dump(tmp_path / "q.json", queries)
    )
    first, null = written(tmp_path, converted).questions
    assert [(g.doc_id, g.start) for g in first.gold] == [("u1", 0), ("u2", None)]
    assert not null.answerable
    assert not null.answers
    assert len(converted.notes) == 2
    assert converted.documents[0].meta["publisher"] == "Wood Times"


def test_mtrag_keeps_history_and_rewrites(tmp_path: Path) -> None:
    turns = [
        {"speaker": "user", "text": "Who denied it?"},
        {"speaker": "agent", "text": "The owl."},
        {"speaker": "user", "text": "Did it sleep?"},
    ]
    context = {"document_id": "d1", "text": OWL, "title": "Owl"}
    task: dict[str, Any] = {"task_id": "c<::>2", "input": turns, "contexts": [context]}
    task |= {"targets": [{"text": "No."}], "Answerability": ["ANSWERABLE"]}
    lines = [
        task | {"Question Type": ["Factoid"], "Multi-Turn": float("nan")},
        {"task_id": "c<::>1", "input": turns[:1], "answerability": ["UNANSWERABLE"]},
        {"task_id": "c<::>3", "input": turns[:1], "answerability": ["CONVERSATIONAL"]},
        task | {"task_id": "c<::>4", "Question Type": float("nan")},
    ]
    rewrites = [{"_id": "c::2", "text": "|user|: Did the owl sleep?"}]
    converted = convert_mtrag(
        write_lines(tmp_path / "tasks.jsonl", lines), write_lines(tmp_path / "re.jsonl", rewrites)
    )
    second, first, _ = written(tmp_path, converted).questions
    assert [(t.question, t.answer) for t in second.history] == [("Who denied it?", "The owl.")]
    assert (second.standalone, second.type) == ("Did the owl sleep?", "Factoid")
    assert second.gold[0].doc_id == "d1"
    assert not first.answerable
    assert converted.notes == ["c<::>3: no question to the sources: left out"]


CSV = """\
question,answer,quote,document,speakers,stance
Who denied it?,the owl; owl,The owl denied it.,owl,the owl,deny
Who denied it?,,Le hibou a nié.,Le hibou,,
Who moved?,,The,owl,,
Who ate?,,The fox ate it.,owl,,
Who flew?,,,,,
Which tale?,,,owl,,
Where?,,x,wolf,,
"""


def test_csv_finds_quotes_and_tells_what_it_cannot_place(tmp_path: Path) -> None:
    corpus = write_lines(tmp_path / "corpus.jsonl", CORPUS)
    path = tmp_path / "mine.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    converted = convert_csv(path, read_documents(corpus), language="en")
    suite = written(tmp_path, converted)
    who, flew, tale = suite.questions
    assert [g.text for g in who.gold] == ["The owl denied it.", "Le hibou a nié."]
    assert (who.answers, who.stance) == (("the owl", "owl"), "deny")
    assert (flew.answerable, tale.gold[0].start) == (False, None)
    many, nowhere, nobody = converted.notes
    assert "mine.csv:4: quote: expected once in 'owl', found 3 times" in many
    assert "mine.csv:5: quote: expected in 'owl', found nowhere" in nowhere
    assert "nearest there is 'The fox confir" in nowhere
    assert "mine.csv:8: document: expected the doc_id or title" in nobody


def test_csv_refuses_missing_columns_and_bad_values(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("question,reply\nWho?,owl\n")
    with pytest.raises(SuiteError, match="answer, quote, document missing, found question, reply"):
        convert_csv(path, [])
    path.write_text("question,answer,quote,document,stance\nWho?,,,,mumble\n")
    with pytest.raises(SuiteError, match="stance"):
        convert_csv(path, [])


def test_csv_reads_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "owl.txt").write_text(OWL, encoding="utf-8")
    (document,) = read_documents(tmp_path)
    assert (document.doc_id, document.text) == ("owl.txt", OWL)


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.gz"])
def test_a_suite_is_not_overwritten(tmp_path: Path, name: str) -> None:
    write_lines(tmp_path / name, CORPUS)
    with pytest.raises(SuiteError, match=f"found {name}"):
        write_suite(tmp_path, Converted([], []))


def test_what_does_not_hold_is_not_in_the_way_of_the_next_try(tmp_path: Path) -> None:
    document = SuiteDocument(doc_id="owl", text=OWL)
    span = GoldSpan(doc_id="owl", start=0, end=3, text="The fox")
    wrong = Question(qid="1", question="Who?", answerable=True, gold=[span])
    with pytest.raises(SuiteError, match=r"gold\[0\]"):
        written(tmp_path, Converted([document], [wrong]))
    assert list((tmp_path / "suite").iterdir()) == []
    assert written(tmp_path, Converted([document], [UNANSWERABLE])).questions


def test_a_folder_s_name_may_have_an_emoji(tmp_path: Path) -> None:
    document = SuiteDocument(doc_id="owl", text=OWL)
    suite = write_suite(tmp_path / "owls 🦉", Converted([document], [UNANSWERABLE]))
    assert suite.name == "owls 🦉"


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("one owl, two owls", "owl", ["owl", "owl"]),
        ("Il dit : « non », puis", 'Il dit : "non", puis', ["Il dit : « non », puis"]),
        ("l’owl\n  sleeps", "l'owl sleeps", ["l’owl\n  sleeps"]),
        ("co\u00adoperate", "cooperate", ["co\u00adoperate"]),
        ("owl", "fox", []),
        ("owl", "  ", []),
    ],
)
def test_occurrences(text: str, quote: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in occurrences(text, quote)] == found


@given(st.text(min_size=1), st.data())
def test_every_slice_is_found_at_its_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    if quote == quote.strip():
        assert (start, end) in occurrences(text, quote)


@given(st.text(), st.text())
def test_places_lie_within_the_text(text: str, quote: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in occurrences(text, quote))
    assert nearest_text(text, quote) in text
