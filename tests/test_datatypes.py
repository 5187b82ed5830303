from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.datatypes import (
    Answer,
    Attribution,
    Citation,
    Document,
    Filter,
    Passage,
    Statement,
)

DOCUMENT = Document.of("Musk denied it. « Non », dit-il.", title="Appel", language="fr")

ANSWER = Answer(
    question="Who denied it?",
    standalone="Who denied it?",
    language="en",
    abstained=False,
    confidence=0.9,
    text="Musk denied it. [1]",
    short_answer="Musk",
    statements=(Statement("Musk denied it. [1]", (1,)),),
    citations=(Citation(n=1, document=DOCUMENT.ref, start=0, end=15, quote="Musk denied it."),),
    attributions=(
        Attribution(source="Musk", stance="deny", cue="denied", content="it", citation=1),
    ),
    timings_ms={"total": 4.2},
)


def test_a_document_is_known_by_the_digest_of_its_text() -> None:
    again = Document.of("Musk denied it. « Non », dit-il.", title="another title")
    assert again.ref.sha256 == DOCUMENT.ref.sha256
    assert again.id == again.ref.sha256[:16]
    assert Document.of("", id="declared").id == "declared"


@given(st.text())
def test_any_text_makes_a_document(text: str) -> None:
    assert Document.of(text).text == text


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (9, 1), (10, 2), (11, 2), (99, 3)])
def test_an_offset_has_a_page(offset: int, page: int) -> None:
    assert Document.of("x" * 100, page_starts=(0, 10, 20)).page_at(offset) == page


def test_a_text_without_pages_has_none() -> None:
    assert DOCUMENT.page_at(3) is None


def test_a_passage_is_named_by_its_document_and_place() -> None:
    assert Passage(Document.of("Bonjour.", id="a").ref, 0, 8, "Bonjour.").id == "a:0-8"


def test_a_filter_is_true_when_it_filters() -> None:
    assert not Filter()
    assert Filter(publisher=("BBC",))


def test_the_json_form_of_an_answer_has_exactly_the_documented_keys() -> None:
    data = ANSWER.to_dict()
    assert list(data) == (
        "question standalone language abstained confidence text short_answer statements citations"
        " attributions nearest model timings_ms notice choices version".split()
    )
    assert list(data["citations"][0]) == ["n", "start", "end", "quote", "page", "document"]
    assert list(data["citations"][0]["document"]) == (
        "id sha256 title publisher author published language uri".split()
    )
    assert data["attributions"][0]["stance"] == "deny"


def test_the_json_form_comes_back_as_it_went() -> None:
    data = json.loads(json.dumps(ANSWER.to_dict()))
    assert Answer.from_dict(data) == ANSWER


@pytest.mark.parametrize("missing", ["question", "citations", "confidence"])
def test_an_answer_without_a_field_is_refused(missing: str) -> None:
    data = ANSWER.to_dict()
    del data[missing]
    with pytest.raises((KeyError, TypeError), match=missing):
        Answer.from_dict(data)
