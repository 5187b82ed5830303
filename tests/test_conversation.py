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


@pytest.mark.parametrize("question", ["", "  \n", "x" * (MAX_QUESTION + 1)])
def test_no_question_and_endless_ones_are_refused(question: str) -> None:
    with pytest.raises(InvalidInput, match="question"):
        understand(question)
