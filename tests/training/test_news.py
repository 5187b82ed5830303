from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from training.news import ENCYCLOPAEDIA, NEWS, articles, problems
from training.news_examples import kept_out, news_examples

ARTICLE: dict[str, Any] = {
    "en": ["Mayor denies sale", "The mayor denied the sale.", "Ana Kol reported it.", "It rained."],
    "fr": [
        "Le maire dément",
        "Le maire a démenti la vente.",
        "Ana Kol l’a révélée.",
        "Il pleuvait.",
    ],
    "questions": [
        {
            "type": "who_said",
            "en": "Who denies the sale?",
            "fr": "Qui dément la vente ?",
            "answers": [[1, "The mayor", "Le maire"]],
            "also": [0],
        },
        {"type": "unanswerable", "en": "Who bought it?", "fr": "Qui l’a acheté ?", "answers": []},
    ],
}


@pytest.mark.parametrize("folder", [NEWS, ENCYCLOPAEDIA])
def test_every_written_article_is_whole(folder: Path) -> None:
    written = list(articles(folder))
    assert len(written) > 100
    assert [problem for article in written for problem in problems(article)] == []
    headlines = [article["en"][0] for article in written]
    assert len(set(headlines)) == len(headlines)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: a["fr"].pop(), "4 English sentences, 3 French ones"),
        (lambda a: a["questions"][0].update(type="poem"), "type 'poem'"),
        (lambda a: a["questions"][0].update(answers=[]), "who_said with 0 answers"),
        (lambda a: a["questions"][0].update(answers=[[9, "x", "y"]]), "sentence 9 is not between"),
        (lambda a: a["questions"][0].update(answers=[[1, "x", "Le maire"]]), "does not hold 'x'"),
        (lambda a: a["questions"][0].update(also=[4]), "sentence 4 is not between"),
    ],
)
def test_what_is_wrong_is_told(change: Any, told: str) -> None:
    article = copy.deepcopy(ARTICLE)
    assert list(problems(article)) == []
    change(article)
    assert any(told in problem for problem in problems(article))


def test_examples_mark_the_words_that_answer_and_never_what_only_may_be_cited() -> None:
    made = [e for seed in range(20) for e in news_examples([ARTICLE], seed)]
    assert {e.question for e in made} == {
        "Who denies the sale?", "Qui dément la vente ?", "Who bought it?", "Qui l’a acheté ?",
    }  # fmt: skip
    for example in made:
        assert example.answerable == bool(example.answers)
        assert {example.passage[s:e] for s, e in example.answers} <= {"The mayor", "Le maire"}
        for (start, end), label in zip(example.sentences, example.support, strict=True):
            text = example.passage[start:end]
            about_sale = example.question in {"Who denies the sale?", "Qui dément la vente ?"}
            gold = about_sale and text in {ARTICLE["en"][1], ARTICLE["fr"][1]}
            maybe = about_sale and text in {ARTICLE["en"][0], ARTICLE["fr"][0]}
            assert label == (1.0 if gold else -1.0 if maybe else 0.0)


def test_of_an_answerable_question_half_of_the_examples_answer() -> None:
    made = [e for e in news_examples([ARTICLE], 1) if "sale" in e.question or "vente" in e.question]
    assert [e.answerable for e in made] == [True, False] * 6


def test_some_articles_are_kept_to_be_measured() -> None:
    share = sum(map(kept_out, articles())) / len(list(articles()))
    assert 0.04 < share < 0.2
