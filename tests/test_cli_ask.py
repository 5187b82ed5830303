"""Questions from the command line: one, a conversation, a file; and the check of the answers."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, verify
from assistant.cli.batch import ask_all
from assistant.errors import InvalidInput
from tests.cli_runner import Ran
from tests.cli_runner import assistant as run

FLAGSHIP = "Who denied the Putin call?"
UNANSWERED = "Quelle est la recette du clafoutis aux cerises ?"


@pytest.fixture
def assistant(demo: Assistant) -> Callable[..., Ran]:
    """Run `assistant` over the demo library."""

    def run_over_demo(*arguments: object, typed: str | None = None) -> Ran:
        return run(*arguments, "--library", demo.settings.library, typed=typed)

    return run_over_demo


@pytest.fixture(scope="module")
def flagship(demo: Assistant) -> dict[str, Any]:
    """The JSON form of an answer, to be kept as it is."""
    return demo.ask(FLAGSHIP).to_dict()


def stored(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- ask


def test_answer_comes_with_quotes_and_their_sources(assistant: Callable[..., Ran]) -> None:
    ran = assistant("ask", FLAGSHIP)
    assert (ran.code, ran.err) == (0, "")
    assert "[1]" in ran.out.splitlines()[0]
    assert "Musk" in ran.out
    assert re.search(r"^    .+ · (en|fr) · document \w+$", ran.out, re.MULTILINE)
    assert "Confidence: 0." in ran.out or "Confidence: 1.00" in ran.out


def test_json_is_the_one_form_and_its_citations_hold(
    assistant: Callable[..., Ran], demo: Assistant
) -> None:
    ran = assistant("ask", FLAGSHIP, "--json", "--top", "10")
    answer = Answer.from_dict(ran.json)
    assert answer.citations
    assert verify(answer, demo.library) == []
    assert assistant("verify", "-", typed=ran.out).code == 0


def test_abstention_is_an_answer(assistant: Callable[..., Ran]) -> None:
    ran = assistant("ask", UNANSWERED)
    assert ran.code == 0
    assert ran.out.startswith("Les sources ne répondent pas à cette question.\n")
    assert "Nearest passages" in ran.out
    assert "\nSources" not in ran.out


def test_filter_that_nothing_passes_is_noted(assistant: Callable[..., Ran]) -> None:
    ran = assistant("ask", FLAGSHIP, "--filter", "publsher=Reuters", "--json")
    assert ran.code == 0
    assert ran.json["abstained"]
    assert "No document of the library matches the filter" in ran.err


def test_filter_decides_what_is_cited(assistant: Callable[..., Ran]) -> None:
    ran = assistant("ask", FLAGSHIP, "--filter", "language=en", "--json")
    cited = ran.json["citations"] + ran.json["nearest"]
    assert cited
    assert {citation["document"]["language"] for citation in cited} == {"en"}


# --- chat


def test_chat_reads_questions_to_the_end_and_survives_a_bad_one(
    assistant: Callable[..., Ran],
) -> None:
    ran = assistant("chat", typed=f"{FLAGSHIP}\n\n{'why ' * 1000}\nWhen?\n")
    assert ran.code == 0
    assert ran.out.count("Confidence: ") == 2
    assert ran.err.startswith("Error: A question of at most 2000 characters was expected")


# --- a file of questions


def write_questions(path: Path) -> Path:
    lines = [
        {"qid": "q1", "question": FLAGSHIP, "type": "who-said"},
        {"qid": "q2", "question": UNANSWERED},
        {"qid": "q3", "question": "When?", "history": [{"question": FLAGSHIP, "answer": "Musk."}]},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_file_of_questions_is_answered_line_by_line(
    assistant: Callable[..., Ran], tmp_path: Path
) -> None:
    questions = write_questions(tmp_path / "questions.jsonl")
    output = tmp_path / "answers.jsonl"
    ran = assistant("ask", "--input", questions, "--output", output, "--json")
    assert ran.code == 0
    assert ran.json == {
        "answered": 3,
        "abstained": sum(answer["abstained"] for answer in stored(output)),
        "skipped": 0,
        "failed": [],
        "output": str(output),
    }
    assert [answer["qid"] for answer in stored(output)] == ["q1", "q2", "q3"]
    assert stored(output)[2]["standalone"] != "When?"  # the history was used
    checked = assistant("verify", output, "--json")
    assert (checked.code, checked.json["answers"], checked.json["problems"]) == (0, 3, [])


def test_bad_lines_are_reported_with_their_numbers_and_the_rest_goes_on(
    demo: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    good = json.dumps({"qid": "q1", "question": UNANSWERED})
    bad = ["{", '"text"', '{"qid": "q2"}', '{"qid": 3, "question": "Why?"}']
    bad += [
        '{"qid": "q4", "question": " "}',
        good,
        '{"qid": "q5", "question": "?", "history": [1]}',
    ]
    questions.write_text("\n".join([good, *bad, "", good.replace("q1", "q9")]))
    report = ask_all(demo, questions, tmp_path / "answers.jsonl")
    assert report.answered == 2
    assert [line for line, _ in report.failed] == [2, 3, 4, 5, 6, 7, 8]
    assert [answer["qid"] for answer in stored(tmp_path / "answers.jsonl")] == ["q1", "q9"]
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 7
    assert told[2].startswith(f"{questions} line 4: expected {{")
    assert told[2].endswith("found no 'question'")
    assert told[5].endswith("expected each qid once, found 'q1' again")


def test_failed_line_makes_the_exit_code_1(assistant: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("{\n")
    files = ("--input", tmp_path / "questions.jsonl", "--output", tmp_path / "answers.jsonl")
    ran = assistant("ask", *files)
    assert ran.code == 1
    assert ran.out.startswith("0 answered, 0 of them by abstaining, 0 there already, 1 failed")


def test_interrupted_run_goes_on_where_it_was(demo: Assistant, tmp_path: Path) -> None:
    questions = write_questions(tmp_path / "questions.jsonl")
    answers = tmp_path / "answers.jsonl"
    ask_all(demo, questions, answers)
    whole = answers.read_text("utf-8")
    lines = whole.splitlines(keepends=True)
    answers.write_text(lines[0] + lines[1][:50], "utf-8")  # killed while writing
    report = ask_all(demo, questions, answers)
    assert (report.answered, report.skipped) == (2, 1)
    untimed = [{**answer, "timings_ms": {}} for answer in stored(answers)]
    assert untimed == [{**json.loads(line), "timings_ms": {}} for line in lines]


def test_packed_questions_are_read(demo: Assistant, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl.gz"
    questions.write_bytes(gzip.compress(json.dumps({"qid": "é", "question": "Où ?"}).encode()))
    assert ask_all(demo, questions, tmp_path / "answers.jsonl").answered == 1


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("answers.jsonl", "my notes\n", "line 1: expected an answer with its qid"),
        ("answers.jsonl", '{"qid": "q1"}\n[]\n', "line 2: expected an answer with its qid"),
        ("answers.jsonl.gz", "", "expected a plain file"),
    ],
)
def test_file_that_holds_something_else_is_not_touched(
    demo: Assistant, tmp_path: Path, name: str, content: str, complaint: str
) -> None:
    questions = write_questions(tmp_path / "questions.jsonl")
    (tmp_path / name).write_text(content)
    with pytest.raises(InvalidInput, match=complaint):
        ask_all(demo, questions, tmp_path / name)
    assert (tmp_path / name).read_text() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [("none.jsonl", None), ("broken.jsonl.gz", b"no gzip"), ("latin.jsonl", b'{"qid": "\xe9"}')],
)
def test_questions_that_cannot_be_read_are_told(
    demo: Assistant, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match="expected questions as JSONL in UTF-8, found: "):
        ask_all(demo, tmp_path / name, tmp_path / "answers.jsonl")
    assert not (tmp_path / "answers.jsonl").exists()


# --- verify


def test_changed_quote_is_found(
    assistant: Callable[..., Ran], flagship: dict[str, Any], tmp_path: Path
) -> None:
    changed = json.loads(json.dumps({"qid": "q7", **flagship}))
    changed["citations"][0]["quote"] += "!"
    answers = tmp_path / "answers.jsonl"
    answers.write_text(f"{json.dumps(flagship)}\n{json.dumps(changed)}\n", "utf-8")
    ran = assistant("verify", answers)
    assert ran.code == 1
    assert ran.out.startswith("line 2, q7, citation 1 of document ")
    assert ran.out.splitlines()[-1].startswith("2 answers, ")
    assert ran.out.splitlines()[-1].endswith(" 1 problems")
    [problem] = assistant("verify", answers, "--json").json["problems"]
    assert (problem["line"], problem["qid"], problem["citation"]) == (2, "q7", 1)


def test_one_answer_may_be_written_over_several_lines(
    assistant: Callable[..., Ran], flagship: dict[str, Any]
) -> None:
    ran = assistant("verify", "-", "--json", typed=json.dumps(flagship, indent=2))
    cited = len(flagship["citations"]) + len(flagship["nearest"])
    assert ran.json == {"answers": 1, "citations": cited, "problems": []}


def test_line_that_is_no_answer_fails_and_the_rest_is_checked(
    assistant: Callable[..., Ran], flagship: dict[str, Any]
) -> None:
    ran = assistant("verify", "-", typed=f'{{"torn\n[]\n{{}}\n{json.dumps(flagship)}\n')
    assert ran.code == 1
    assert [line.split(":")[0] for line in ran.out.splitlines()[:3]] == [
        "line 1",
        "line 2",
        "line 3",
    ]
    assert ran.out.splitlines()[-1].startswith("4 answers, ")


@pytest.mark.parametrize("typed", ["", "\n\n"])
def test_nothing_to_verify_is_told(assistant: Callable[..., Ran], typed: str) -> None:
    assert assistant("verify", "-", typed=typed).code == 2
    assert assistant("verify", "no-such-file.jsonl").code == 2
