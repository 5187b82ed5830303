from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Attribution, Filter, Stance
from assistant.ui.suggestions import Candidate, Suggestions, about_speakers, what_was_said
from assistant.ui.turnstile import Turnstile
from tests.bag_of_words import BagOfWords
from tests.scripted_llm import scripted_llm

ARTICLE = (
    "Judge Hedwig Owl denied the theft of the cheese. Mayor Reynard Fox confirmed the theft of "
    "the cheese. Captain Corvin Crow said the moon is made of butter.\n"
)


def said(source: str, stance: Stance, title: str = "") -> tuple[str, Attribution]:
    return "d", Attribution(source=source, stance=stance, cue="", content="", title=title)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("suggestions")
    (folder / "owl.txt").write_text(ARTICLE, "utf-8")
    settings = Settings(library=folder / "library", chroma="off", examples=())
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([folder / "owl.txt"])
        yield assistant


def test_each_speaker_is_asked_about_once_and_contested_acts_come_first() -> None:
    found = [
        said("Owl", "assert"),
        said("Fox", "confirm"),
        said("Judge Owl", "deny"),
        said("a spokesman", "deny"),
        said("Crow", "deny"),
    ]
    asked = [one.question for one in what_was_said(found, "en", without=["crow"])]
    assert asked == ["What did Judge Owl deny?", "What did Fox confirm?"]
    assert next(what_was_said(found, "fr")).question == "Qu’a démenti Judge Owl ?"


def test_who_somebody_is_is_asked_where_the_sources_say_it() -> None:
    found = [said("Fox", "deny"), said("Hedwig Owl", "deny", "the judge"), said("Owl", "ask", "a")]
    assert [one.question for one in about_speakers(found, "en")] == ["Who is Hedwig Owl?"]
    assert [one.question for one in about_speakers(found, "fr")] == ["Qui est Hedwig Owl ?"]


def test_a_question_counts_as_answered_only_from_its_place(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied the theft of the cheese?")
    cited = answer.citations[0]
    digest = cited.document.sha256
    assert Candidate("?", digest, cited.start + 5, cited.end + 9).is_answered(answer)
    assert not Candidate("?", digest, cited.end, cited.end + 9).is_answered(answer)
    assert not Candidate("?", "another", cited.start, cited.end).is_answered(answer)


def test_what_is_offered_is_answered_by_the_sources(assistant: Assistant) -> None:
    suggestions = Suggestions(assistant, Turnstile(1))
    answer = assistant.ask("Who denied the theft of the cheese?")
    openers, going_on = suggestions.openers("en"), suggestions.follow_ups(answer, "en")
    assert openers
    assert going_on
    assert all(assistant.ask(question).citations for question in openers)
    turn = answer.as_turn()
    assert all(assistant.ask(question, history=[turn]).citations for question in going_on)


def test_who_was_just_named_is_not_asked_about_again(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied the theft of the cheese?")
    named = [attribution.source for attribution in answer.attributions]
    assert named
    for question in Suggestions(assistant, Turnstile(1)).follow_ups(answer, "en"):
        assert not question.startswith("What did") or not any(name in question for name in named)


def test_what_is_offered_keeps_to_the_sources_that_are_asked(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied the theft of the cheese?")
    suggestions = Suggestions(assistant, Turnstile(1))
    assert suggestions.follow_ups(answer, "en")
    assert suggestions.follow_ups(answer, "en", filters=Filter(language=("fr",))) == ()


def test_after_an_abstention_what_came_nearest_is_offered(assistant: Assistant) -> None:
    answer = assistant.ask("What does a kilo of tomatoes cost in Lima?")
    assert answer.abstained
    assert Suggestions(assistant, Turnstile(1)).follow_ups(answer, "en")


def test_no_language_model_is_asked_for_what_is_offered(assistant: Assistant) -> None:
    with scripted_llm("The owl denied it. [1]") as model:
        settings = assistant.settings.model_copy(update={"llm": model.spec})
        with Assistant.open(settings=settings, encoder=assistant.encoder) as writing:
            assert Suggestions(writing, Turnstile(1)).openers("en")
        assert model.asked == []


def test_the_settings_go_before_what_is_made(assistant: Assistant) -> None:
    settings = assistant.settings.model_copy(update={"examples": ("Why?",)})
    other = Assistant.open(settings=settings, encoder=assistant.encoder)
    assert Suggestions(other, Turnstile(1)).openers("en") == ("Why?",)


def test_an_empty_place_offers_nothing(tmp_path: Path) -> None:
    with Assistant.open(settings=Settings(library=tmp_path), encoder=BagOfWords()) as assistant:
        assert Suggestions(assistant, Turnstile(1)).openers("en") == ()
