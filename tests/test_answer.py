from __future__ import annotations

import pytest

from assistant.answer import MARK, answer
from assistant.datatypes import Document, Passage, Query, ScoredPassage, SentenceReading
from assistant.models.logistic import LogisticModel
from assistant.reading import Candidate, Reading, ReadingModel

MODEL = ReadingModel(
    sentence=LogisticModel(0, {}),
    confidence=LogisticModel(0, {}),
    abstain_below=0.4,
    cite_ratio=0.5,
    cite_most=3,
)
TEXT = "Le pont est fermé. Le maire a démenti. La ville attend."
BRIDGE = Document.of(TEXT, id="bridge", language="fr")
OTHER = Document.of("Le préfet a démenti aussi, hier.", id="other", language="fr")


def query(text: str = "Who denied it?", language: str = "en") -> Query:
    return Query(text=text, standalone=text, language=language)


def candidate(
    document: Document,
    text: str,
    probability: float,
    *,
    settles: bool = False,
    words: str = "",
    span_score: float = -1.0,
) -> Candidate:
    start = document.text.index(text)
    passage = Passage(document.ref, 0, len(document.text), document.text)
    at = start + text.index(words)
    reading = SentenceReading(0.0, (at, at + len(words)), span_score)
    scored = ScoredPassage(passage, 1.0)
    return Candidate(scored, start, start + len(text), text, settles, reading, probability)


def read(*candidates: Candidate, confidence: float = 0.9) -> Reading:
    return Reading(tuple(sorted(candidates, key=lambda c: -c.probability)), confidence)


MAYOR = candidate(BRIDGE, "Le maire a démenti.", 0.8)
CLOSED = candidate(BRIDGE, "Le pont est fermé.", 0.5)
TOWN = candidate(BRIDGE, "La ville attend.", 0.1)
PREFECT = candidate(OTHER, "Le préfet a démenti aussi, hier.", 0.6)


def test_what_comes_near_the_best_is_cited_and_the_rest_is_not() -> None:
    made = answer(query(), read(MAYOR, PREFECT, TOWN), MODEL)
    assert [c.quote for c in made.citations] == [MAYOR.text, PREFECT.text]
    assert made.text == "Le maire a démenti. [1] Le préfet a démenti aussi, hier. [2]"
    assert not made.abstained


def test_statements_cite_what_they_say() -> None:
    made = answer(query(), read(MAYOR, PREFECT, CLOSED), MODEL)
    by_number = {citation.n: citation for citation in made.citations}
    for statement in made.statements:
        (number,) = statement.citations
        assert statement.text == f"{by_number[number].quote} [{number}]"
    assert [int(n) for n in MARK.findall(made.text)] == sorted(by_number)


def test_sentences_of_a_document_keep_its_order() -> None:
    made = answer(query(), read(MAYOR, CLOSED), MODEL)
    assert [c.quote for c in made.citations] == [CLOSED.text, MAYOR.text]


def test_near_repeats_are_told_once() -> None:
    copy = Document.of("Le maire, lui, a démenti.", id="copy", language="fr")
    again = candidate(copy, "Le maire, lui, a démenti.", 0.7)
    made = answer(query(), read(MAYOR, again), MODEL)
    assert [c.document.id for c in made.citations] == ["bridge"]


def test_no_more_is_cited_than_allowed() -> None:
    many = Document.of(" ".join(f"Phrase {n} unique{n}." for n in range(9)))
    sentences = [candidate(many, f"Phrase {n} unique{n}.", 0.7) for n in range(9)]
    assert len(answer(query(), read(*sentences), MODEL).citations) == 3


@pytest.mark.parametrize(
    ("language", "words"), [("en", "do not answer"), ("fr", "ne répondent pas")]
)
def test_an_abstention_is_a_value_in_the_language_of_the_question(
    language: str, words: str
) -> None:
    made = answer(query(language=language), read(MAYOR, CLOSED, confidence=0.39), MODEL)
    assert made.abstained
    assert words in made.text
    assert made.statements == made.citations == ()
    assert [c.quote for c in made.nearest] == [MAYOR.text, CLOSED.text]
    assert made.short_answer == ""


def test_an_empty_library_has_no_answer_and_no_nearest() -> None:
    made = answer(query(), Reading((), 0.0), MODEL)
    assert made.abstained
    assert made.nearest == ()


def test_where_somebody_takes_the_side_asked_for_only_those_are_cited_and_all_of_them() -> None:
    mayor = candidate(BRIDGE, "Le maire a démenti.", 0.5, settles=True)
    prefect = candidate(OTHER, "Le préfet a démenti aussi, hier.", 0.06, settles=True)
    made = answer(query(), read(CLOSED, mayor, prefect), MODEL)
    assert [c.quote for c in made.citations] == [mayor.text, prefect.text]


def test_the_short_answer_is_the_likeliest_words_of_what_is_cited() -> None:
    mayor = candidate(BRIDGE, "Le maire a démenti.", 0.8, words="Le maire", span_score=2.0)
    prefect = candidate(
        OTHER, "Le préfet a démenti aussi, hier.", 0.7, words="hier", span_score=3.0
    )
    town = candidate(BRIDGE, "La ville attend.", 0.1, words="La ville", span_score=9.0)
    assert answer(query(), read(mayor, prefect, town), MODEL).short_answer == "hier"
    assert answer(query(), read(mayor, town), MODEL).short_answer == "Le maire"


def test_where_no_words_are_likelier_than_none_there_is_no_short_answer() -> None:
    assert answer(query(), read(MAYOR), MODEL).short_answer == ""
