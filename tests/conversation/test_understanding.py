from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import MAX_QUESTION, understand
from assistant.datatypes import Filter, Turn
from assistant.errors import InvalidInput

CALL = Turn("Who denied the Putin call?", "Elon Musk denied it [1].", "Elon Musk")
APPEL = Turn("Qui a démenti l'appel avec Poutine ?", "Elon Musk l'a démenti [1].", "Elon Musk")
BRIDGE = Turn("Why is the Port-Ysandre footbridge closed?", "Because of a bent beam [1].")
MAYOR = Turn("Who is the mayor of Kestrel Bay?", "Anna Meier has been mayor since 2020 [1].")


def meant(question: str, *history: Turn) -> str:
    return understand(question, history=history).standalone


def test_a_first_turn_stands_alone() -> None:
    query = understand("  Who denied the call? ", filters=Filter(language=("fr",)))
    assert query.text == query.standalone == "Who denied the call?"
    assert query.language == "en"
    assert query.filter.language == ("fr",)


@pytest.mark.parametrize("question", ["", "  \n", "x" * (MAX_QUESTION + 1)])
def test_no_question_and_endless_ones_are_refused(question: str) -> None:
    with pytest.raises(InvalidInput, match="question"):
        understand(question)
    with pytest.raises(InvalidInput, match="question"):
        understand("And when?", standalone=question)


@pytest.mark.parametrize(
    "question",
    [
        "And when?",
        "Why?",
        "What did he say then?",
        "Did they publish that?",
        "Who else?",
        "Et quand ?",
        "Pourquoi ?",
        "Qu’a-t-il dit ensuite ?",
        "Qui lui a répondu ?",
        "Qui l'a rapporté ?",
    ],
)
def test_a_turn_that_leaves_something_out_is_given_it(question: str) -> None:
    query = understand(question, history=[CALL])
    assert query.text == question
    assert "(Who denied the Putin call? Elon Musk)" in query.standalone


@pytest.mark.parametrize(
    "question",
    [
        "What does a croissant cost in Lima?",
        "Combien coûte le pont de Lima ?",
        "Is it true that Notre-Dame burnt?",
        "Who said that Boeing would pay?",
        "When did Rubiales say he would resign?",
        "Pourquoi Djokovic a-t-il perdu son visa ?",
        "Quand la tour Eiffel doit-elle rouvrir ?",
        "Combien de tramways y a-t-il à Saint-Aubrac ?",
        "How many trams are there in Saint-Aubrac?",
        "Who is Anna Meier?",
    ],
)
def test_a_turn_that_names_its_subject_leaves_the_history_alone(question: str) -> None:
    assert meant(question, CALL) == question


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        ((CALL,), "And the Kremlin?", "Did the Kremlin deny the Putin call?"),
        ((CALL,), "What about Peskov?", "Did Peskov deny the Putin call?"),
        ((CALL,), "Et le Kremlin ?", "Did Kremlin deny the Putin call?"),
        ((APPEL,), "Et le Kremlin ?", "Le Kremlin a démenti l'appel avec Poutine ?"),
        ((CALL, Turn("And when?", "In 2022.")), "And Peskov?", "Did Peskov deny the Putin call?"),
        ((MAYOR,), "And Port-Ysandre?", "Who is the mayor of Port-Ysandre?"),
        (
            (CALL, Turn("And the Kremlin?", "Yes.")),
            "And when?",
            "And when? (Did the Kremlin deny the Putin call? Yes.)",
        ),
        (
            (CALL, Turn("Did Bremmer confirm it?", "No.")),
            "And Peskov?",
            "Did Peskov confirm it? (Who denied the Putin call?)",
        ),
    ],
)
def test_what_a_turn_names_is_put_into_the_question_before(
    history: tuple[Turn, ...], question: str, resolved: str
) -> None:
    assert meant(question, *history) == resolved


