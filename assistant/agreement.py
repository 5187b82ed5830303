"""Who says what about a topic → whether the sources agree: who says so, who denies it, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.claims import Claim, Claims
from assistant.datatypes import Answer, Query, Stance, Statement
from assistant.language import own_language

__all__ = ["ON_TOPIC", "answer_on_agreement"]

# Who only comes near the topic is left out: a contradiction is seen between claims on the same.
ON_TOPIC = 0.7

_MOST = 6  # speakers of each side
_SIDES: tuple[frozenset[Stance], ...] = (
    frozenset({"assert", "confirm", "allege"}),
    frozenset({"deny"}),
)
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "agree": "No source contradicts another on this",
        "differ": "The sources do not agree",
        "alone": "Only one speaker is heard on this",
        "assert": "{} says",
        "confirm": "{} confirms",
        "allege": "{} alleges",
        "deny": "{} denies",
        "via": ", according to {}",
        "published": "published {}",
        "colon": ": ",
    },
    "fr": {
        "agree": "Aucune source n’en contredit une autre à ce sujet",
        "differ": "Les sources ne sont pas d’accord",
        "alone": "Un seul avis est rapporté à ce sujet",
        "assert": "{} affirme",
        "confirm": "{} confirme",
        "allege": "{} prétend",
        "deny": "{} dément",
        "via": ", selon {}",
        "published": "publié le {}",
        "colon": " : ",
    },
}


def answer_on_agreement(query: Query, claims: Claims, confidence: float) -> Answer | None:
    """Answer whether sources agree: first that, then one cited sentence for each speaker.

    None where nobody takes a side.

    Args:
        claims: who says what about the question's topic.
        confidence: how sure the reading is that the sources tell of the topic.
    """
    words = _WORDS[own_language(query.language)]
    sides = [[row for row in claims.rows if row.stance in side][:_MOST] for side in _SIDES]
    rows = [row for side in sides for row in side]
    if not rows:
        return None
    # The best of each speaker's.
    citations = tuple(replace(row.citations[0], n=n) for n, row in enumerate(rows, start=1))
    verdict = words[_verdict(rows)]
    marks = " ".join(f"[{n}]" for n in range(1, len(rows) + 1))
    statements = [
        Statement(f"{verdict}. {marks}", tuple(range(1, len(rows) + 1))),
        *(_told(n, row, words) for n, row in enumerate(rows, start=1)),
    ]
    return Answer(
        question=query.text,
        standalone=query.standalone,
        language=query.language,
        abstained=False,
        confidence=confidence,
        text=" ".join(statement.text for statement in statements),
        short_answer=verdict,
        statements=tuple(statements),
        citations=citations,
        attributions=tuple(row.said[0].cited(n) for n, row in enumerate(rows, start=1)),
    )


def _verdict(rows: Sequence[Claim]) -> str:
    if any(row.contested for row in rows):
        return "differ"
    return "agree" if any(row.speaker != rows[0].speaker for row in rows) else "alone"


def _told(n: int, row: Claim, words: dict[str, str]) -> Statement:
    # What is told without its date may be older than its document.
    date = row.date if row.said[0].date else row.date and words["published"].format(row.date)
    date = f" ({date})" if date else ""
    via = words["via"].format(row.via[-1]) if row.via else ""
    lead = words[row.stance].format(f"{row.speaker}{date}")
    return Statement(f"{lead}{via}{words['colon']}{row.citations[0].quote} [{n}]", (n,))
