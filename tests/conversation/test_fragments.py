from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation.fragments import put_into

WHO = "Who denied the Putin call?"
SHARE = "What share went on strike in May 2020 according to the union?"


@pytest.mark.parametrize(
    ("turn", "question", "made"),
    [
        ("And the Kremlin?", WHO, "Did the Kremlin deny the Putin call?"),
        ("And the mayor?", "Who has denied the leak?", "Has the mayor denied the leak?"),
        ("And Boeing?", "Who denies that it flew?", "Does Boeing deny that it flew?"),
        ("Et la mairie ?", "Qui a nié la fuite ?", "La mairie a nié la fuite ?"),
        ("Qu'en est-il du maire ?", "Qui a nié la fuite ?", "Le maire a nié la fuite ?"),
        ("Et les élus ?", "Qui a nié la fuite ?", "Les élus ont nié la fuite ?"),
        ("And according to the audit?", SHARE, SHARE.replace("the union", "the audit")),
        ("What about the audit?", SHARE, SHARE.replace("the union", "the audit")),
        ("And in June?", SHARE, None),  # a month and a year are not a month
        ("And in June 2021?", SHARE, SHARE.replace("May 2020", "June 2021")),
        ("And Musk?", "What did Peskov say of it?", "What did Musk say of it?"),
        ("Et Musk ?", "Qu'a dit Peskov de l'appel ?", "Qu'a dit Musk de l'appel ?"),
        ("And in Spanish?", "How many read it in French?", "How many read it in Spanish?"),
        ("Et en 2021 ?", "Combien en 2020 ?", "Combien en 2021 ?"),
        ("And June?", "What did he say in May?", "What did he say in June?"),
        ("And Orne County?", "Is there smoke in Eure County?", "Is there smoke in Orne County?"),
        ("Et la France ?", "Qui arme la Syrie ?", "Qui arme la France ?"),
        ("Et la France ?", "Combien de morts en Syrie ?", "Combien de morts en France ?"),
        ("Anna Meier?", "When did Luis Rubiales resign?", "When did Anna Meier resign?"),
    ],
)
def test_what_is_named_takes_the_place_of_its_like(
    turn: str, question: str, made: str | None
) -> None:
    assert put_into(turn, question) == made


@pytest.mark.parametrize(
    ("turn", "question"),
    [
        ("And when?", WHO),
        ("And Musk resigned?", WHO),
        ("Did Musk?", WHO),
        ("a strange word", WHO),
        ("And the coach?", "When did Luis Rubiales resign?"),
        ("And France?", "Does Mali trade with Chad?"),  # which of the two?
        ("Musk l'a-t-il dit ?", "Qui a nié la fuite ?"),
        ("And the silver medal?", "Who won the race?"),
        ("What about Musk?", "How many people died in Mali?"),
        ("And the minister?", "What did Boeing admit?"),
        ("Et le ministre de l'Information ?", "Qui a chanté avec Anna Meier ?"),
    ],
)
def test_what_has_no_like_stays_as_it_is(turn: str, question: str) -> None:
    assert put_into(turn, question) is None


def test_between_languages_a_name_leaves_its_article_behind() -> None:
    assert put_into("Et le Kremlin ?", WHO, same_language=False) == (
        "Did Kremlin deny the Putin call?"
    )
    assert put_into("Et la Russie ?", WHO, same_language=False) == "Did Russia deny the Putin call?"
    assert put_into("And Russia?", "Qui a nié ?", same_language=False) == "Russie a nié ?"
    assert put_into("Et la mairie ?", WHO, same_language=False) is None


@settings(deadline=None)  # the first one loads the lexicon
@given(st.text(max_size=60), st.text(max_size=100))
def test_any_turn_and_question_will_do(turn: str, question: str) -> None:
    put_into(turn, question)
    put_into("And Musk?", question)


@pytest.mark.parametrize("word", ["in ", "and ", "according to ", "Aa ", "le ", "… "])
def test_it_never_takes_long(word: str) -> None:
    started = time.perf_counter()
    put_into(word * 100, word * 400)
    put_into("And Musk?", word * 400)
    put_into("And in Musk?", word * 400)
    assert time.perf_counter() - started < 2