def test_the_same_spokesman_is_the_one_who_was_called_so() -> None:
    told = Turn("Who rejected the story?", "Dmitri Peskov, the Kremlin’s spokesman.")
    standalone = meant("And what did the same spokesman call a lie in August?", told)
    assert standalone.startswith("And what did Dmitri Peskov call a lie in August? (Who rejected")


def test_a_father_is_another_than_his_son_and_a_town_is_nobody() -> None:
    died = Turn("What did Tom Daley’s father die of?", "A tumour.")
    assert meant("How old was he?", died).startswith("How old was Tom Daley’s father?")
    mort = Turn("De quoi est mort le père de Tom Daley ?", "D’une tumeur.")
    assert meant("Quel âge avait-il ?", mort).startswith("Quel âge le père de Tom Daley avait-il ?")
    stabbed = Turn("What happened to a teenager in Midsomer Norton?", "A knife.")
    assert meant("How is he now?", stabbed).startswith("How is he now? (What happened")


def test_what_points_at_more_than_a_person_keeps_the_topic() -> None:
    standalone = meant("What did he write on Twitter after that?", CALL)
    assert standalone == (
        "What did Elon Musk write on Twitter after that? (Who denied the Putin call? Elon Musk)"
    )


@pytest.mark.parametrize(
    ("question", "resolved"),
    [
        ("What did he say about Starlink?", "What did Elon Musk say about Starlink?"),
        ("Who called him?", "Who called Elon Musk?"),
        ("Who read his message?", "Who read Elon Musk’s message?"),
        ("Qu'a-t-il dit de Starlink ?", "Qu'a dit Elon Musk de Starlink ?"),
        ("Quel âge a-t-il ?", "Quel âge Elon Musk a-t-il ?"),
        ("A-t-il déjà menti ?", "Elon Musk a-t-il déjà menti ?"),
        ("Quand doit-il parler ?", "Quand Elon Musk doit-il parler ?"),
        ("Où travaille-t-il ?", "Où Elon Musk travaille-t-il ?"),
        ("Et il répond quoi ?", "Et Elon Musk répond quoi ?"),
    ],
)
def test_a_pronoun_is_replaced_by_whom_it_means(question: str, resolved: str) -> None:
    assert meant(question, CALL) in {resolved, f"{resolved} (Who denied the Putin call? Elon Musk)"}


def test_the_language_may_change_in_the_middle() -> None:
    query = understand("What did he say about Starlink?", history=[APPEL])
    assert query.language == "en"
    assert query.standalone == "What did Elon Musk say about Starlink?"
    assert meant("What did he say then?", APPEL).startswith("What did Elon Musk say then? (Qui a")
    query = understand("Et quand ?", history=[CALL])
    assert query.language == "fr"


def test_she_is_the_woman_and_it_is_nobody() -> None:
    assert meant("How old is she?", CALL, MAYOR).startswith("How old is Anna Meier?")
    assert "Musk" not in meant("When will it open again?", CALL, BRIDGE)
    assert meant("When will it open again?", BRIDGE).startswith("When will it open again? (Why is")


def test_what_was_answered_last_goes_before_what_was_asked_about_first() -> None:
    wed = Turn("Who did Kit Harington marry?", "Rose Leslie.")
    assert meant("How old is he?", wed).startswith("How old is Kit Harington?")
    assert meant("How old is she?", wed).startswith("How old is Rose Leslie?")


def test_an_old_topic_does_not_leak_into_a_new_one() -> None:
    standalone = meant("When will it open again?", CALL, Turn("And when?", "In 2022."), BRIDGE)
    assert "footbridge" in standalone
    assert not {"Putin", "Musk", "2022"} & set(standalone.split())


