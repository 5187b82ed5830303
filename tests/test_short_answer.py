from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.short_answer import short_answer


@pytest.mark.parametrize(
    ("question", "sentences", "expected"),
    [
        pytest.param(
            "Who denied the Putin call?",
            [
                "Après la parution, Elon Musk a démenti avoir parlé avec Vladimir Poutine.",
                "Le porte-parole, Dmitri Peskov, avait qualifié de fausses ces rumeurs.",
            ],
            "Elon Musk; Dmitri Peskov",
            id="who denied: the name nearest to the words of denial, in each sentence",
        ),
        pytest.param(
            "Qui dirige la mairie ?",
            ["La mairie est dirigée par Mme Anne Leroy-Dubois."],
            "Anne Leroy-Dubois",
            id="who: no title, hyphens kept",
        ),
        pytest.param(
            "Who complained?",
            ["The mayor complained about noise."],
            "",
            id="who: nobody named",
        ),
        pytest.param(
            "When did the church burn?",
            ["In 1939 the church burnt down, and 40 people fled."],
            "1939",
            id="when: a year",
        ),
        pytest.param(
            "Quand le pont a-t-il été fermé ?",
            ["Le pont a été fermé le 3 juin 2024 par arrêté."],
            "3 juin 2024",
            id="when: a French date",
        ),
        pytest.param(
            "Combien d'habitants ont été évacués ?",
            ["Quelque 12\u00a0000 habitants ont été évacués."],
            "12\u00a0000 habitants",
            id="how many: digits grouped by a no-break space",
        ),
        pytest.param(
            "How much did it cost?", ["It cost $3.5 million."], "$3.5 million", id="how much"
        ),
        pytest.param("Et quand ?", ["En octobre 2022 déjà."], "octobre 2022", id="and when"),
        pytest.param("Why did it close?", ["It closed in 1999."], "", id="why: no short answer"),
        pytest.param("Who?", [], "", id="no sentence"),
    ],
)
def test_the_few_words_that_answer(question: str, sentences: list[str], expected: str) -> None:
    assert short_answer(question, sentences) == expected


@given(
    st.sampled_from(["Who denied it?", "Quand ?", "How many people?", "Qui a dit cela ?"]),
    st.lists(st.text(max_size=80), max_size=3),
)
def test_a_short_answer_is_always_verbatim(question: str, sentences: list[str]) -> None:
    answer = short_answer(question, sentences)
    for part in answer.split("; ") if answer else []:
        assert any(part in sentence for sentence in sentences) or "; " in "".join(sentences)
