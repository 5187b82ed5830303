from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import understand
from assistant.conversation.intents import small_talk_of
from assistant.datatypes import Turn


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        ("Hello", "greeting", "en"),
        ("Hi there!", "greeting", "en"),
        ("Good morning, how are you?", "greeting", "en"),
        ("Bonjour !", "greeting", "fr"),
        ("salut, ça va ?", "greeting", "fr"),
        ("Thank you!", "thanks", "en"),
        ("ok, thanks a lot. Bye!", "thanks", "en"),
        ("Merci beaucoup, au revoir.", "thanks", "fr"),
        ("D’accord, merci", "thanks", "fr"),
        ("What can you answer?", "abilities", "en"),
        ("Hello, what can you do please?", "abilities", "en"),
        ("Who are you?", "abilities", "en"),
        ("Are you a robot?", "abilities", "en"),
        ("Quelles langues parles-tu ?", "abilities", "fr"),
        ("Que sais-tu faire ?", "abilities", "fr"),
        ("Bonjour, à quelles questions pouvez-vous répondre ?", "abilities", "fr"),
        ("Which sources do you have?", "sources", "en"),
        ("list the documents", "sources", "en"),
        ("Quelles sources as-tu ?", "sources", "fr"),
        ("Combien d'articles as-tu ?", "sources", "fr"),
        ("De quels documents disposez-vous ?", "sources", "fr"),
    ],
)
def test_small_talk_is_told_in_both_languages(text: str, intent: str, language: str) -> None:
    assert small_talk_of(text) == (intent, language)
    query = understand(text, history=[Turn("Who denied it?", "The owl.")])
    assert (query.intent, query.language, query.standalone) == (intent, language, text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello! Who denied the Putin call?",
        "Thanks. And when?",
        "Merci, et quand ?",
        "Which sources say that Musk called Putin?",
        "Quelles sources citent Peskov ?",
        "What can you tell me about Djokovic?",
        "Who is the Prime Minister?",
        "What is Starlink?",
        "Who thanked the mayor?",
        "Qui a salué l'accord ?",
        "Hello Kitty",
        "super bowl",
        "Great Britain",
    ],
)
def test_a_question_is_no_small_talk_however_politely_it_begins(text: str) -> None:
    assert small_talk_of(text) is None
    assert understand(text).intent == "search"


def test_the_user_may_ask_the_sources_for_a_greeting() -> None:
    assert understand("Hello", standalone="Who wrote the song “Hello”?").intent == "search"


@given(st.lists(st.sampled_from("ok bye hello merci great salut à tous ! , what".split())))
def test_no_text_takes_long(words: list[str]) -> None:
    started = time.perf_counter()
    small_talk_of(" ".join(words))
    assert time.perf_counter() - started < 0.5
