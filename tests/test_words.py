from __future__ import annotations

import pytest

from assistant.words import content_keys, fold, stances


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Été", "ete"), ("L’Œuvre", "l'œuvre"), ("ＦＵＬＬ", "full"), ("Zażółć", "zazołc"), ("", "")],
)
def test_folding_drops_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_french_and_english_share_the_keys_of_cognates() -> None:
    shared = content_keys("The minister accused the government") & content_keys(
        "Le ministre a accusé le gouvernement"
    )
    assert shared == {"minis", "allege"}


def test_stop_words_carry_nothing_and_numbers_stay_whole() -> None:
    assert content_keys("What was it in 1945 and 123456?") == {"1945", "123456"}
    assert content_keys("Qu’est-ce que c’était ?") == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elon Musk a démenti.", {"deny"}),
        ("Who denied the call?", {"deny"}),
        ("He called the rumour false", {"deny"}),
        ("Le préfet a confirmé la fermeture", {"confirm"}),
        ("a mis en garde", set()),
        ("They accused him and promised a reply", {"allege", "promise"}),
        ("La ville est calme", set()),
        ("nettoyage", set()),
        ("d’après le maire, « tout va bien », a-t-il dit", {"assert"}),
    ],
)
def test_reporting_words_tell_their_stance(text: str, expected: set[str]) -> None:
    assert stances(text) == expected
