"""What is said: the part of a sentence that a cue governs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.attribution.finite import looks_finite
from assistant.attribution.following import trim_time
from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.phrases import Range
from assistant.attribution.units import QUOTE, Token

__all__ = ["REACTIONS", "before", "begin_after", "trimmed"]

_LOOK_AHEAD = 14
_MARKS = frozenset({",", ";", ":", "—", "–", "--", "."})
_ENDS = frozenset({".", ",", ";", ")", "—", "–", "--", "?"})
# What shows something tells it: "the poll shows a lead".
_DATA = frozenset(
    """poll polls survey surveys study studies report reports record records data results figures
    analysis documents emails research statistics census filings sondage sondages étude études
    enquête enquêtes rapport rapports données chiffres résultats documents""".split()
)
_FROM = frozenset({"from", "by", "of", "de", "du", "des", "d'"})
_SUCH = frozenset("tel telle tels telles plus moins aussi autant alors tandis bien".split())
_NO_CLAUSE = frozenset({"to", "himself", "herself", "itself", "themselves", "myself", "ourselves"})
REACTIONS = frozenset(
    """comment respond react reply answer confirm deny répondre réagir commenter se_prononcer
    confirmer démentir infirmer""".split()
)
"""Acts that may have no content: who has not commented refused to."""
_ASKED = frozenset({"whether", "if", "how", "why", "what", "about", "not", "to"})


def begin_after(tokens: Sequence[Token], group: Group, lexicon: Lexicon) -> int | None:
    """Find where the content behind a verb group begins; None where there is none."""
    takes = group.cue.takes
    at = group.end
    while at < len(tokens) and tokens[at].low in lexicon.grammar.negations:
        at += 1
    if tokens[at - 1].low in {"nor", "ni"} and at < len(tokens) and tokens[at].low in lexicon.verbs:
        at += 1  # "would neither confirm nor deny that …"
    skipped = trim_time(tokens, at, lexicon)
    if skipped < len(tokens) and _opens(tokens, skipped, lexicon):
        return skipped + (tokens[skipped].low == ":")
    if skipped >= len(tokens) or tokens[skipped].low in _ENDS:
        return _after_parenthetical(tokens, skipped, group, lexicon)
    found = None
    if takes & {"clause", "person"}:
        found = _complement(tokens, skipped, group, lexicon)
    if found is None and "person" in takes and "of" not in takes:
        found = _beyond_person(tokens, skipped, lexicon)
    if found is not None:
        return found
    near = tokens[max(0, group.start - _LOOK_AHEAD) : group.start + 1]
    data = any(t.low in _DATA and follows.low in _FROM for t, follows in pairwise(near))
    data = data or (group.start > 0 and tokens[group.start - 1].low in _DATA)
    refused = group.negated and group.cue.lemma in REACTIONS  # « n’a pas répondu à nos questions »
    weak = "weak" in takes and not data and not refused
    unfit = weak and not _clause_follows(tokens, skipped, lexicon)
    if unfit or _is_adjunct(tokens, skipped, group, lexicon):
        return None
    return skipped if "clause" in takes else at


def _is_adjunct(tokens: Sequence[Token], at: int, group: Group, lexicon: Lexicon) -> bool:
    """Whether what follows "…," he said is but where and how: "in a statement"."""
    if tokens[at].low not in lexicon.grammar.prepositions or "object" in group.cue.takes:
        return False
    if "infinitive" in group.cue.takes and tokens[at].low == "to":
        return False
    if tokens[group.end - 1].low in group.cue.prepositions:
        return False
    return not any(
        looks_finite(tokens, ahead, lexicon) for ahead in range(at + 1, min(at + 12, len(tokens)))
    )


def _opens(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    low = tokens[at].low
    if low == QUOTE:
        return True
    if low == ":":
        return at + 1 < len(tokens)
    return low in {"that", "que", "qu'", "whether", "if", "si"}


def _after_parenthetical(
    tokens: Sequence[Token], at: int, group: Group, lexicon: Lexicon
) -> int | None:
    """Read past "said, however, that" and "said, “…”"."""
    if at + 1 >= len(tokens) or tokens[at].low != ",":
        return None
    if tokens[at + 1].low == QUOTE:
        return at + 1
    for ahead in range(at + 1, min(at + 8, len(tokens))):
        if tokens[ahead].low == ",":
            if ahead + 1 < len(tokens) and (
                tokens[ahead + 1].low in {"that", "que", "qu'"}
                or (ahead - at <= 3 and tokens[at + 1].low in lexicon.grammar.adverbs)
            ):
                return ahead + 1
            return None
    return None


def _complement(tokens: Sequence[Token], at: int, group: Group, lexicon: Lexicon) -> int | None:
    """Look past whom it was said to, and where, for "that", a colon or a quotation."""
    takes, grammar = group.cue.takes, lexicon.grammar
    no_further = grammar.relatives - {"that"} | {";", "—", "–"}
    if "person" not in takes:
        no_further |= grammar.pronouns
    for ahead in range(at, min(at + _LOOK_AHEAD, len(tokens) - 1)):
        low, following = tokens[ahead].low, tokens[ahead + 1].low
        if low == ":":
            return ahead + 1
        if low == ",":
            return ahead + 1 if following == QUOTE else None
        if low in {"that", "que", "qu'"} and ahead > at:
            if tokens[ahead - 1].low in _SUCH:
                return None
            where = tokens[at].low in grammar.prepositions and ahead - at <= 3  # « dans l’heure »
            relative = ("weak" in takes and not where) or (
                "object" in takes and "person" not in takes
            )
            return None if relative or tokens[ahead - 1].low in grammar.prepositions else ahead
        if low in no_further or looks_finite(tokens, ahead, lexicon):
            return None
    return None


def _beyond_person(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int | None:
    """Skip the one addressed: "told them", "asked reporters whether"."""
    if tokens[at].low in lexicon.grammar.objects | {"reporters", "voters", "supporters"}:
        return at + 1 if at + 1 < len(tokens) and tokens[at + 1].low not in {".", ","} else None
    for ahead in range(at + 1, min(at + 8, len(tokens))):
        low = tokens[ahead].low
        if low in _ASKED:
            return ahead
        if low in {",", ";", QUOTE} or looks_finite(tokens, ahead, lexicon):
            break
    return at


def _clause_follows(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Tell "find the report is false" from "find the report" and "finds itself in …"."""
    if tokens[at].low in _NO_CLAUSE:
        return False
    if tokens[at].low in lexicon.grammar.pronouns and tokens[at].low not in {"it", "you"}:
        return True
    for ahead in range(at + 1, min(at + 8, len(tokens))):
        low = tokens[ahead].low
        joins = lexicon.grammar.subordinators | lexicon.grammar.coordinators
        if low in {",", ";", QUOTE, ".", ":"} or low in joins:
            return False
        if low in lexicon.auxiliaries or looks_finite(tokens, ahead, lexicon):
            return True
    return False


def before(tokens: Sequence[Token], stop: int, first: int) -> Range | None:
    """Find the content that ends before an incise that begins at `stop`."""
    while stop > first and tokens[stop - 1].low in {",", "—", "–", "--"}:
        stop -= 1
    start = stop
    while start > first and tokens[start - 1].low not in {";", ":"}:
        start -= 1
    return (start, stop) if start < stop else None


def trimmed(tokens: Sequence[Token], found: Range) -> Range | None:
    """Take marks off both ends."""
    start, stop = found
    while start < stop and tokens[start].low in _MARKS:
        start += 1
    while stop > start and tokens[stop - 1].low in _MARKS:
        stop -= 1
    return (start, stop) if start < stop else None
