from __future__ import annotations

from assistant.agreement import answer_on_agreement
from assistant.attribution.questions import analyse
from assistant.claims import claims_of
from assistant.datatypes import Answer
from tests.heard import heard, query


def asked(question: str, *texts: str, language: str = "en") -> Answer | None:
    wanted = analyse(query(question, language))
    assert wanted is not None
    said = heard(*texts, language=language, published="2024-10-30")
    claims = claims_of(wanted, question, said)
    return answer_on_agreement(query(question, language), claims, 0.5)


def test_who_says_so_and_who_denies_it_is_told_with_dates() -> None:
    made = asked(
        "Do the sources agree on the theft of the owl?",
        "Ann Lee denied the theft of the owl.",
        "Bob Ray confirmed the theft of the owl.",
    )
    assert made is not None
    assert [s.text for s in made.statements] == [
        "The sources do not agree. [1] [2]",
        "Bob Ray (published 2024-10-30) confirms: Bob Ray confirmed the theft of the owl. [1]",
        "Ann Lee (published 2024-10-30) denies: Ann Lee denied the theft of the owl. [2]",
    ]
    assert [(a.source, a.stance, a.citation) for a in made.attributions] == [
        ("Bob Ray", "confirm", 1),
        ("Ann Lee", "deny", 2),
    ]
    assert made.text == " ".join(s.text for s in made.statements)


def test_sources_that_say_the_same_do_not_contradict_each_other() -> None:
    made = asked(
        "Les sources sont-elles d’accord sur le vol du hibou ?",
        "Anne Roy a confirmé le vol du hibou.",
        "Le maire a confirmé le vol du hibou.",
        language="fr",
    )
    assert made is not None
    assert made.short_answer == "Aucune source n’en contredit une autre à ce sujet"


def test_where_nobody_takes_a_side_nothing_is_answered() -> None:
    assert asked("Do the sources agree on the theft of the owl?", "It rained in Ely.") is None


def test_one_speaker_agrees_with_nobody() -> None:
    made = asked(
        "Do the sources agree on the theft of the owl?", "Bob Ray denied the theft of the owl."
    )
    assert made is not None
    assert made.short_answer == "Only one speaker is heard on this"
