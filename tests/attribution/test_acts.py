"""What an act does as a whole: by its verb's object, and by the first sentence that tells."""

from __future__ import annotations

import pytest

from assistant.attribution import extract
from assistant.datatypes import Document


def acts(text: str, language: str = "en") -> list[tuple[str, str]]:
    found = extract(Document.of(text, language=language))
    return [(a.source, a.stance) for a in found]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Ann Lee said she had never told him.", "deny"),
        ("“He didn’t say that he was late,” Ann Lee said.", "assert"),
        ("“We never told him,” Ann Lee said.", "deny"),
        ("“Whisky evaporates, stories do not,” Ann Lee said.", "assert"),
        ("“It is not the wind, it is the owl,” Ann Lee said.", "assert"),
        ("“It is not the owl,” Ann Lee said.", "deny"),
        ("“I should have slept,” Ann Lee said.", "assert"),
        ("“The town should sleep,” Ann Lee said.", "ask"),
        ("Ann Lee announced that she would run.", "assert"),
        ("“We will see to it. It is dangerous,” Ann Lee said.", "promise"),
        ("Ann Lee affirmed that it was late.", "assert"),
    ],
)
def test_english(text: str, stance: str) -> None:
    assert acts(text)[0] == ("Ann Lee", stance)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Anne Roy a condamné la maison à verser 200 euros.", "order"),
        ("Anne Roy a condamné à la fois la loi et le maire.", "criticise"),
        ("Anne Roy a appelé cela un désastre.", "assert"),
        ("Anne Roy a appelé les élus à voter.", "ask"),
        ("« Un hibou ne ment pas », a plaidé Anne Roy.", "assert"),
        ("Anne Roy plaide pour une réforme.", "ask"),
        ("Anne Roy a dit qu’elle n’avait plus aucun espoir.", "assert"),
        ("Anne Roy a dit qu’aucun appel n’avait été lancé.", "deny"),
        ("« Nous ne sommes pas des voleurs », a dit Anne Roy.", "deny"),
        ("« Ils doivent cent euros », a dit Anne Roy.", "assert"),
        ("« Ils doivent partir », a dit Anne Roy.", "ask"),
        ("Anne Roy a parlé d’« une victoire ».", "assert"),
    ],
)
def test_french(text: str, stance: str) -> None:
    assert acts(text, "fr") == [("Anne Roy", stance)]


def test_a_headline_s_place_says_nothing() -> None:
    assert acts("Bélarus : un pianiste libéré, l’opposition dément un échange.", "fr") == [
        ("l’opposition", "deny")
    ]
    assert acts("Anne Roy : la loi est inutile.", "fr") == [("Anne Roy", "assert")]
