from __future__ import annotations

from dataclasses import replace

from assistant.attribution.questions import analyse
from assistant.datatypes import Citation, PassageReading, SentenceReading
from assistant.naming import Told, features_of, load_naming_model, named
from assistant.said import Said
from tests.heard import heard, query

OWL = ("Ann Lee said the owl eats mice.", "Bob Ray criticised the owl for its noise.")


def told(*texts: str) -> list[Told]:
    """Sentences that are cited whole, with what is said in them."""
    pairs: list[Told] = []
    for item in heard(*texts):
        passage = item.passage.passage
        cited = Citation(
            n=len(pairs) + 1,
            document=passage.document,
            start=passage.start,
            end=passage.end,
            quote=passage.text,
        )
        pairs.append((cited, item))
    return pairs


def read_as(pair: Told, *, support: float, span: str) -> Told:
    """The same, where the reader found some words in it to be the answer."""
    citation, item = pair
    passage = item.passage.passage
    start = passage.text.index(span)
    reading = SentenceReading(support, (start, start + len(span)), 1.0)
    read = replace(
        item.passage,
        passage=replace(passage, sentences=((passage.start, passage.end),)),
        reading=PassageReading(1.0, (reading,)),
    )
    return citation, Said(item.attribution, read)


def names(question: str, pairs: list[Told]) -> list[str]:
    wanted = analyse(query(question))
    assert wanted is not None
    return [item.attribution.source for _, item in named(wanted, pairs, load_naming_model())]


def test_who_does_what_is_asked_is_named() -> None:
    assert names("Who criticised the owl for its noise?", told(*OWL)) == ["Bob Ray"]
    assert names("Who said that the owl eats mice?", told(*OWL)) == ["Ann Lee"]


def test_all_who_did_are_named() -> None:
    both = ("Ann Lee criticised the owl for its noise.", OWL[1])
    assert names("Who criticised the owl for its noise?", told(*both)) == ["Ann Lee", "Bob Ray"]


def test_whom_the_reader_found_is_likelier() -> None:
    pairs = told(OWL[0], "Bob Ray said the owl eats rats.")
    read = [
        read_as(pairs[0], support=0.0, span="mice"),
        read_as(pairs[1], support=0.0, span="Bob Ray"),
    ]
    assert names("Who said that the owl is hungry?", read) == ["Bob Ray"]


def test_what_was_not_read_is_below_what_was() -> None:
    wanted = analyse(query("Who said that the owl eats mice?"))
    assert wanted is not None
    pairs = told(*OWL)
    read = [read_as(pairs[0], support=3.0, span="Ann Lee"), pairs[1]]
    first, second = features_of(wanted, read)
    assert (first["support_below_best"], first["reader_names_it"]) == (0.0, 1.0)
    assert second["support_below_best"] < 0 and not second["reader_names_it"]


def test_nobody_is_named_of_none() -> None:
    assert names("Who said that the owl eats mice?", []) == []
