from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Answer, Assistant, Citation, Statement, verify
from assistant.errors import InvalidInput
from tests.bag_of_words import BagOfWords

TEXT = "Le pont a été fermé. 🌉 Le maire a démenti."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("verify")
    (folder / "pont.txt").write_text(TEXT)
    assistant = Assistant.open(folder / "library", encoder=BagOfWords())
    assistant.add([folder / "pont.txt"])
    return assistant


@pytest.fixture
def answer(assistant: Assistant) -> Answer:
    document = assistant.library.documents()[0]
    citation = Citation(n=1, document=document, start=23, end=43, quote="Le maire a démenti.")
    citation = replace(citation, start=TEXT.index("Le maire"), end=len(TEXT))
    return Answer(
        question="Qui a démenti ?",
        standalone="Qui a démenti ?",
        language="fr",
        abstained=False,
        confidence=0.8,
        text="Le maire a démenti. [1]",
        statements=(Statement("Le maire a démenti. [1]", (1,)),),
        citations=(citation,),
    )


def broken(answer: Answer, **changes: object) -> Answer:
    return replace(answer, citations=(replace(answer.citations[0], **changes),))


def test_a_true_citation_holds_in_both_forms(assistant: Assistant, answer: Answer) -> None:
    assert verify(answer, assistant.library) == []
    assert verify({"qid": "1", **answer.to_dict()}, assistant.library) == []


def test_every_untruth_is_found(assistant: Assistant, answer: Answer) -> None:
    start, end = answer.citations[0].start, answer.citations[0].end
    foreign = replace(answer.citations[0].document, sha256="0" * 64)
    cases = {
        "one character in the quote": broken(answer, quote="Le maire a dementi."),
        "shifted": broken(answer, start=start - 1, end=end - 1),
        "beyond the end": broken(answer, start=start + 1, end=end + 1),
        "empty": broken(answer, end=start, quote=""),
        "negative": broken(answer, start=-20, end=-1, quote=TEXT[-20:-1]),
        "another document": broken(answer, document=foreign),
        "a number that is not there": replace(answer, statements=(Statement("x [2]", (2,)),)),
    }
    for name, case in cases.items():
        problems = verify(case, assistant.library)
        assert len(problems) == 1, name
        assert problems[0].reason


@pytest.mark.parametrize("start", [None, "0", 0.5, [1]])
def test_offsets_that_are_no_numbers_do_not_hold(
    assistant: Assistant, answer: Answer, start: object
) -> None:
    data = answer.to_dict()
    data["citations"][0]["start"] = start
    [problem] = verify(data, assistant.library)
    assert "whole numbers" in problem.reason


def test_the_nearest_passages_of_an_abstention_are_checked_too(
    assistant: Assistant, answer: Answer
) -> None:
    nearest = broken(answer, quote="Le maire a dementi.").citations
    abstention = replace(answer, abstained=True, statements=(), citations=(), nearest=nearest)
    assert len(verify(abstention, assistant.library)) == 1


@pytest.mark.parametrize("data", [{}, {"question": "x"}, {"citations": 3}])
def test_other_json_is_refused(assistant: Assistant, data: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="JSON form of an answer"):
        verify(data, assistant.library)
