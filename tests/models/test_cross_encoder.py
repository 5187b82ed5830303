"""A cross-encoder that the user names puts the ranking in its own order."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Document, Passage
from assistant.errors import InvalidInput
from assistant.models.cross_encoder import CrossEncoderReranker
from tests.models.tiny import make_encoder

TEXT = "The harbour froze. Ships waited."


def test_a_model_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="expected a folder, or a name on the Hugging Face Hub"):
        CrossEncoderReranker(str(tmp_path / "nowhere"))


@pytest.mark.slow  # imports torch
def test_passages_are_scored_with_the_question(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path / "crossed"
    words = make_encoder(tmp_path / "tiny") / "tokenizer.json"
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(words), pad_token="[PAD]")
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_labels=1,
        initializer_range=1.0,  # or all texts score nearly alike
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    ref = Document.of(TEXT).ref
    spans = ((0, 18), (19, 32), (0, 18))
    passages = [Passage(ref, start, end, TEXT[start:end], ((start, end),)) for start, end in spans]
    first, second, again = CrossEncoderReranker(str(folder)).rerank("Who waited?", passages)
    assert first == pytest.approx(again)
    assert first != pytest.approx(second)
