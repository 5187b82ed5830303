"""Sentences: where a stop ends one in French and English news, and where it does not."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import sentences

# A bar marks where a sentence ends and the next begins.
CASES = {
    "fr": {
        "civilités": "M. Peskov dément. | Mme Royal et le Dr. Knock aussi. | MM. Macron et Scholz.",
        "point cardinal": "Il va vers l'est. | Moscou est à l'ouest.",
        "initiales": "J. K. Rowling et J.-C. Van Damme sont là. | Dionisio A. Lind joue. | Bravo.",
        "sigles": "Il vit aux U.S.A. depuis mai. | Elle rentre des U.S.A. | Elle est contente.",
        "par exemple": "Un pays, p. ex. Malte, refuse. | D'autres, cf. Le Monde, hésitent.",
        "articles et pages": "Voir l'art. 5, p. 12 et le n° 3. | C'est de l'art. | Il le dit.",
        "et cetera": "Des pommes, etc. sont là. | Des poires, etc. | Il en reste.",
        "dates": "Né vers 50 av. J.-C. à Rome. | Mort le 3 sept. 1830.",
        "guillemets": "« Rien ! » a-t-il dit. | « C’est faux. » | Il insiste.",
        "espaces insécables": "«\u00a0Non\u00a0?\u00a0» | Il a ri. | Fin\u202f! | Si.",
        "citation longue": "« Il part. | Elle reste », dit-il.",
        "citation dans la citation": "Il dit : « Elle a crié “Non !” et a fui. » | Puis rien.",
        "décimales": "Le taux est de 3.5 %, soit 1.250,75 euros. | Il monte.",
        "points de suspension": "Il hésite... puis part. | Et alors… | Rien.",
        "coupure": "Il a dit « oui […] au traité ». | Voilà.",
        "titre sans point": "Musk nie tout\n\n|Il a parlé hier. | Il parlera demain.",
        "lignes coupées": "Le Kremlin a démenti,\nM. Musk aussi, et M.\nTrump.",
        "liste": "Trois points :\n|- le prix\n|- la paix\n|1. Un premier. | Un autre.",
        "URL": "Voir https://www.lemonde.fr/a.b?c=d pour tout. | Ou example.com/Page. | Merci.",
        "dialogue": "— Vous venez ? | — Non. | — Ah !",
        "parenthèse": "Il est parti (elle aussi.) | On le sait.",
        "note": "Il est né en 1950.[12] | Il vit encore.",
    },
    "en": {
        "titles": "Mr. Adams met Sen. Warren and Gov. Brown. | St. Martin's is shut. | Ms. Li too.",
        "initials": "J. K. Rowling met George W. Bush and A.P.J. Kalam. | Nobody else came.",
        "acronym inside": "U.S. Rep. Maxine Waters denied it. | The U.S. Senate voted.",
        "acronym at the end": "He left the U.S. | They stayed in the U.K. | He met D.C. voters.",
        "dateline": "CONCORD, N.H. — He came. | Oscar P. Quintero too.",
        "hours": "It began at 9 a.m. Monday. | It ended at 5 p.m. | He went home.",
        "companies": "Apple Inc. Chief Tim Cook spoke. | It is Apple Inc. | The S.&P. 500 fell.",
        "months": "On Sept. 11 and Jan. 6, 2021. | No. 5 is alive. | No. | Never.",
        "and so on": "Cats, dogs, etc. are pets, e.g. Rex, i.e. a dog, vs. Tom. | Good.",
        "curly quotes": "“No comment.” | He left. | “Why?” he asked. | “Go!” | She went.",
        "straight quotes": '"We won." | "Did we?" she asked. | "Yes!" | He smiled.',
        "speaker after a question": '"Is it true?" Mr. Adams asked. | Nobody knew.',
        "quote within": "She said 'I quit.' | Then “he said ‘no.’” | The end.",
        "decimals": "It rose 2.5 percent to $3.75. | Version 1.2.3 is out.",
        "ellipses": "He paused ... and left. | Well... | That was it.",
        "shouting": "What?! | You lost!!! | Yes.",
        "headline": "Musk denies it all\n\n|He spoke on Monday.",
        "headline above one long line": "Musk denies it all\n|"
        + "He spoke at length and ".ljust(20) * 4
        + "left.",
        "one paragraph a line": "Musk said that " + "he " * 60 + "lied:\n|The " + "call " * 40,
        "wrapped prose": "The Kremlin's man, who was asked by a\nReuters reporter, denied it.",
        "list": "To do:\n|* Call Ann\n|* Write to Bob\n|2) Sleep",
        "Markdown": "# News\n|It rains. | It pours.",
        "addresses": "Write to a.b@example.com or see www.example.com. | Thanks.",
        "bracket": "(He lied. | She did not.) | They met.",
        "accent and emoji": "Élan vital 🚀. | 🎉 Bravo. | Ok.",
    },
}


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        pytest.param(lang, text, id=f"{lang}-{name}")
        for lang in CASES
        for name, text in CASES[lang].items()
    ],
)
def test_sentences_of_the_news(language: str, marked: str) -> None:
    text = marked.replace("|", "")
    expected = [part.strip() for part in marked.split("|")]
    assert [text[start:end] for start, end in sentences(text, language)] == expected


def test_a_text_of_unknown_language_knows_the_openers_of_both() -> None:
    text = "Il vit aux U.S.A. Elle aussi. He left the U.S. They did too."
    assert len(sentences(text)) == 4


def test_a_page_break_does_not_end_a_sentence() -> None:
    assert sentences("Le texte continue à la\n\fpage suivante.", "fr") == [(0, 38)]


@given(
    st.text(
        st.one_of(
            st.characters(exclude_categories=("Cs",)),
            st.sampled_from("aéMU.!?…»«\"'’”) \u00a0\u202f\n\r\f\t-•1,;\u0301\u200d\u0000אב👩🏽🚀"),
        )
    ),
    st.sampled_from(["fr", "en", "", "he"]),
)
def test_sentences_are_in_order_disjoint_trimmed_and_complete(text: str, language: str) -> None:
    spans = sentences(text, language)
    bounds = list(itertools.chain.from_iterable(spans))
    assert bounds == sorted(bounds)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    held = {i for start, end in spans for i in range(start, end)}
    assert all(i in held or text[i].isspace() for i in range(len(text)))


@pytest.mark.parametrize(
    "unit",
    ["mot ", "x", ".", ". ", '"', '". ', "« ", ". »", ".x", "M. ", "\n", "a\n", "- A\n", "\u0301"],
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    began = time.process_time()
    sentences(text, "fr")
    assert time.process_time() - began < 5  # it takes a tenth; a quadratic one, minutes
