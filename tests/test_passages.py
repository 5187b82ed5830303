"""Passages: slices of their document, whole sentences, never more than the encoder reads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.datatypes import Document
from assistant.errors import InvalidInput
from assistant.models.encoders import Encoder
from assistant.passages import embedding_text, sentences, split


def words(texts: Sequence[str]) -> list[int]:
    """One token a word or mark, as WordPiece would with a full vocabulary."""
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def utf8_bytes(texts: Sequence[str]) -> list[int]:
    """One token a byte, white space too: the most that any tokenizer makes of a text."""
    return [len(text.encode()) for text in texts]


NEWS = Document.of(
    "Le Kremlin dément. « C'est faux », a dit M. Peskov. Rien de plus.\n\nMusk a nié aussi.",
    title="Un appel nié",
    language="fr",
)


def test_passages_are_runs_of_whole_sentences() -> None:
    passages = split(NEWS, count_tokens=words, max_tokens=40, target_tokens=18)
    assert [p.text for p in passages] == [
        "Le Kremlin dément. « C'est faux », a dit M. Peskov.",
        "Rien de plus.\n\nMusk a nié aussi.",
    ]
    assert [NEWS.text[s:e] for s, e in passages[1].sentences] == [
        "Rien de plus.",
        "Musk a nié aussi.",
    ]


def test_the_title_is_embedded_with_the_text_but_no_part_of_it() -> None:
    passage = split(NEWS, count_tokens=words, max_tokens=100)[0]
    assert embedding_text(passage) == f"Un appel nié\n{NEWS.text}"
    assert passage.text == NEWS.text


def test_a_passage_ends_with_a_paragraph_where_it_is_nearly_full() -> None:
    document = Document.of("Un est là. Deux y est. Trois y est.\n\nQuatre y est. Cinq y est.")
    passages = split(document, count_tokens=words, max_tokens=40, target_tokens=17)
    assert [len(p.sentences) for p in passages] == [3, 2]


def test_a_sentence_too_long_for_the_encoder_is_cut_after_a_clause() -> None:
    clause = "une proposition de sept mots en tout, "
    document = Document.of(clause * 5 + "fin.")
    passages = split(document, count_tokens=words, max_tokens=20, target_tokens=20)
    assert [p.text for p in passages] == [(clause * 2).strip()] * 2 + [clause + "fin."]


def test_a_word_too_long_for_the_encoder_is_cut_but_not_within_a_letter() -> None:
    document = Document.of("e\u0301" * 1000)
    passages = split(document, count_tokens=utf8_bytes, max_tokens=63)
    assert "".join(p.text for p in passages) == document.text
    assert all(p.text.startswith("e") for p in passages)
    assert max(utf8_bytes([p.text for p in passages])) <= 63


def test_a_passage_knows_the_page_on_which_it_begins() -> None:
    text = "Page one is here. It ends.\fPage two is here. It ends."
    document = Document.of(text, page_starts=(0, 27))
    passages = split(document, count_tokens=words, max_tokens=40, target_tokens=9)
    assert [p.page for p in passages] == [1, 2]


def test_a_very_long_title_is_cut_for_embedding_only() -> None:
    document = Document.of("Court.", title="titre " * 1000)
    (passage,) = split(document, count_tokens=words, max_tokens=60)
    assert words([embedding_text(passage)])[0] <= 60
    assert passage.document.title == "titre " * 1000


def test_an_encoder_that_reads_too_little_is_refused() -> None:
    with pytest.raises(InvalidInput, match="reads more"):
        split(NEWS, count_tokens=words, max_tokens=5)


@pytest.mark.parametrize("text", ["", " \n\t\u00a0 "])
def test_a_text_without_words_has_no_passages(text: str) -> None:
    assert split(Document.of(text), count_tokens=words, max_tokens=40) == []


TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("aéM.!?…»«\"'’ \u00a0\u202f\n\r\f\t-•1,;\u0301\u200d\u0000אب👩🏽🚀"),
    ),
    max_size=600,
)


@pytest.mark.parametrize("count_tokens", [words, utf8_bytes])
@settings(max_examples=50, deadline=None)
@given(
    text=TEXTS,
    title=TEXTS,
    room=st.integers(16, 60),
    target=st.integers(1, 80),
)
def test_any_text_is_divided_without_loss(
    count_tokens, text: str, title: str, room: int, target: int
) -> None:
    document = Document.of(text, title=title)
    max_tokens = 121 + room
    passages = split(
        document,
        count_tokens=count_tokens,
        max_tokens=max_tokens,
        target_tokens=target,
    )
    held = set()
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        held.update(i for start, end in passage.sentences for i in range(start, end))
    assert all(i in held or text[i].isspace() for i in range(len(text)))
    assert max(count_tokens([embedding_text(p) for p in passages]), default=0) <= max_tokens
    assert len({p.id for p in passages}) == len(passages)
    assert all(a.end <= b.start for a, b in itertools.pairwise(passages))


@settings(max_examples=50, deadline=None)
@given(text=TEXTS)
def test_the_default_encoder_reads_every_passage_in_full(encoder: Encoder, text: str) -> None:
    document = Document.of(text * 8, title=text[:50])
    passages = split(document, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens)
    counts = encoder.count_tokens([embedding_text(p) for p in passages])
    assert max(counts, default=0) <= encoder.max_tokens
    assert not passages or sentences(document.text)[0][0] == passages[0].start