def test_what_somebody_said_of_something_new_is_a_new_topic() -> None:
    turns = (CALL, Turn("What did he say about Starlink?", "Nothing."))
    standalone = meant("And when?", *turns)
    assert standalone == "And when? (What did Elon Musk say about Starlink? Nothing.)"
    games = Turn("Who swam before the Jeux de Paris?", "Somebody.")
    assert meant("How old is she?", games).startswith("How old is she?")


def test_a_topic_goes_on_through_several_turns() -> None:
    when = Turn("And when?", "On 12 October 2022.")
    standalone = meant("Where?", CALL, when)
    assert "Who denied the Putin call?" in standalone
    assert "On 12 October 2022." in standalone


def test_what_the_user_corrected_is_the_topic_from_then_on() -> None:
    corrected = Turn("And when?", "In 1911.", standalone="When was the Mona Lisa stolen?")
    assert (
        meant("By whom?", CALL, corrected) == "By whom? (When was the Mona Lisa stolen? In 1911.)"
    )
    query = understand("And when?", history=[CALL], standalone=" When was it stolen? ")
    assert (query.text, query.standalone) == ("And when?", "When was it stolen?")


def test_what_was_understood_before_is_not_understood_twice() -> None:
    when = Turn("And when?", "In 2022.", standalone=meant("And when?", CALL))
    assert meant("Where?", CALL, when) == meant("Where?", CALL, Turn("And when?", "In 2022."))


def test_citation_marks_and_long_answers_stay_behind() -> None:
    long = Turn("Who denied it in Moscow?", "The owl denied it [1]. " * 50)
    standalone = meant("And when?", long)
    assert "[1]" not in standalone
    assert len(standalone) < 250


def test_courtesies_are_no_topic() -> None:
    thanks = Turn("Thank you!", "You are welcome.")
    assert meant("And when?", CALL, thanks) == meant("And when?", CALL)


TWO = Turn("Who denied the call?", "Elon Musk and Dmitri Peskov did.", "Elon Musk; Dmitri Peskov")


def test_where_two_may_be_meant_it_asks_back() -> None:
    query = understand("What did he say about Starlink?", history=[TWO])
    assert query.choices == (
        "What did Elon Musk say about Starlink?",
        "What did Dmitri Peskov say about Starlink?",
    )
    assert understand("What did she say?", history=[TWO]).choices == ()
    assert understand("What did they say?", history=[TWO]).choices == ()
    assert understand("What did he say?", history=[CALL]).choices == ()


@pytest.mark.parametrize("reply", ["Peskov", "I mean Dmitri Peskov.", "Peskov!"])
def test_a_name_chooses_among_what_was_asked_back(reply: str) -> None:
    query = understand("What did he say about Starlink?", history=[TWO])
    asked = Turn(query.text, "Which do you mean?", choices=query.choices)
    assert meant(reply, TWO, asked) == "What did Dmitri Peskov say about Starlink?"
    assert meant("Who is Peskov?", TWO, asked).startswith("Who is Dmitri Peskov?")
    assert meant(query.choices[0], TWO, asked) == query.choices[0]
    answered = Turn(reply, "Nothing.", standalone=query.choices[1])
    assert "Starlink" in meant("And when?", TWO, asked, answered)


def test_a_last_name_is_written_out_where_one_so_called_is_in_focus() -> None:
    assert meant("What did Musk's lawyer say of Tesla?", CALL) == (
        "What did Elon Musk's lawyer say of Tesla?"
    )


def test_whom_a_question_after_who_names_is_not_whom_it_finds() -> None:
    long = "The thief was a glazier, Vincenzo Peruggia, who had worked at the museum for years [1]."
    stolen = Turn("Who stole the Mona Lisa?", f"{long} It was found in Florence [2].")
    assert meant("How old was he?", stolen).startswith("How old was Vincenzo Peruggia?")
    two = Turn("Who stole it?", f"{long} Guillaume Apollinaire was arrested [2].")
    assert len(understand("How old was he?", history=[two]).choices) == 2
    known = Turn("Who is Vincenzo Peruggia?", "A glazier, says Anna Meier.")
    assert meant("How old was he?", known).startswith("How old was Vincenzo Peruggia?")


