"""What a question says of reporting: the kinds of act it names, and whose."""

from __future__ import annotations

import re

from assistant.attribution.lexicon import load_lexicon
from assistant.attribution.units import tokens
from assistant.datatypes import Stance

__all__ = ["named_after", "reporting_stances"]

_NAME = (
    r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
    r"(?:\s(?:(?:de|du|des|van|von|bin|al|la|le|of)\s)?[A-ZÀ-ÖØ-Þ][\w’'-]*)*"
)
_SPEAKER = re.compile(
    r"\b(?:did|does|has|had|according to|selon|d[’']après)\s(?:[a-z’'-]+\s){0,4}?"
    rf"(?P<one>{_NAME})"
    rf"|\b(?:a|ont|avait)(?:-t-(?:il|elle))?\s\w+\s(?:[a-zà-ÿ’'-]+\s){{0,4}}?(?P<two>{_NAME})"
    rf"|(?<=\s)(?P<three>{_NAME})"
)


def reporting_stances(question: str, language: str) -> frozenset[Stance]:
    """Give the kinds of act that the first reporting word of a question names; none: it has none.

    "Who denied that he warned them?" asks who denied.
    """
    lexicon = load_lexicon("fr" if language == "fr" else "en")
    for token in tokens(question, (0, len(question)), (), lexicon.language):
        if token.low in lexicon.verbs:
            found = lexicon.verbs[token.low]
            return frozenset(form.cue.stance for form in found if not form.cue.rest) or frozenset(
                form.cue.stance for form in found
            )
        if token.low in {"according", "selon", "d'après"}:
            return frozenset({"assert"})
        if token.low in lexicon.nouns:
            return frozenset({lexicon.nouns[token.low].stance})
    return frozenset()


def named_after(question: str, language: str) -> str:
    """Give the name whose words a question asks for: "What did Peskov say about Musk?"."""
    found = _SPEAKER.search(question)
    if found is None:
        return ""
    return (
        (found["one"] or found["two"] or found["three"] or "").removesuffix("'s").removesuffix("’s")
    )
