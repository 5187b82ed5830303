"""What a verb group allows, and whether it is likely to be a report."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.report import Report
from assistant.attribution.units import QUOTE, Token

__all__ = ["counts"]

_PARTICLES = frozenset({"down", "off", "away", "up", "out", "back", "into"})
_ADDRESSED = frozenset({"you", "vous", "tu"})


def counts(tokens: Sequence[Token], report: Report, group: Group, lexicon: Lexicon) -> bool:
    """Leave out what the words allow and hardly ever mean a report."""
    begins = tokens[report.contents[0][0]].low
    spoken = begins == QUOTE or begins in lexicon.grammar.complementizers
    if group.voice == "infinitive":
        before = [t.low for t in tokens[max(0, group.start - 2) : group.start]]
        done = before in (["avant", "de"], ["avant", "d'"])  # « avant de qualifier … »
        return report.source is not None and (spoken or done or group.cue.stance != "assert")
    if begins in _PARTICLES and "clause" not in group.cue.takes:
        return False  # "back down"
    if _is_empty(report, begins, lexicon) or not _has_object(tokens, report, group):
        return False
    if report.source and tokens[report.source[0]].low in _ADDRESSED:
        return spoken and "state" not in group.cue.takes  # "Do you support …?"
    return True


def _is_empty(report: Report, begins: str, lexicon: Lexicon) -> bool:
    """Whether all that is said is a relative pronoun."""
    start, stop = report.contents[0]
    alone = len(report.contents) == 1 and stop - start == 1
    return alone and begins in lexicon.grammar.relatives - {"that"}


def _has_object(tokens: Sequence[Token], report: Report, group: Group) -> bool:
    """Tell « présente la loi comme un mal » from « présente la loi »."""
    start, stop = report.contents[0]
    return group.cue.lemma != "présenter" or any(t.low == "comme" for t in tokens[start:stop])
