"""Messages in, text that holds out."""

from __future__ import annotations

from dataclasses import replace

from assistant.datatypes import Answer, Statement, Turn
from assistant.events import Done, StatementDone, Token
from assistant.integrations.dialogue import Memory, paired, settled


def answer(text: str) -> Answer:
    return Answer(
        question="?", standalone="?", language="en", abstained=False, confidence=1.0, text=text
    )


def done(*statements: str) -> list[StatementDone]:
    return [StatementDone(Statement(text, ()), ()) for text in statements]


def test_statements_are_given_as_they_come_and_tokens_left_out() -> None:
    last = answer("The owl sleeps. It rains. (So they say.)")
    events = [Token("The"), *done("The owl sleeps."), Token(" It"), *done("It rains."), Done(last)]
    assert list(settled(events)) == ["The owl sleeps.", " It rains.", " (So they say.)", last]


def test_an_answer_that_became_another_is_given_whole() -> None:
    last = answer("The owl is awake.")
    assert list(settled([*done("The owl sleeps."), Done(last)])) == [
        "The owl sleeps.",
        "\n\nThe owl is awake.",
        last,
    ]


def test_an_answer_without_statements_is_its_text() -> None:
    last = answer("Hello.")
    assert list(settled([Done(last)])) == ["Hello.", last]


def test_questions_are_paired_with_their_answers() -> None:
    turns, question = paired(
        [
            ("system", "Be brief."),
            ("assistant", "Hello."),
            ("user", "Who?"),
            ("user", "Who denied it?"),
            ("tool", "hoo"),
            ("assistant", "Musk."),
            ("user", " When? "),
        ]
    )
    assert [(turn.question, turn.answer) for turn in turns] == [
        ("Who?", ""),
        ("Who denied it?", "Musk."),
    ]
    assert question == "When?"
    assert paired([]).question == ""


def test_a_turn_is_remembered_by_the_text_of_its_answer() -> None:
    memory = Memory(size=2)
    given = replace(answer("The owl did."), question="Who?", short_answer="The owl")
    memory.note("The owl did. \n", given)
    assert memory.recall(Turn("Who?", " The owl did.")) == given.as_turn()
    for unknown in (Turn("Who?", "The hare did."), Turn("Where?", "The owl did.")):
        assert memory.recall(unknown) is unknown
    memory.note("a", given)
    memory.note("b", given)
    assert memory.recall(Turn("Who?", "The owl did.")).short_answer == ""
