"""How far the words that report reach: "said flatly", "said in a statement"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution.lexicon import Lexicon
from assistant.attribution.report import Report
from assistant.attribution.units import Token

__all__ = ["widen"]

_IN = frozenset({"in", "via", "on", "during", "dans", "lors", "sur", "par", "à"})
_LONGEST = 6  # words from "in" to "statement"


def widen(report: Report, lexicon: Lexicon) -> None:
    """Take the manner and the medium behind a verb into its cue, where nothing else follows."""
    tokens = report.unit.tokens
    start, stop = report.cues[-1]
    wide = _medium_end(tokens, _manner_end(tokens, stop, lexicon), lexicon)
    taken = [at for found in (*report.contents, report.source) if found for at in range(*found)]
    if wide > stop and not any(stop <= at < wide for at in taken):
        report.cues[-1] = (start, wide)


def _manner_end(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Skip adverbs: "said flatly"."""
    ending = "ment" if lexicon.language == "fr" else "ly"
    while (
        at < len(tokens)
        and tokens[at].low.endswith(ending)
        and len(tokens[at].low) > 6
        and not tokens[at].capital
    ):
        at += 1
    return at


def _medium_end(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Skip "in an interview", "on Twitter", « dans un communiqué »."""
    if at >= len(tokens) or tokens[at].low not in _IN:
        return at
    end = at
    for ahead in range(at + 1, min(at + _LONGEST, len(tokens))):
        token = tokens[ahead]
        if not token.text[0].isalpha():
            break
        if token.low in lexicon.grammar.media:
            end = ahead + 1
        elif token.low in lexicon.grammar.prepositions - lexicon.grammar.determiners:
            break
    return end if end > at else at
