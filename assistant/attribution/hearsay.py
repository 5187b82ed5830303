"""What is reported without a speaker: "reportedly", "seems to", « il aurait mentionné »."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.attribution import contents
from assistant.attribution.lexicon import Cue, Lexicon
from assistant.attribution.limits import limit
from assistant.attribution.phrases import phrase_before
from assistant.attribution.report import Report
from assistant.attribution.units import Token, Unit

__all__ = ["hearsay"]

_HEARSAY = Cue("hearsay", "allege", frozenset({"hearsay"}), frozenset())
_SEEMING = Cue("seem", "assert", frozenset({"hearsay"}), frozenset())
_SEEM = frozenset(
    "seem seems seemed appear appears appeared semble semblent semblait semblaient".split()
)
_ADVERBS = frozenset({"reportedly", "allegedly", "purportedly", "supposedly"})
_CONDITIONAL = frozenset({"aurait", "auraient", "serait", "seraient"})
# « aurait dû »: what would have been right, not what is said to have been.
_MODAL = frozenset({"dû", "pu", "voulu", "fallu", "aimé", "préféré", "souhaité", "mieux"})


def hearsay(unit: Unit, lexicon: Lexicon, found: Sequence[Report]) -> list[Report]:
    """Find what is reported without a speaker: "reportedly", « il aurait mentionné »."""
    tokens = unit.tokens
    told = {i for r in found for start, stop in (*r.contents, *r.cues) for i in range(start, stop)}
    whole = contents.trimmed(tokens, (0, len(tokens)))
    if whole is None:
        return []
    for at, token in enumerate(tokens):
        if at in told:
            continue
        if token.low in _ADVERBS:
            return [Report(unit, _HEARSAY, None, [(at, at + 1)], [whole])]
        if token.low in _SEEM and _seems(tokens, at):
            subject = phrase_before(tokens, at, lexicon)
            rest = contents.trimmed(tokens, (at + 1, limit(tokens, at + 1, None, lexicon)))
            found_here = [part for part in (subject, rest) if part]
            return [Report(unit, _SEEMING, None, [(at, at + 1)], found_here)]
        if token.low in _CONDITIONAL and lexicon.language == "fr" and _reports_past(tokens, at):
            return [Report(unit, _HEARSAY, None, [(at, _participle_end(tokens, at))], [whole])]
    return []


def _seems(tokens: Sequence[Token], at: int) -> bool:
    """Tell "appears to be" and « semble avoir » from "appeared on the stage"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is not None and (
        tokens[at].low.startswith("seem")
        or following.low in {"to", "that", "like", "as", "likely"}
        or (tokens[at].low.startswith("sembl") and following.low.endswith(("er", "ir", "re")))
    )


def _reports_past(tokens: Sequence[Token], at: int) -> bool:
    following = {t.low for t in tokens[at + 1 : at + 4]}
    hypothetical = any(t.low in {"si", "s'il"} for t in tokens)
    return not hypothetical and not following & _MODAL and _participle_end(tokens, at) > at + 1


def _participle_end(tokens: Sequence[Token], at: int) -> int:
    """Where « aurait déjà mentionné » ends; right behind its first word where it is none."""
    for ahead in range(at + 1, min(at + 4, len(tokens))):
        if (
            re.search(r"(?:é|i|u|is|it|ert|aint)e?s?$", tokens[ahead].low)
            and len(tokens[ahead].low) > 2
        ):
            return ahead + 1
    return at + 1
