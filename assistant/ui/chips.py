"""Who says what behind an answer, as chips: a sign and a word for the stance, not colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.datatypes import Answer, Citation, Stance
from assistant.ui.links import citation_link
from assistant.ui.text import element, shown

__all__ = ["SIGNS", "chips_html", "stance_html"]

SIGNS: dict[Stance, str] = {
    "assert": "❝",
    "deny": "✕",
    "confirm": "✓",
    "allege": "?",
    "promise": "→",
    "warn": "!",
    "criticise": "−",
    "praise": "+",
    "ask": "¿",
    "order": "»",
    "refuse": "⊘",
}


def stance_html(stance: Stance, words: Mapping[str, str]) -> str:
    """Give a stance as sign and word."""
    word = words["ask_for" if stance == "ask" else stance]
    sign = f'<span class="sign">{SIGNS[stance]}</span>'
    return f'<span class="stance {stance}">{sign} {shown(word)}</span>'


def chips_html(answer: Answer, words: Mapping[str, str]) -> str:
    """Give a chip for each speaker and stance, with the marks of the citations that show it."""
    by_number = {citation.n: citation for citation in answer.citations}
    chips: dict[tuple[str, Stance], list[Citation]] = {}
    for attribution in answer.attributions:
        citation = by_number.get(attribution.citation)
        if attribution.source and citation is not None:
            shows = chips.setdefault((attribution.source, attribution.stance), [])
            if citation not in shows:
                shows.append(citation)
    if not chips:
        return ""
    items = "".join(
        f'<li class="chip {stance}">{element("span", "speaker", shown(speaker))} '
        f"{stance_html(stance, words)} {''.join(map(citation_link, shows))}</li>"
        for (speaker, stance), shows in chips.items()
    )
    return f'<ul class="chips" title="{shown(words["speakers"])}">{items}</ul>'
