from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hashing import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.datatypes import Filter
from assistant.errors import InvalidInput
from assistant.library.exact import best

ENCODER = HashEncoder()
ENGLISH = "Officials denied the reports. The Pentagon confirmed nothing."
FRENCH = "L'élection a été annulée. Qu’il s’agisse d’Élon Musk ou du Kremlin, rien n'est sûr."
NEWS = {"publisher": "The News", "author": "Ann Lee", "language": "en", "published": "2024-05-17"}
JOURNAL = {"publisher": "Le Journal", "language": "fr-CA", "published": "2023-12-31T23:59:00Z"}


@pytest.fixture
def two(library, put):
    put("en.txt", ENGLISH, title="Denials", metadata={"desk": "World"}, id="en-1", **NEWS)
    put("fr.txt", FRENCH, title="Annulation", metadata={"desk": "Monde"}, id="fr-1", **JOURNAL)
    return library


def texts(library, found) -> list[str]:
    return [passage.text for passage in library.passages([key for key, _ in found]).values()]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("who denies a report?", "Officials denied the reports."),
        ("les élections", "L'élection a été annulée."),
        ("ELECTION", "L'élection a été annulée."),
        (unicodedata.normalize("NFD", "élections"), "L'élection a été annulée."),
        ("Elon", "Qu’il s’agisse d’Élon Musk ou du Kremlin, rien n'est sûr."),
        ("kremlin", "Qu’il s’agisse d’Élon Musk ou du Kremlin, rien n'est sûr."),
        ("What did the Pentagon confirm?", "The Pentagon confirmed nothing."),
    ],
)
def test_words_are_found_in_other_forms_and_languages(two, query: str, first: str) -> None:
    assert texts(two, two.search_lexical(query, 1)) == [first]


def test_a_title_is_found_with_every_passage_of_its_document(two) -> None:
    assert len(two.search_lexical("annulation", 9)) == 2


@pytest.mark.parametrize("query", ["", "?!", "the of and", "le la l' d’", "\x00", "zzz"])
def test_a_query_without_a_word_to_search_finds_nothing(two, query: str) -> None:
    assert two.search_lexical(query, 5) == []


@pytest.mark.parametrize(
    "query", ['denied" OR', "text_en:denied", "denied AND (", "+denied -officials", "denied~9", "*"]
)
def test_a_query_is_words_and_no_query_language(two, query: str) -> None:
    found = texts(two, two.search_lexical(query, 5))
    assert found == (["Officials denied the reports."] if "denied" in query else [])


FILTERS = [
    (Filter(publisher=("the news",)), "en"),
    (Filter(publisher=("The New",)), ""),
    (Filter(publisher=("The News", "Le Journal")), "en fr"),
    (Filter(author=("ANN LEE",)), "en"),
    (Filter(language=("FR",)), "fr"),
    (Filter(language=("fr-ca",)), "fr"),
    (Filter(language=("en", "fr")), "en fr"),
    (Filter(document=("fr-1",)), "fr"),
    (Filter(metadata={"desk": "monde"}), "fr"),
    (Filter(metadata={"desk": "monde", "page": "1"}), ""),
    (Filter(published_from="2024"), "en"),
    (Filter(published_to="2023"), "fr"),
    (Filter(published_from="2024-05-17", published_to="2024-05-17"), "en"),
    (Filter(published_to="2023-12-31"), "fr"),
    (Filter(published_from="2023", published_to="2024-05"), "en fr"),
    (Filter(language=("en",), publisher=("Le Journal",)), ""),
]


@pytest.mark.parametrize(
    ("filter", "expected"), FILTERS, ids=[str(n) for n, _ in enumerate(FILTERS)]
)
def test_a_filter_leaves_the_same_documents_everywhere(two, put, filter, expected: str) -> None:
    put("undated.txt", "Officials of the Kremlin said nothing.", id="none-1")
    vector = ENCODER.encode(["officials kremlin"])[0]
    lexical = two.passages(
        [key for key, _ in two.search_lexical("officials kremlin", 9, filter=filter)]
    )
    dense = two.passages([key for key, _ in two.search_dense(vector, 9, filter=filter)])

    wanted = {f"{language}-1" for language in expected.split()}
    assert {ref.id for ref in two.documents(filter)} == wanted
    for passages in (lexical, dense):
        assert {passage.document.id for passage in passages.values()} == wanted


def test_a_filter_still_finds_as_many_as_are_asked_for(library, put) -> None:
    for n in range(150):
        put(f"{n}.txt", f"The call number {n}.", language="fr" if n % 30 else "en")
    found = library.search_lexical("call number", 5, filter=Filter(language=("en",)))
    assert len(found) == 5
    assert len(library.search_lexical("call", 100)) == 100


def test_a_filter_follows_a_new_alias(two, put) -> None:
    assert two.documents(Filter(document=("other",))) == []
    put("copy.txt", ENGLISH, title="Denials", metadata={"desk": "World"}, id="en-1", **NEWS)
    one = Filter(document=("en-1",))
    assert len(two.search_lexical("denied", 5, filter=one)) == 1


def test_dense_ranks_by_cosine_best_first(two) -> None:
    wanted = ENCODER.encode(["officials denied the reports"])[0]
    found = two.search_dense(wanted, 9)

    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert texts(two, found)[0] == "Officials denied the reports."
    for key, score in found:
        assert score == pytest.approx(float(two.vectors([key])[0] @ wanted), abs=1e-3)  # fp16


@pytest.mark.parametrize("shape", [(31,), (1, 32), ()])
def test_a_vector_of_another_dimension_is_refused(two, shape) -> None:
    with pytest.raises(InvalidInput, match="32 dimensions"):
        two.search_dense(np.ones(shape, np.float32), 5)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([-0.5, 0.0, 0.25, 1.0]), max_size=40),
    st.integers(min_value=0, max_value=50),
)
def test_best_takes_what_sorting_everything_would(scores: list[float], limit: int) -> None:
    keys = np.arange(len(scores))
    found = best(keys, np.array(scores, np.float32), limit)
    everything = sorted(zip(keys.tolist(), scores, strict=True), key=lambda hit: (-hit[1], hit[0]))
    assert [score for _, score in found] == [score for _, score in everything[:limit]]
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
