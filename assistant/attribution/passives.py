"""Verb groups in the passive → reports: "was denied by X", "the deal denied by X"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution import contents
from assistant.attribution.following import phrase_after, trim_time
from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.limits import limit
from assistant.attribution.phrases import Range, phrase_before
from assistant.attribution.report import Report
from assistant.attribution.units import QUOTE, Token, Unit

__all__ = ["passive"]

# Nouns for what may be dismissed without being sent away.
_CLAIMS = frozenset(
    """claim claims report reports allegation allegations accusation accusations rumour rumours
    rumor rumors idea suggestion notion theory criticism concern concerns fears appeal case lawsuit
    suit complaint request call calls plan proposal charge charges question questions this that
    it""".split()
)


def _is_claim(tokens: Sequence[Token], subject: Range, after: int) -> bool:
    described = after < len(tokens) and tokens[after].low == "as"
    return described or any(tokens[i].low in _CLAIMS for i in range(*subject))


def passive(unit: Unit, group: Group, lexicon: Lexicon) -> Report | None:
    """Read "was denied by X" and "the deal denied by X"."""
    tokens = unit.tokens
    grammar = lexicon.grammar
    after = trim_time(tokens, group.end, lexicon)
    source = None
    cues = [(group.start, group.end)]
    rest = after
    by = next(
        (i for i in range(after, min(after + 6, len(tokens))) if tokens[i].low in grammar.by), -1
    )
    if by >= 0 and not any(tokens[i].low in {",", QUOTE, "."} for i in range(after, by)):
        source = phrase_after(tokens, by + 1, lexicon)
        rest = source[1] if source else by + 1
    elif group.voice == "reduced":
        return None
    subject = phrase_before(tokens, group.start, lexicon)
    if subject and group.cue.lemma == "dismiss" and not _is_claim(tokens, subject, rest):
        return None  # who was dismissed by his company
    found = [subject] if subject else []
    completed = source and group.cue.takes & {"person", "as"}
    if (completed or not source) and rest < len(tokens) and tokens[rest].low not in {",", ".", ";"}:
        stop = limit(tokens, rest, group, lexicon)
        if trimmed := contents.trimmed(tokens, (rest, stop)):
            found.append(trimmed)
    if not found:
        return None
    return Report(unit, group.cue, source, cues, found, group)
