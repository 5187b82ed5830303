from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.attributing import attributed
from assistant.attribution.questions import analyse
from assistant.datatypes import Answer, Citation, Statement
from tests.heard import heard, query

OWL = (
    "Ann Lee denied that the owl was stolen.",
    "Bob Ray confirmed that the owl was stolen.",
)


def answered(question: str, *texts: str, cited: Sequence[str], language: str = "en") -> Answer:
    """An answer that cites these sentences of the texts, and whose words they are."""
    said = heard(*texts, language=language)
    passages = {item.passage.passage.text: item.passage.passage for item in said}
    citations = []
    for n, quote in enumerate(cited, start=1):
        passage = next(p for text, p in passages.items() if quote in text)
        start = passage.text.index(quote)
        citations.append(
            Citation(
                n=n, document=passage.document, start=start, end=start + len(quote), quote=quote
            )
        )
    statements = tuple(Statement(f"{c.quote} [{c.n}]", (c.n,)) for c in citations)
    made = Answer(
        question=question, standalone=question, language=language, abstained=False,
        confidence=0.5, text=" ".join(s.text for s in statements), short_answer="a guess",
        statements=statements, citations=tuple(citations),
    )  # fmt: skip
    return attributed(made, said, analyse(query(question, language)))


def test_a_cited_sentence_says_whose_word_it_is() -> None:
    made = answered("Who denied that the owl was stolen?", *OWL, cited=OWL[::-1])
    (denial,) = made.attributions
    assert (denial.source, denial.stance, denial.citation) == ("Ann Lee", "deny", 2)
    assert made.short_answer == "Ann Lee"


def test_who_denied_is_nobody_where_the_cited_only_confirmed() -> None:
    made = answered("Who denied that the owl was stolen?", *OWL, cited=OWL[1:])
    assert (made.attributions, made.short_answer) == ((), "")


def test_an_ordinary_answer_says_whose_word_it_is() -> None:
    text = "The owl is grey. It was stolen on Monday, Ann Lee said."
    made = answered("When was the owl stolen?", text, cited=[text[17:]])
    assert [(a.source, a.citation) for a in made.attributions] == [("Ann Lee", 1)]
    assert made.short_answer == "a guess"


def test_who_is_far_from_what_is_asked_is_not_named() -> None:
    texts = ("Ann Lee said the owl eats mice at night.", "Bob Ray said that the vet was late.")
    made = answered("Who said the owl eats mice?", *texts, cited=texts)
    assert made.short_answer == "Ann Lee"


def test_what_someone_said_is_given_verbatim() -> None:
    text = "Ann Lee said the owl was tired."
    made = answered("What did Ann Lee say about the owl?", text, cited=[text])
    assert made.short_answer == "the owl was tired"


def test_of_what_someone_said_that_is_told_which_is_asked_for() -> None:
    text = "Ann Lee said the owl was tired and said the vet was late."
    made = answered("What did Ann Lee say about the vet?", text, cited=[text])
    assert made.short_answer == "the vet was late"
    text = "Ann Lee confirmed the theft but denied that it was late."
    made = answered("Did Ann Lee confirm the theft?", text, cited=[text])
    assert made.short_answer == "the theft"


def test_the_words_of_others_are_told_to_be_theirs() -> None:
    text = "Ann Lee said the owl was tired."
    made = answered("What did Bob Ray say about the owl?", text, cited=[text])
    assert [a.source for a in made.attributions] == ["Ann Lee"]


def test_who_only_reports_is_told() -> None:
    text = "The Globe reported that Ann Lee had denied the theft of the owl."
    made = answered("Who denied the theft of the owl?", text, cited=[text])
    assert made.short_answer == "Ann Lee (according to The Globe)"


@pytest.mark.parametrize(
    ("text", "quote", "language", "lead"),
    [
        ("“It is late,” Ann Lee said. “It was grey.”", "“It was grey.”", "en",
         "According to Ann Lee: “It was grey.” [1]"),
        ("« Il est tard », dit Anne Roy. « Il était gris. »", "« Il était gris. »", "fr",
         "Selon Anne Roy : « Il était gris. » [1]"),
        ("Ann Lee is here. She said it was grey.", "She said it was grey.", "en",
         "Ann Lee: She said it was grey. [1]"),
        ("It was grey, Ann Lee said.", "It was grey, Ann Lee said.", "en",
         "It was grey, Ann Lee said. [1]"),
    ],
)  # fmt: skip
def test_a_sentence_whose_speaker_stands_elsewhere_gets_the_name(
    text: str, quote: str, language: str, lead: str
) -> None:
    made = answered("Which colour?", text, cited=[quote], language=language)
    assert made.text == made.statements[0].text == lead
    assert made.citations[0].quote == quote


def test_who_does_what_is_asked_goes_before_who_says_something_of_it() -> None:
    texts = ("Ann Lee promised refunds for the owl.", "Bob Ray welcomed the refunds for the owl.")
    made = answered("Who promised refunds for the owl?", *texts, cited=texts)
    assert made.short_answer == "Ann Lee"
