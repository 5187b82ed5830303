"""Whom a sentence lets speak: where the name stands, and what is no act of its own."""

from __future__ import annotations

import pytest

from assistant.attribution import extract
from assistant.datatypes import Document


def told(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    found = extract(Document.of(text, language=language))
    return [(a.source, a.stance, a.content) for a in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Togo’s transport minister, Kossi Amegan-Dossou, denied it.",
         ("Kossi Amegan-Dossou", "deny", "it")),
        ("Ely’s finance minister, Ann Lee, on Friday denied the report.",
         ("Ann Lee", "deny", "the report")),
        ("The owner, Ann Lee, nevertheless insisted that it was late.",
         ("Ann Lee", "assert", "that it was late")),
        ("“People fall asleep,” warned Oxfam’s secretary, Ann Lee.",
         ("Ann Lee", "warn", "“People fall asleep,”")),
        ("“What breaks?” asked Ann Lee, who keeps owls.", ("Ann Lee", "ask", "“What breaks?”")),
        ("Several drivers deny this.", ("Several drivers", "deny", "this")),
        ("Two members of the board contradict him.",
         ("Two members of the board", "deny", "him")),
        ("The shop that serviced it in Ely insisted that it was late.",
         ("The shop that serviced it in Ely", "assert", "that it was late")),
        ("The minister observed drily that it was late.",
         ("The minister", "assert", "that it was late")),
        ("A police officer was heard telling one man that it was late.",
         ("A police officer", "assert", "that it was late")),
        ("As the paper noted, it was late.", ("the paper", "assert", "it was late")),
        ("The owls came, confirmed Ann Lee.", ("Ann Lee", "confirm", "The owls came")),
        ("“It is late,” Ann Lee said, referring to the owls.", ("Ann Lee", "assert", "the owls")),
        ("“That is the owl,” says the mayor of Ely, Ann Lee.",
         ("Ann Lee", "assert", "“That is the owl,”")),
        ("That would cost the town an owl, the firm warned.",
         ("the firm", "warn", "That would cost the town an owl")),
        ("The owls matter less than the hours, the owls’ keepers replied.",
         ("the owls’ keepers", "assert", "The owls matter less than the hours")),
        ("Ann Lee, who owns an owl, demands that it be late.",
         ("Ann Lee", "ask", "that it be late")),
        ("Kate Moor spoke. An economist, Bob Ray, is less sure: one owl, he says, is late.",
         ("Bob Ray", "assert", "one owl […] is late")),
        ("Ann Lee declined to comment on the owl.", ("Ann Lee", "refuse", "the owl")),
        ("Ann Lee declined to comment.", ("Ann Lee", "refuse", "to comment")),
        ("Ann Lee refused to pay the fine.", ("Ann Lee", "refuse", "to pay the fine")),
        ("Hospital manager Ann Lee regretted the decision.",
         ("Ann Lee", "criticise", "the decision")),
        ("In Athens, the governing party called for a vote.",
         ("the governing party", "ask", "a vote")),
        ("An official of the district confirmed that.",
         ("An official of the district", "confirm", "that")),
        ("New Delhi would neither confirm nor deny.", ("New Delhi", "refuse", "confirm")),
        ("The newest report from the Owl Commission shows a decrease in owls.",
         ("The newest report from the Owl Commission", "assert", "a decrease in owls")),
        ("Ann Lee hopes to sleep on Sunday.", ("Ann Lee", "assert", "to sleep on Sunday")),
        ("Karel Čapek-Łoś said it was late.", ("Karel Čapek-Łoś", "assert", "it was late")),
    ],
)  # fmt: skip
def test_english(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plusieurs conducteurs le démentent.", ("Plusieurs conducteurs", "deny", "le")),
        ("L’opposition reproche à la ministre d’avoir dormi.",
         ("L’opposition", "criticise", "à la ministre d’avoir dormi")),
        ("Le maire a répondu dans l’heure que la loi était utile.",
         ("Le maire", "assert", "que la loi était utile")),
        ("« C’est gênant », a répondu l’inspectrice en chef, Anne Roy.",
         ("Anne Roy", "assert", "« C’est gênant »")),
        ("« C’est gênant », répond le responsable du parc pour les hiboux, Luc Roy.",
         ("Luc Roy", "assert", "« C’est gênant »")),
        ("Le séminaire existe, a confirmé l’avocate de la banque, Anne Roy.",
         ("Anne Roy", "confirm", "Le séminaire existe")),
        ("La fédération, qui y était favorable, regrette le temps perdu.",
         ("La fédération", "criticise", "le temps perdu")),
        ("Un élu ayant pris part aux débats a indiqué que la loi était utile.",
         ("Un élu ayant pris part aux débats", "assert", "que la loi était utile")),
        ("« Je l’ai entendu », a dit à la radio publique un matelot de Nice.",
         ("un matelot de Nice", "assert", "« Je l’ai entendu »")),
        ("« C’est tard », a lancé à l’ancien élu la présidente du tribunal, Anne Roy.",
         ("Anne Roy", "assert", "« C’est tard »")),
        ("Six élus nient l’avoir vu ; le septième, Luc Roy, a reconnu un « coup ».",
         ("Luc Roy", "confirm", "un « coup »")),
        ("Sa cheffe, Anne Roy, a dit avoir vu des hiboux.",
         ("Anne Roy", "assert", "avoir vu des hiboux")),
        ("Le directeur, Luc Roy, repousse l’idée et affirme que le hibou est venu.",
         ("Luc Roy", "assert", "que le hibou est venu")),
        ("La police d’Avon et du Somerset a dit que le hibou dort.",
         ("La police d’Avon et du Somerset", "assert", "que le hibou dort")),
        ("Les hiboux, comme Anne Roy l’a dit, sont tard.", ("Anne Roy", "assert", "Les hiboux")),
    ],
)  # fmt: skip
def test_french(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in told(text, "fr")


def test_another_office_is_another_person() -> None:
    text = "Senator Ann Lee said it was late. The health minister denied it."
    assert [source for source, *_ in told(text)] == ["Ann Lee", "The health minister"]


def test_a_name_of_no_known_office_is_not_whoever_holds_one() -> None:
    text = "Washington said it was late. The prime minister denied it."
    assert [source for source, *_ in told(text)] == ["Washington", "The prime minister"]


def test_an_office_may_be_that_of_a_person_of_no_other_and_of_that_gender() -> None:
    text = "Joe Biden a parlé : « Il est tard. » « Il dort », a dit le président américain."
    assert {source for source, *_ in told(text, "fr")} == {"Joe Biden"}
    other = "Joe Biden a parlé : « Il est tard. » « Il dort », a dit la ministre."
    assert "la ministre" in {source for source, *_ in told(other, "fr")}


def test_who_says_that_another_wants_something_tells_of_no_other_act() -> None:
    assert told("Ann Lee said Bob Ray wants an owl.") == [
        ("Ann Lee", "assert", "Bob Ray wants an owl")
    ]
    assert told("Ann Lee said Bob Ray had denied it.") == [
        ("Ann Lee", "assert", "Bob Ray had denied it"),
        ("Bob Ray", "deny", "it"),
    ]


def test_what_one_says_of_oneself_tells_the_act() -> None:
    assert told("Ann Lee said she was afraid of owls.") == [
        ("Ann Lee", "warn", "she was afraid of owls")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Do you support the owl?",
        "Ann Lee would support the owl.",
        "In Ely, states came.",
        "The owl slept thanks to Ann Lee.",
    ],
)
def test_nobody_speaks(text: str) -> None:
    assert told(text) == []


