from __future__ import annotations

import pytest

from assistant.conversation import understand
from assistant.datatypes import DocumentRef, Passage, ScoredPassage
from assistant.namesakes import namesakes


def ranking(*texts: str) -> list[ScoredPassage]:
    """Texts of documents that all go by one declared id."""
    return [
        ScoredPassage(Passage(DocumentRef(id="1", sha256=str(n)), 0, len(text), text), 1.0)
        for n, text in enumerate(texts)
    ]


BORIS = "Boris Johnson said so."
RON = "But Ron Johnson denied it."


def test_two_of_one_name_are_asked_about() -> None:
    query = understand("What did Johnson's wife say?")
    assert namesakes(query, ranking(BORIS, RON)) == (
        "What did Boris Johnson's wife say?",
        "What did Ron Johnson's wife say?",
    )


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("What did Johnson say?", (BORIS, "B. Johnson said so.")),
        ("What did Johnson say?", (BORIS, "President Johnson said so.")),
        ("What did Johnson say?", (BORIS, "The sea.", "The sky.", RON)),
        ("What did Johnson say?", (f"{BORIS} {RON}",)),
        ("What did Boris Johnson say?", (BORIS, RON)),
        ("What did they say?", (BORIS, RON)),
        ("What happened in London?", ("Greater London is large.", "Inner London is small.")),
        ("What did Johnson say?", ()),
    ],
    ids=["initial", "title", "less likely", "told apart", "full name", "no name", "place", "none"],
)
def test_one_of_a_name_is_not_asked_about(question: str, texts: tuple[str, ...]) -> None:
    assert namesakes(understand(question), ranking(*texts)) == ()
