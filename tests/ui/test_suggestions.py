from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.datatypes import Attribution, Stance
from assistant.ui.suggestions import Suggestions, candidates
from tests.bag_of_words import BagOfWords

ARTICLE = (
    "Judge Hedwig Owl denied the theft of the cheese. Mayor Reynard Fox confirmed the theft of "
    "the cheese. Captain Corvin Crow said the moon is made of butter.\n"
)


def said(source: str, stance: Stance) -> Attribution:
    return Attribution(source=source, stance=stance, cue="", content="")


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
    asked = list(candidates(found, "en", without=["crow"]))
    assert asked == ["What did Judge Owl deny?", "What did Fox confirm?"]
    assert next(candidates(found, "fr")) == "Qu’a démenti Judge Owl ?"


def test_what_is_offered_is_answered_by_the_sources(assistant: Assistant) -> None:
    suggestions = Suggestions(assistant)
    answer = assistant.ask("Who denied the theft of the cheese?")
    offered = (*suggestions.openers("en"), *suggestions.follow_ups(answer, "en"))
    assert offered
    assert all(assistant.ask(question).citations for question in offered)


def test_who_was_just_named_is_not_asked_about_again(assistant: Assistant) -> None:
    answer = assistant.ask("Who denied the theft of the cheese?")
    named = [attribution.source for attribution in answer.attributions]
    assert named
    for question in Suggestions(assistant).follow_ups(answer, "en"):
        assert not any(name in question for name in named)


def test_the_settings_go_before_what_is_made(assistant: Assistant) -> None:
    settings = assistant.settings.model_copy(update={"examples": ("Why?",)})
    other = Assistant.open(settings=settings, encoder=assistant.encoder)
    assert Suggestions(other).openers("en") == ("Why?",)


def test_an_empty_place_offers_nothing(tmp_path: Path) -> None:
    with Assistant.open(settings=Settings(library=tmp_path), encoder=BagOfWords()) as assistant:
        assert Suggestions(assistant).openers("en") == ()
