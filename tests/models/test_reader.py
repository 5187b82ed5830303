"""The reader that runs on ONNX Runtime: spans at exact offsets, however passages are batched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.datatypes import Document, Passage, PassageReading
from assistant.errors import InvalidInput
from assistant.models import reader as reader_module
from assistant.models.reader import OnnxReader
from tests.models.tiny import FIRST, LAST, WORDS, make_reader

QUESTION = "who denied it ?"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> OnnxReader:
    return OnnxReader(make_reader(tmp_path_factory.mktemp("models") / "reader"))


def passage(*sentences: str, before: str = "") -> Passage:
    """A passage that begins after some characters of its document."""
    text = before + " ".join(sentences)
    document = Document.of(text)
    spans, at = [], len(before)
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return Passage(document.ref, len(before), len(text), text[len(before) :], tuple(spans))


def test_the_telling_words_are_found_where_they_stand(tiny: OnnxReader) -> None:
    before = "Ships waited. "
    found = passage("The harbour froze", "le maire denied it", before=before)
    (reading,) = tiny.read(QUESTION, [found])
    silent, telling = reading.sentences
    text = before + found.text
    assert text[slice(*telling.span)] == "maire denied"
    assert (silent.span_score, telling.span_score) == (0.0, 16.0)  # less "no answer", -8
    assert (silent.support, telling.support) == (-8.0, -4.0)
    assert reading.answers == -8.0 * 6  # two words of the eight that the model sees tell


def test_the_words_of_the_question_are_no_answer(tiny: OnnxReader) -> None:
    (reading,) = tiny.read(QUESTION, [passage("The harbour froze")])
    assert reading.sentences[0].span_score == 0.0


def test_what_lies_beyond_the_model_s_length_is_said_to_be_unread(tiny: OnnxReader) -> None:
    (reading,) = tiny.read(QUESTION, [passage("the " * 20 + "harbour", "le maire denied it")])
    assert reading.sentences[1].support < reading.sentences[0].support
    assert reading.sentences[1].span_score < 0


@pytest.mark.parametrize("words", [20, 24, 200])
def test_a_question_longer_than_the_model_reads_is_cut_as_well(
    tiny: OnnxReader, words: int
) -> None:
    (reading,) = tiny.read("harbour " * words, [passage("le maire denied it")])
    assert reading.sentences[0].span_score == 16.0


def test_no_passages_give_no_readings(tiny: OnnxReader) -> None:
    assert tiny.read(QUESTION, []) == []


@given(
    st.lists(
        st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=4),
        max_size=7,
    )
)
def test_batches_do_not_matter_and_spans_stay_in_their_sentences(
    tiny: OnnxReader, texts: Sequence[Sequence[Sequence[str]]]
) -> None:
    passages = [passage(*(" ".join(words) for words in sentences)) for sentences in texts]
    together = tiny.read(QUESTION, passages)
    alone: list[PassageReading] = [tiny.read(QUESTION, [one])[0] for one in passages]
    assert together == alone
    for one, reading in zip(passages, together, strict=True):
        for (start, end), sentence in zip(one.sentences, reading.sentences, strict=True):
            first, last = sentence.span
            assert start <= first < last <= end
            words = one.text[first:last].split()
            if sentence.span_score == 16:
                assert (words[0], words[-1]) == (FIRST, LAST)


def test_many_small_batches_give_the_same(
    tiny: OnnxReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = [passage("le maire denied it " * (n % 3 + 1)) for n in range(9)]
    expected = tiny.read(QUESTION, passages)
    monkeypatch.setattr(reader_module, "_TOKENS_PER_BATCH", 16)
    assert tiny.read(QUESTION, passages) == expected


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_when_it_is_needed(tmp_path: Path, file: str) -> None:
    folder = make_reader(tmp_path / "reader")
    (folder / file).unlink()
    reader = OnnxReader(folder)
    with pytest.raises(InvalidInput, match=re.escape(file)):
        reader.read(QUESTION, [passage("le maire denied it")])
