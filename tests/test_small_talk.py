from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Done, EvidenceFound, Token, Turn


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Hello!", "Ask me about the sources"),
        ("Bonjour !", "Posez-moi une question"),
        ("Thank you.", "You are welcome"),
        ("Merci !", "Je vous en prie"),
        ("What can you answer?", "who said what"),
        ("Que sais-tu faire ?", "qui a dit quoi"),
        ("Which sources do you have?", "41 documents: French (2"),
        ("Quelles sources as-tu ?", "41 documents: français (2"),
    ],
)
def test_small_talk_gets_a_fitting_reply_and_no_search(
    demo: Assistant, question: str, words: str
) -> None:
    *_, token, done = events = list(demo.stream(question))
    assert isinstance(token, Token)
    assert isinstance(done, Done)
    assert token.text == done.answer.text
    assert words.replace(":", " :") in done.answer.text or words in done.answer.text
    assert not done.answer.abstained
    assert not done.answer.citations
    assert not any(isinstance(event, EvidenceFound) for event in events)


def test_where_it_cannot_tell_who_is_meant_it_asks_back_and_is_answered(demo: Assistant) -> None:
    history = [Turn("Who denied it?", "Elon Musk and Dmitri Peskov.", "Elon Musk; Dmitri Peskov")]
    asked = demo.ask("What did he say about Starlink?", history=history)
    assert len(asked.choices) == 2
    assert asked.standalone == asked.question
    assert not asked.citations
    assert asked.text == "Which of these do you mean?"
    answer = demo.ask("Elon Musk", history=[*history, asked.as_turn()])
    assert answer.standalone == asked.choices[0]
    assert not answer.choices


def test_which_johnson(tmp_path: Path, encoder: object) -> None:
    (tmp_path / "a.txt").write_text("Boris Johnson said on Monday that the bridge would be built.")
    (tmp_path / "b.txt").write_text("Ron Johnson said on Monday that the bridge would be sold.")
    with Assistant.open(tmp_path / "library", encoder=encoder) as assistant:  # type: ignore[arg-type]
        assistant.add([tmp_path / "a.txt", tmp_path / "b.txt"])
        asked = assistant.ask("What did Johnson say about the bridge?")
        assert set(asked.choices) == {
            "What did Boris Johnson say about the bridge?",
            "What did Ron Johnson say about the bridge?",
        }
        answer = assistant.ask("Boris", history=[asked.as_turn()])
        assert answer.standalone == "What did Boris Johnson say about the bridge?"
        assert "built" in answer.text
        follow_up = assistant.ask("And what did Johnson say?", history=[answer.as_turn()])
        assert not follow_up.choices
