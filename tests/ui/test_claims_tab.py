from __future__ import annotations

import re
from html import unescape

from assistant.claims import Claim, Claims
from assistant.datatypes import Citation, Document, Stance
from assistant.ui.claims_tab import claims_html
from assistant.ui.wording import WORDS


def claim(speaker: str, stance: Stance, *, contested: bool, date: str = "", **more: bool) -> Claim:
    text = f"{speaker} spoke."
    citation = Citation(n=1, document=Document.of(text).ref, start=0, end=len(text), quote=text)
    return Claim(
        speaker=speaker,
        title="<judge>",
        stance=stance,
        contested=contested,
        date=date,
        hedged=more.get("hedged", False),
        via=("Crow",) if more.get("via") else (),
        citations=(citation,),
    )


ROWS = (
    claim("Owl", "deny", contested=True, date="2023-08-22"),
    claim("Fox", "allege", contested=True, date="2022-10-11", hedged=True, via=True),
    claim("Crow", "assert", contested=False),
)


def plain(html: str) -> str:
    return unescape(re.sub("<[^>]*>", " ", html))


def test_contradictions_come_first_and_each_passage_has_its_own_number() -> None:
    html = claims_html(Claims("theft", ROWS), WORDS["en"])
    text = plain(html)
    assert text.index("Contradicted") < text.index("Fox") < text.index("Not contradicted")
    table = html[: html.index('class="timeline"')]
    assert re.findall(r"&#91;(\d)&#93;", table) == ["1", "2", "3"]
    assert "<judge>" not in html
    assert "<judge>" in text


def test_the_timeline_is_in_order_and_what_has_no_date_comes_last() -> None:
    html = claims_html(Claims("theft", ROWS), WORDS["fr"])
    timeline = plain(html[html.index('class="timeline"') :])
    order = [timeline.index(word) for word in ("2022-10-11", "2023-08-22", "sans date")]
    assert order == sorted(order)
    assert "dément" in timeline


def test_reserve_and_reporter_are_told() -> None:
    text = plain(claims_html(Claims("theft", ROWS), WORDS["en"]))
    assert "according to Crow" in text
    assert "with reserve" in text


def test_nothing_found_is_said() -> None:
    assert "Nobody in the sources" in claims_html(Claims("tea", ()), WORDS["en"])
