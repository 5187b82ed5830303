"""Unit → reports: who says what by which words, as ranges of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.attribution.extents import widen
from assistant.attribution.frames import OPENINGS, according, labelled, noun, signed
from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.light import light
from assistant.attribution.phrases import Range, phrase_before
from assistant.attribution.report import Report
from assistant.attribution.units import QUOTE, Token, Unit, words
from assistant.attribution.verbs import inverted, read_verb, verb_group

__all__ = ["incises", "reports"]


def reports(unit: Unit, lexicon: Lexicon) -> list[Report]:
    """Find the reports of a unit, in the order of their cues."""
    found: list[Report] = []
    tokens = unit.tokens
    at = 0
    while at < len(tokens):
        report = _report_at(unit, at, found, lexicon)
        if report is not None:
            report.antecedent = _antecedent(tokens, report.source, found, lexicon)
            found.append(report)
            at = max(at + 1, report.cues[-1][1])
        else:
            at += 1
    return found


def _report_at(unit: Unit, at: int, earlier: Sequence[Report], lexicon: Lexicon) -> Report | None:
    tokens = unit.tokens
    low = tokens[at].low
    report = light(unit, at, earlier, lexicon) if low in lexicon.light else None
    if report is None and low in lexicon.verbs and (group := verb_group(tokens, at, lexicon)):
        report = read_verb(unit, group, earlier, lexicon)
        if report is not None:
            widen(report, lexicon)
    elif report is None and low in lexicon.nouns:
        report = noun(unit, at, lexicon)
    elif low in OPENINGS:
        report = according(unit, at, lexicon)
    elif low in {"―", "—", "–"} and at and tokens[at - 1].low == QUOTE:
        report = signed(unit, at)
    elif low == ":":
        report = labelled(unit, at, earlier, lexicon)
    return report


def _antecedent(
    tokens: Sequence[Token], source: Range | None, earlier: Sequence[Report], lexicon: Lexicon
) -> Range | None:
    if source is None or source[1] - source[0] > 1 or not source[0]:
        return None
    if tokens[source[0]].low not in lexicon.grammar.relatives:
        return None
    for said in earlier:  # « …, a réagi Ann Lee, qui demande … »
        if said.source and said.source[0] < source[0] <= said.source[1]:
            return said.source
    stop = source[0] - (tokens[source[0] - 1].low == ",")
    found = phrase_before(tokens, stop, lexicon) if stop else None
    if (
        found and found[0] > 1 and tokens[found[0] - 1].low == ","
    ):  # "its head, Candace Turner, who"
        described = phrase_before(tokens, found[0] - 1, lexicon)
        if described and tokens[described[0]].low in lexicon.grammar.determiners:
            return described[0], found[1]
    return found


def incises(unit: Unit, lexicon: Lexicon) -> list[Report]:
    """Find French reports that stand within a quotation: « Nous, dit-il, partons »."""
    if lexicon.language != "fr":
        return []
    found: list[Report] = []
    for token in unit.tokens:
        if token.low != QUOTE or "," not in token.text:
            continue
        inner = replace(unit, tokens=tuple(words(token.text[1:-1], token.start + 1, "fr")))
        for at, word in enumerate(inner.tokens):
            group = verb_group(inner.tokens, at, lexicon) if word.low in lexicon.verbs else None
            if group is None or not group.start or inner.tokens[group.start - 1].low != ",":
                continue
            report = inverted(inner, group, lexicon)
            if report and report.source and _ends_incise(inner.tokens, group, report.source):
                found.append(report)
                break
    return found


def _ends_incise(tokens: Sequence[Token], group: Group, source: Range) -> bool:
    end = max(group.end, source[1])
    closed = end >= len(tokens) or tokens[end].low in {",", "."}
    return closed and (group.subject >= 0 or tokens[source[0]].capital)
