"""Names, numbers, dates and quotations, in a form that both languages share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.writing.facts import facts_of, locate, quotations


@pytest.mark.parametrize(
    ("english", "french", "value"),
    [
        ("1,500 ships", "1 500 navires", 1500),
        ("1,500.5 tons", "1 500,5 tonnes", 1500.5),
        ("$44 billion", "44 milliards de dollars", 44e9),
        ("£2.8bn", "2,8 Md", 2.8e9),
        ("in 2023", "en 2023", 2023),
        ("12.5%", "12,5 %", 12.5),
        ("1,234,567 people", "1.234.567 personnes", 1234567),
    ],
)
def test_a_number_is_the_same_in_both_languages(english: str, french: str, value: float) -> None:
    assert value in facts_of(english).numbers
    assert value in facts_of(french).numbers


def test_numbers_written_as_words_are_counted() -> None:
    assert facts_of("Three ships, douze navires, 3 million").counted == {3, 12}


def test_a_year_and_a_number_beside_it_are_two() -> None:
    assert facts_of("in 2023 500 people").numbers == {2023, 500}


@pytest.mark.parametrize("text", ["22 August 2023", "le 22 août 2023", "2023-08-22", "August 22"])
def test_dates_have_their_month(text: str) -> None:
    facts = facts_of(text)
    assert facts.dates == {"month 8"}
    assert 22 in facts.numbers


def test_may_and_mars_are_months_beside_a_day_only() -> None:
    assert facts_of("She may go to Mars.").dates == frozenset()
    assert facts_of("on 3 May; le 4 mars").dates == {"month 5", "month 3"}


def test_names_have_a_capital_and_begin_no_sentence_alone() -> None:
    assert facts_of("Police held Elon Musk on Monday. Nobody knew.").names == {"elon", "musk"}
    assert facts_of("Elon Musk left.").names == {"elon", "musk"}


@pytest.mark.parametrize(
    ("name", "there"), [("Russian", "Russia"), ("French", "France"), ("Poutine", "Putin")]
)
def test_a_name_is_found_in_its_other_forms(name: str, there: str) -> None:
    assert facts_of(f"The {name} war.").names <= facts_of(f"It is {there} that attacks.").roots


def test_what_is_quoted_at_length() -> None:
    text = 'He said “I never spoke to him”, « pas un mot de cela », "not a single word" and “no”.'
    assert quotations(text) == ["I never spoke to him", "pas un mot de cela", "not a single word"]


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        ("I never spoke to him", "He: “I never spoke to him.”"),
        ("it’s “over” now", 'it\'s "over" now'),
        ("i never spoke", "I never spoke"),
        ("c'est fini", "C’est\u00a0fini"),
        ("two words.", "two\nwords, and"),
    ],
)
def test_a_quotation_is_found_however_it_is_set(quoted: str, text: str) -> None:
    assert locate(quoted, text) is not None


@pytest.mark.parametrize(
    ("quoted", "text"),
    [("I never spoke", "I rarely spoke"), ("Over", "The House is not OVER"), ("", "x"), (".", ".")],
)
def test_other_words_are_no_quotation(quoted: str, text: str) -> None:
    assert locate(quoted, text) is None


@settings(deadline=None)
@given(st.text("abé’' -\n«»", min_size=1), st.text("xy \n"), st.text("xy \n"))
def test_where_it_is_found_are_its_words(quoted: str, before: str, after: str) -> None:
    text = f"{before}{quoted}{after}"
    if span := locate(quoted, text):
        found = text[slice(*span)]
        assert len(found.split()) == len(quoted.strip(" .,;").split()) or "«" in quoted
