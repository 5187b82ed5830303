from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.pronouns import find_pronouns, names, replace_pronoun


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("What did he say about it?", "en", ["he", "it"]),
        ("Who said that?", "en", ["that"]),
        ("Who was the other one?", "en", ["one"]),
        ("Who lives there?", "en", ["there"]),
        ("Who said that Musk called?", "en", []),
        ("Is it true that Musk called?", "en", []),
        ("How many teams are there?", "en", []),
        ("Did Musk say he would?", "en", []),
        ("How long does it take?", "en", []),
        ("Quelle protestation a-t-il lancée ?", "fr", ["il"]),
        ("Que lui a-t-il demandé ?", "fr", ["lui", "il"]),
        ("Sur quel score l’ont-ils emporté ?", "fr", ["l'", "ils"]),
        ("Pourquoi le ministre l'a-t-il annulé ?", "fr", ["l'"]),
        ("Qui l'avait dit ?", "fr", ["l'"]),
        ("Qu'en pense la banque ?", "fr", ["en"]),
        ("Qu'en France on dise oui ?", "fr", []),
        ("Qui a volé la Joconde ?", "fr", []),
        ("Quand la passerelle doit-elle rouvrir ?", "fr", []),
        ("Qui Kit Harington a-t-il épousé ?", "fr", []),
        ("Combien y a-t-il de tramways ?", "fr", []),
        ("Il était quelle heure ?", "fr", []),
    ],
)
def test_only_pronouns_that_need_what_was_said_before(
    text: str, language: str, found: list[str]
) -> None:
    assert [pronoun.word for pronoun in find_pronouns(text, language)] == found


@given(st.text(max_size=80), st.sampled_from(["en", "fr"]))
def test_a_pronoun_stands_where_it_says_and_can_be_replaced(text: str, language: str) -> None:
    for pronoun in find_pronouns(text, language):
        assert text[pronoun.start : pronoun.end].lower().replace("’", "'") == pronoun.word
        assert replace_pronoun(text, pronoun, "Elon Musk", language)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who is Anna Meier of Kestrel Bay?", ["Anna Meier", "Kestrel Bay"]),
        ("Did Musk call?", ["Musk"]),
        ("When?", []),
        ("Where does the sea end?", []),
    ],
)
def test_a_word_that_only_begins_a_sentence_is_no_name(text: str, found: list[str]) -> None:
    assert [part for name in names(text) for part in name.split(" of ")] == found
