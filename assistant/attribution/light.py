"""Reports by a verb and its noun: "expressed concern about", "issued a statement saying"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.attribution import contents
from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.limits import limit
from assistant.attribution.report import Report
from assistant.attribution.subjects import subject_of
from assistant.attribution.units import QUOTE, Unit
from assistant.attribution.verbs import verb_group

__all__ = ["light"]

_NEAR = 5  # words from the verb to its noun
_CLAUSAL = frozenset({"that", "to", "que", "qu'"})
_OPENS = _CLAUSAL | frozenset(
    """about of for on against over with at from in
    de d' du des sur contre à au aux envers pour avec""".split()
)


def light(unit: Unit, at: int, earlier: Sequence[Report], lexicon: Lexicon) -> Report | None:
    """Read "expressed concern about X", « a apporté son soutien à X »; the noun tells the act."""
    tokens = unit.tokens
    group = verb_group(tokens, at, lexicon, light=True)
    if group is None or group.voice in {"passive", "reduced"}:
        return None
    noun = _noun_of(unit, group, lexicon)
    if noun < 0 or noun + 1 >= len(tokens):
        return None
    cue = lexicon.nouns[tokens[noun].low]
    opens, end = tokens[noun + 1].low, noun + 1
    gerunds = [f.cue for f in lexicon.verbs.get(opens, ()) if f.kind == "gerund"]
    if gerunds:  # "issued a statement saying"
        cue, end = gerunds[0], noun + 2
    elif opens in _OPENS:
        end = noun + 1 + (opens not in _CLAUSAL)
    elif opens not in {":", QUOTE}:
        return None
    found = contents.trimmed(tokens, (end, limit(tokens, end, None, lexicon)))
    source = subject_of(tokens, group, earlier, lexicon)
    if found is None or source is None:
        return None
    if any(token.low in lexicon.grammar.negations for token in tokens[group.end : noun]):
        group = replace(group, negated=True)  # "expressed no regret"
    return Report(unit, cue, source, [(group.start, end)], [found], group)


def _noun_of(unit: Unit, group: Group, lexicon: Lexicon) -> int:
    """Where the noun stands that a light verb carries; -1 where there is none."""
    tokens = unit.tokens
    for at in range(group.end, min(group.end + _NEAR, len(tokens))):
        low = tokens[at].low
        if low in lexicon.nouns:
            return at
        if not low[0].isalpha() or low in lexicon.grammar.prepositions - {"out", "de", "d'"}:
            break
    return -1
