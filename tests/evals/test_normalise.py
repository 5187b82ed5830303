from __future__ import annotations

import pytest

from evals.normalise import answer_tokens


@pytest.mark.parametrize(
    ("text", "language", "tokens"),
    [
        ("The Norman  dynasty.", "en", ["norman", "dynasty"]),
        ("l'eau de l’étang", "fr", ["eau", "de", "étang"]),
        ("L'Assemblée d'Aix", "fr", ["assemblée", "aix"]),
        ("le 24 juin", "fr-CA", ["24", "juin"]),
        ("les « années »", "fr", ["années"]),
        ("aujourd'hui", "fr", ["aujourd", "hui"]),
        ("d'Artagnan", "en", ["dartagnan"]),  # an elision is French only
        ("the die", "de", ["the", "die"]),  # no articles are known for German
        ("$1,000", "en", ["1000"]),
        ("Musk [1] and Peskov [2].", "en", ["musk", "and", "peskov"]),
        ("A", "en", ["a"]),  # nothing but an article is kept
        ("14 000", "fr", ["14", "000"]),
    ],
)
def test_tokens(text: str, language: str, tokens: list[str]) -> None:
    assert answer_tokens(text, language) == tokens
