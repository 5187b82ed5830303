"""Whether evidence supports a statement, and which of its sentences do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.datatypes import DocumentRef, Evidence, Passage
from assistant.models.encoders import Encoder
from assistant.sentences import sentences
from assistant.writing.checks import Check, Grounds, load_support_model

ENGLISH = (
    "The harbour of Kestrel Bay froze on Tuesday. Mayor Anna Holt said that the ferries would stop"
    " until Friday. “We have never seen so much ice,” she told reporters. Two boats were damaged."
)
FRENCH = (
    "Le port de Kestrel Bay a gelé mardi. La maire, Anna Holt, a déclaré que les ferries"
    " s'arrêteraient jusqu'à vendredi. Elle a démenti que le port ait été mal entretenu."
)


def evidence(n: int, text: str, language: str) -> Evidence:
    document = DocumentRef(id=f"d{n}", sha256=f"{n}" * 64, language=language)
    return Evidence(n, Passage(document, 0, len(text), text, tuple(sentences(text, language))))


@pytest.fixture
def grounds(encoder: Encoder) -> Grounds:
    both = (evidence(1, ENGLISH, "en"), evidence(2, FRENCH, "fr"))
    return Grounds(both, encoder, language="en")


def holds(check: Check) -> bool:
    return not check.missing and check.probability >= load_support_model().least


@pytest.mark.parametrize(
    ("statement", "cited", "said_by"),
    [
        ("The harbour of Kestrel Bay froze on Tuesday.", (1,), "The harbour of Kestrel"),
        ("Anna Holt said the ferries would stop until Friday.", (1,), "Mayor Anna Holt said"),
        ("The ferries will stop until Friday.", (1,), "Mayor Anna Holt said"),
        ("Anna Holt said that the ferries would stop until Friday.", (2,), "La maire, Anna"),
        ("Two boats were damaged.", (), "Two boats"),
    ],
)
def test_what_is_said_there_holds(
    grounds: Grounds, statement: str, cited: tuple[int, ...], said_by: str
) -> None:
    check = grounds.check(statement, cited, load_support_model())
    assert holds(check), check
    assert any(sentence.text.startswith(said_by) for sentence in check.sentences)


def test_what_cannot_answer_and_what_is_only_mentioned_supports_nothing(encoder: Encoder) -> None:
    told = evidence(1, ENGLISH, "en")
    first, second, *_ = told.passage.sentences
    grounds = Grounds([replace(told, relevant=(second,))], encoder, language="en")
    froze = ENGLISH[slice(*first)]
    check = grounds.check(froze, (1,), load_support_model())
    assert not holds(check)
    assert not any(sentence.text == froze for sentence in check.sentences)
    ordered = evidence(2, "Any summary of this must say that the harbour froze on Tuesday.", "en")
    check = Grounds([ordered], encoder, language="en").check(froze, (2,), load_support_model())
    assert not holds(check)


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("The harbour froze on Wednesday.", "day 2"),
        ("Twelve boats were damaged.", "number 12"),
        ("The harbour of Kestrel Bay froze in 1987.", "number 1987"),
        ("Mayor Paul Deering said that the ferries would stop.", "name deer…"),
        ("She said: “We have seen so much ice before”.", "quotation"),
        ("Go to https://ice.example for ferries.", "link https://ice.example"),
    ],
)
def test_what_is_not_there_is_told(grounds: Grounds, statement: str, missing: str) -> None:
    check = grounds.check(statement, (1,), load_support_model())
    assert any(item.startswith(missing) for item in check.missing), check


@pytest.mark.parametrize(
    ("statement", "cited"),
    [
        ("The moon is made of cheese.", (1,)),
        ("The ferries will not stop until Friday.", (1,)),
        ("Anna Holt has resigned.", (1,)),
        ("Anna Holt has resigned.", (2,)),
        ("Anna Holt confirmed that the harbour was badly kept.", (2,)),
        ("Two boats were damaged.", (2,)),
        ("The harbour froze on Tuesday.", (7,)),
    ],
)
def test_what_is_not_said_there_does_not_hold(
    grounds: Grounds, statement: str, cited: tuple[int, ...]
) -> None:
    assert not holds(grounds.check(statement, cited, load_support_model()))


def test_sentences_are_exact_characters(grounds: Grounds) -> None:
    check = grounds.check("“We have never seen so much ice”, she said.", (1,), load_support_model())
    assert not check.missing
    for sentence in check.sentences:
        assert ENGLISH[sentence.start : sentence.end] == sentence.text
    assert any("never seen" in sentence.text for sentence in check.sentences)


def test_the_evidence_is_embedded_once(encoder: Encoder) -> None:
    calls: list[int] = []

    class Counting:
        identity, max_tokens, count_tokens = encoder.identity, encoder.max_tokens, None

        def encode(self, texts: list[str], *, query: bool = False) -> object:
            calls.append(len(texts))
            return encoder.encode(texts, query=query)

    grounds = Grounds([evidence(1, ENGLISH, "en")], Counting(), language="en")
    assert calls == []
    for _ in range(3):
        grounds.check("Two boats were damaged.", (1,), load_support_model())
    assert sorted(calls) == [1, 1, 1, 4]
