from __future__ import annotations

import random

from training.questions import Example, Item, examples

PARAGRAPHS = (
    "Marie Curie was born in Warsaw. She moved to Paris in 1891. Her sister lived there.",
    "Pierre Curie taught in Paris. He met Marie in 1894. They married in Sceaux.",
)
GLOSSARIES = {"en": {"born": "née"}, "fr": {"née": "born"}}


def item(question: str, paragraph: str, answer: str) -> Item:
    start = paragraph.index(answer)
    answers = ((start, start + len(answer)),)
    return Item(question, "en", paragraph, answers, (), "Curie", "squad")


ITEMS = [
    item("Where was Marie Curie born?", PARAGRAPHS[0], "Warsaw"),
    item("When did she move to Paris?", PARAGRAPHS[0], "1891"),
    item("Where did Pierre Curie marry?", PARAGRAPHS[1], "Sceaux"),
    Item("When did Marie die?", "en", PARAGRAPHS[0], (), (), "Curie", "squad2-dev"),
]


def made(seed: int) -> list[Example]:
    return list(examples(ITEMS * 40, GLOSSARIES, seed))


def test_the_same_seed_gives_the_same_examples() -> None:
    assert made(1) == made(1)
    assert made(1) != made(2)


def test_an_answer_lies_in_the_passage_and_in_the_sentence_marked_for_it() -> None:
    for example in made(1):
        for start, end in example.answers:
            assert example.passage[start:end] in {"Warsaw", "1891", "Sceaux"}
            inside = [s <= start and end <= e for s, e in example.sentences]
            assert [label == 1.0 for label in example.support] == inside


def test_an_unanswerable_example_holds_no_answer_and_marks_no_sentence() -> None:
    unanswerable = [e for e in made(1) if not e.answerable]
    assert all(not e.answers and set(e.support) <= {0.0} for e in unanswerable)
    born = [e for e in unanswerable if e.question == "Where was Marie Curie born?"]
    assert born
    assert not any("Warsaw" in e.passage for e in born)


def test_near_misses_of_each_kind_are_made() -> None:
    unanswerable = [e for e in made(1) if not e.answerable]
    own = {i.question for i in ITEMS}
    swapped = [e for e in unanswerable if e.question.replace("née", "born") not in own]
    other_paragraph = [
        e for e in unanswerable if e.question == ITEMS[0].question and "Sceaux" in e.passage
    ]
    assert swapped
    assert other_paragraph


def test_an_answer_said_twice_leaves_the_unmarked_sentence_unknown() -> None:
    text = "He was born in Rome. Rome is old."
    twice = item("Where was he born?", text, "Rome")
    found = [
        e
        for e in examples([twice] * 30, GLOSSARIES, random.Random(0).randrange(9))
        if e.answerable and len(e.sentences) == 2
    ]
    assert found
    assert all(e.support == (1.0, -1.0) for e in found)