def test_a_quotation_that_was_never_closed_ends_where_the_next_opens() -> None:
    text = "« Ils disent : « Comment ? » « Si je dormais, je partirais », a dit Anne Roy."
    assert ("Anne Roy", "assert", "« Si je dormais, je partirais »") in told(text, "fr")


def test_a_paragraph_that_is_a_quotation_goes_on_with_who_spoke_before_it() -> None:
    text = "Ann Lee hopes to sleep. The owls are late.\n\n“We must go.” They left."
    assert ("Ann Lee", "ask", "“We must go.”") in told(text)


def test_this_paper_is_its_publisher() -> None:
    (found,) = extract(Document.of("This paper reported that it was late.", publisher="The Globe"))
    assert found.source == "The Globe"


def test_what_a_sentence_opens_with_is_its_subject_s_act() -> None:
    assert ("Ann Lee", "assert", "the suit to “theft,”") in told(
        "Likening the suit to “theft,” Ann Lee said it was late."
    )
    assert ("la police", "assert", "des raisons de sécurité") in told(
        "Invoquant des raisons de sécurité, la police empêcha les hiboux de dormir.", "fr"
    )


def test_what_one_finds_oneself_in_is_not_said() -> None:
    assert told("Il se trouvait « dans un lieu très sombre ».", "fr") == []


def test_what_is_to_be_supported_is_not_praised() -> None:
    text = "Anne Roy a ajouté que la loi pouvait soutenir les hiboux."
    assert [stance for _, stance, _ in told(text, "fr")] == ["assert"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Kate Moor spoke. Captain Bob Ray was less sure: owls, he said, are late.", "Bob Ray"),
        (
            "Luc Bel parle. Une avocate avait un doute : les hiboux, dit-elle, sont là.",
            "Une avocate",
        ),
        ("Ann Lee spoke. Kate Moor was less sure: owls, she said, are late.", "Kate Moor"),
    ],
)
def test_a_pronoun_means_the_subject_of_the_clause_before(text: str, speaker: str) -> None:
    language = "fr" if text.startswith("Luc") else "en"
    assert [source for source, *_ in told(text, language)][-1] == speaker


def test_whoever_is_told_of_by_who_is_a_person_whom_a_pronoun_may_mean() -> None:
    text = (
        "The painter Paul Roux asked where it was. The thief was a glazier, Vorzen Quill, who had "
        "worked there. Quill was arrested. He had loved it, he claimed."
    )
    assert told(text)[-1][0] == "Vorzen Quill"
    assert told(text.replace(", who", " and").replace("Vorzen ", ""))[-1][0] == "Paul Roux"
