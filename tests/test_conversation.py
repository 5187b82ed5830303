from __future__ import annotations

import pytest

from assistant.conversation import MAX_QUESTION, understand
from assistant.datatypes import Filter, Turn
from assistant.errors import InvalidInput


def test_a_first_turn_stands_alone() -> None:
    query = understand("  Who denied the call? ", filters=Filter(language=("fr",)))
    assert query.text == query.standalone == "Who denied the call?"
    assert query.language == "en"
    assert query.filter.language == ("fr",)


def test_a_follow_up_is_searched_for_with_the_turn_before_it_only() -> None:
    history = [Turn("Who is the mayor?", "Anne Leroy."), Turn("Qui a démenti ?", "Elon Musk.")]
    query = understand("Et quand ?", history=history)
    assert query.text == "Et quand ?"
    assert query.standalone == "Qui a démenti ? Elon Musk. Et quand ?"
    assert query.language == "fr"


@pytest.mark.parametrize(
    ("question", "follows"),
    [
        ("And when?", True),
        ("What did he say about Starlink?", True),
        ("Qu’a-t-il dit à Paris ?", True),
        ("Why was the harbour closed?", True),
        ("What does a croissant cost in Lima?", False),
        ("Combien coûte le pont de Lima ?", False),
    ],
)
def test_a_turn_that_names_its_subject_leaves_the_history_alone(
    question: str, follows: bool
) -> None:
    query = understand(question, history=[Turn("Who denied the call?", "Elon Musk.")])
    assert ("denied" in query.standalone) is follows


@pytest.mark.parametrize("question", ["", "  \n", "x" * (MAX_QUESTION + 1)])
def test_no_question_and_endless_ones_are_refused(question: str) -> None:
    with pytest.raises(InvalidInput, match="question"):
        understand(question)