def test_who_was_asked_about_by_the_last_name_goes_before_who_came_up() -> None:
    told = "Luis Rubiales stepped down [1]. Pedro Sánchez, the prime minister, was not content [2]."
    asked = Turn("What did Rubiales do?", told * 2)
    assert meant("When did he resign?", asked).startswith("When did Luis Rubiales resign?")
    assert understand("When did he resign?", history=[asked]).choices == ()


def test_a_bare_when_asks_about_the_last_question_that_says_something() -> None:
    admitted = Turn("What did Volkswagen admit?", "A fraud.")
    resigned = Turn("Who resigned?", "Winterkorn.")
    when = Turn("When?", "In 2015.")
    first = "What did Volkswagen admit? Who resigned?"
    assert meant("When?", admitted, resigned) == f"When? ({first} Winterkorn.)"
    assert meant("Why?", admitted, resigned, when) == f"Why? ({first} In 2015.)"
    assert meant("What did it cost?", admitted, resigned).endswith("admit? Winterkorn.)")


def test_a_long_answer_is_no_part_of_what_is_meant() -> None:
    long = Turn("Where was it found?", "The magpie hid it in the barn of the mill [1]. " * 3)
    assert meant("And when?", long) == "And when? (Where was it found?)"


def test_which_johnson_is_asked_where_two_are_in_focus() -> None:
    boris = Turn("Who resigned in London?", "Boris Johnson resigned.")
    boycott = Turn("Who led the boycott in Harlem?", "The Rev. John Howard Johnson led it.")
    query = understand("What did Johnson say in July?", history=[boris, boycott])
    assert set(query.choices) == {
        "What did Boris Johnson say in July?",
        "What did John Howard Johnson say in July?",
    }


def test_a_french_pronoun_may_be_a_thing_and_is_not_somebody_who_only_came_up() -> None:
    answer = "The beam bent in February. Hélène Castagnède, the mayor, had it closed at once [1]. "
    closed = Turn("Why is the Port-Ysandre footbridge closed?", answer * 2)
    assert meant("Quand doit-elle rouvrir ?", closed).startswith("Quand doit-elle rouvrir ? (Why")
    asked = Turn("Qui est la maire de Port-Ysandre ?", "Hélène Castagnède.")
    assert "Castagnède" not in meant("Quand doit-elle rouvrir ?", asked, BRIDGE)
    assert meant("What did she say?", asked, BRIDGE).startswith("What did Hélène Castagnède say?")


def test_whom_a_pronoun_meant_stays_in_focus() -> None:
    turns = [CALL, Turn("What did he say in May?", "Nothing."), Turn("And in June?", "Nothing.")]
    assert meant("What did he say in July?", *turns).startswith("What did Elon Musk say in July?")


turns = st.builds(Turn, st.text(max_size=60), st.text(max_size=200), st.text(max_size=60))
words = st.sampled_from("he it -t-il l' la le A Elon Musk (and) et that? one de".split(" "))


@given(st.lists(turns, max_size=4), st.text(min_size=1) | st.lists(words).map(" ".join))
def test_any_turn_is_understood_as_something(history: list[Turn], text: str) -> None:
    if text.strip():
        query = understand(text, history=history)
        assert query.text == text.strip()
        assert query.standalone
        assert understand(text, history=history) == query


@pytest.mark.parametrize("word", ["A-t-il ", "that ", "l'", "Aa de la ", "« ", "quelle A "])
def test_no_turn_takes_long(word: str) -> None:
    history = [Turn(word * 200, word * 2000)] * 12
    understand("And when?", history=history)
    started = time.perf_counter()
    understand((word * 2000)[:MAX_QUESTION], history=history)
    understand((word * 400)[:399], history=history)
    assert time.perf_counter() - started < 2
