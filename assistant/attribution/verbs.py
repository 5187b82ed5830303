"""Verb groups → reports: "X said that …", "…," said X, "was denied by X", ", adding that …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.attribution import contents
from assistant.attribution.english import english_group, is_title
from assistant.attribution.finite import looks_finite
from assistant.attribution.following import trim_time
from assistant.attribution.french import french_group
from assistant.attribution.groups import Group, has_rest
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.limits import ends_at_comma, limit
from assistant.attribution.passives import passive
from assistant.attribution.phrases import Range
from assistant.attribution.plausible import counts
from assistant.attribution.report import Report
from assistant.attribution.subjects import (
    ends_in_comma,
    holds_clause,
    is_closed,
    subject_behind,
    subject_of,
)
from assistant.attribution.units import QUOTE, Token, Unit

__all__ = ["inverted", "read_verb", "verb_group"]


def verb_group(
    tokens: Sequence[Token], head: int, lexicon: Lexicon, *, light: bool = False
) -> Group | None:
    """Find the verb group around a token; None where the word is no verb here, or no cue.

    Args:
        light: of a verb that reports with a noun only.
    """
    words = lexicon.light if light else lexicon.verbs
    forms = [f for f in words.get(tokens[head].low, ()) if has_rest(tokens, head, f.cue)]
    if not forms:
        return None
    longest = max(len(f.cue.rest) for f in forms)
    forms = [f for f in forms if len(f.cue.rest) == longest]
    find = french_group if lexicon.language == "fr" else english_group
    group = find(tokens, head, forms, lexicon)
    if group is None or group.cue.takes & {"prepositional", "clause"} != {"prepositional"}:
        return group
    follows = tokens[group.end].low if group.end < len(tokens) else ""
    return group if follows in group.cue.prepositions else None  # "pressed his attack"


def read_verb(
    unit: Unit, group: Group, earlier: Sequence[Report], lexicon: Lexicon
) -> Report | None:
    """Read what a verb group reports; None where it reports nothing.

    Args:
        earlier: the reports before it in the unit, whose subject it may share.
    """
    if group.voice == "reduced" and not group.start and group.cue.stance == "ask":
        return _asked(unit, group, lexicon)
    if group.voice in {"passive", "reduced"}:
        return passive(unit, group, lexicon)
    return inverted(unit, group, lexicon) or _active(unit, group, earlier, lexicon)


def _active(unit: Unit, group: Group, earlier: Sequence[Report], lexicon: Lexicon) -> Report | None:
    """Read "X said that …" and "…, X said"."""
    tokens = unit.tokens
    if group.voice == "infinitive" and _is_governed(group, earlier):
        return None  # who refuses to confirm confirms nothing
    source = subject_of(tokens, group, earlier, lexicon)
    if source and _says_nobody(tokens, source):
        group = replace(group, negated=True)
    group = replace(group, end=_through_what_is_refused(tokens, group, lexicon))
    whole = replace(group, end=_with_preposition(tokens, group, lexicon))
    start = contents.begin_after(tokens, whole, lexicon)
    own = source is not None and all(report.source != source for report in earlier)
    if source and own and _follows_quotation(tokens, source[0]):
        start, whole = _behind_quotation(tokens, start, whole, group)
    report = Report(unit, group.cue, source, [(group.start, whole.end)], group=group)
    if start is not None:
        stop = _content_end(tokens, start, report, group, lexicon)
        found = contents.trimmed(tokens, (start, stop))
        report.contents += [found] if found else []
    elif "clause" in group.cue.takes and group.voice == "finite" and source:
        closes = group.end >= len(tokens) - 1  # "A said that …, B reported.": B tells of A
        first = 0 if closes else max((r.cues[-1][1] for r in earlier), default=0)
        report.contents += _around(unit, group, source[0], whole.end, first=first, lexicon=lexicon)
    if not report.contents and source and source[0]:
        report.contents += _as_told(tokens, source[0] - 1, whole.end, lexicon)
    if not report.contents:
        report.contents += _within(tokens, group, lexicon)
    told = bool(report.contents) and counts(tokens, report, group, lexicon)
    return report if told else None


_SAID = frozenset({"that", "que", "qu'", ":", QUOTE})


def _behind_quotation(
    tokens: Sequence[Token], start: int | None, whole: Group, group: Group
) -> tuple[int | None, Group]:
    """Tell what follows "“…,” he said": more of it, or of whom and to whom it was said."""
    if whole.end > group.end:
        return None, group  # "“…,” he said of Ohio"
    goes_on = start is not None and tokens[start - 1].low == ","  # "“…,” he said, “…”"
    told = start is not None and "person" in group.cue.takes and tokens[start].low not in _SAID
    return (None if goes_on or told else start), whole


def _as_told(tokens: Sequence[Token], opens: int, end: int, lexicon: Lexicon) -> list[Range]:
    """Read "As Ann Lee noted, …" and "…, as Ann Lee noted"."""
    if tokens[opens].low not in {"as", "comme"}:
        return []
    end = trim_time(tokens, end, lexicon)
    if opens < 2 and tokens[end : end + 1] and tokens[end].low == ",":
        found = contents.trimmed(tokens, (end, limit(tokens, end + 1, None, lexicon)))
    elif opens and tokens[opens - 1].low == ",":
        before = contents.before(tokens, opens, 0)
        found = before and contents.trimmed(tokens, before)
    else:
        found = None
    return [found] if found else []


def _within(tokens: Sequence[Token], group: Group, lexicon: Lexicon) -> list[Range]:
    """Find what stands for a content in the verb group itself: « l’a confirmé »."""
    ends = group.end >= len(tokens) or tokens[group.end].low in {",", ".", ";"}
    refused = group.cue.stance == "refuse" and group.voice == "finite" and ends
    if refused and group.end > group.head + 1:  # "declined to comment"
        return [(group.head + 1, group.end)]
    if refused or (group.negated and group.cue.lemma in contents.REACTIONS):
        return [(group.head, group.head + 1)]  # "has not commented", "refused, arguing …"
    if group.voice != "finite" or lexicon.language != "fr":
        return []
    pronouns = {"le", "la", "l'", "les"}
    return [(at, at + 1) for at in range(group.start, group.head) if tokens[at].low in pronouns]


def _content_end(
    tokens: Sequence[Token], start: int, report: Report, group: Group, lexicon: Lexicon
) -> int:
    """Where the content behind a verb ends, in an opening or a relative clause as well."""
    stop = limit(tokens, start, group, lexicon)
    commas = [i for i in range(start, stop - 1) if tokens[i].low == ","]
    if not group.start and group.voice == "gerund":  # "Citing the law, the police left"
        ends = (i for i in range(start, len(tokens)) if ends_in_comma(tokens[i]))
        return next((i + (tokens[i].low == QUOTE) for i in ends), stop)
    source = report.source
    if source and tokens[source[0]].low in lexicon.grammar.relatives:  # "who warned that …, said"
        return next((i for i in commas if looks_finite(tokens, i + 1, lexicon)), stop)
    return stop


def _says_nobody(tokens: Sequence[Token], source: Range) -> bool:
    """Whether a subject is none: "neither Ann Lee nor Bob Ray"."""
    before = tokens[source[0] - 1].low if source[0] else ""
    return before in _NOBODY or tokens[source[0]].low in _NOBODY


_NOBODY = frozenset({"neither", "nor", "nobody", "none", "ni", "aucun", "aucune", "personne"})


def _is_governed(group: Group, earlier: Sequence[Report]) -> bool:
    """Whether an infinitive is all that another verb governs: "refused to confirm"."""
    return any(
        start <= group.start <= start + 2 for report in earlier for start, _ in report.contents
    )


def _follows_quotation(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and (
        tokens[at - 1].low == QUOTE
        or (at > 1 and tokens[at - 1].low == "," and tokens[at - 2].low == QUOTE)
    )


def _through_what_is_refused(tokens: Sequence[Token], group: Group, lexicon: Lexicon) -> int:
    """Where "declined to comment on" ends: who will not do so does it about the same."""
    opens = [t.low for t in tokens[group.end : group.end + 1]]
    at = group.end + 1
    if group.cue.stance != "refuse" or opens not in (["to"], ["de"], ["d'"]):
        return group.end
    if at >= len(tokens) or tokens[at].low not in lexicon.verbs:
        return group.end
    about = at + 1 < len(tokens) and tokens[at + 1].low in {"on", "about", "sur"}
    return at + 1 + about


def _with_preposition(tokens: Sequence[Token], group: Group, lexicon: Lexicon) -> int:
    end = group.end
    prepositions = group.cue.prepositions - lexicon.grammar.complementizers
    if end < len(tokens) and tokens[end].low in prepositions:
        following = tokens[end + 1].low if end + 1 < len(tokens) else ""
        if following in lexicon.grammar.time or (
            tokens[end].low == "to" and "infinitive" in group.cue.takes
        ):
            return end  # "said on Monday", "promised to go"
        return end + 1
    return end


def inverted(unit: Unit, group: Group, lexicon: Lexicon) -> Report | None:
    """Read "…," said X, and « …, a déclaré X »."""
    tokens = unit.tokens
    if group.voice != "finite" or "clause" not in group.cue.takes:
        return None
    start = group.start
    if group.subject >= 0:
        source: Range | None = (group.subject, group.subject + 1)
        end = group.end
    else:
        source = subject_behind(tokens, group, lexicon)
        end = source[1] if source else 0
    if source is None:
        return None
    found = _around(unit, group, start, end, lexicon=lexicon)
    cues = [(start, group.end if group.subject < 0 else group.head + 1)]
    if 0 <= group.subject < group.head:  # « a-t-il dit »
        cues = [(start, group.subject), (group.subject + 1, group.end)]
    return Report(unit, group.cue, source, cues, found, group) if found else None


def _around(
    unit: Unit, group: Group, start: int, end: int, *, first: int = 0, lexicon: Lexicon
) -> list[Range]:
    """Find the content around an incise: before `start`, and behind `end` where it goes on."""
    tokens = unit.tokens
    found: list[Range] = []
    if start and tokens[start - 1].low in {",", QUOTE, "—", "–", "?", "!", "--"}:
        before = contents.before(tokens, start, first)
        if before and (trimmed := contents.trimmed(tokens, before)):
            found.append(trimmed)
    after = trim_time(tokens, end, lexicon)
    ahead = after
    while ahead < len(tokens) and tokens[ahead].low not in {",", QUOTE, ":", ".", ";"}:
        ahead += 1
    if ahead + 1 < len(tokens) and (found or tokens[ahead].low in {QUOTE, ":"}):
        begin = ahead + (tokens[ahead].low != QUOTE)
        opens = tokens[ahead].low in {QUOTE, ":"} or tokens[begin].low == QUOTE
        if opens or (ahead == after and not ends_at_comma(tokens, ahead, lexicon)):
            stop = limit(tokens, begin, group, lexicon)
            if trimmed := contents.trimmed(tokens, (begin, stop)):
                found.append(trimmed)
    closes = start < group.start and group.end >= len(tokens) - 1  # "…, Ann Lee replied."
    doubtful = is_closed(tokens, group.start) and not closes
    if len(found) == 1 and not is_title(tokens) and doubtful:
        start, stop = found[0]
        return found if holds_clause(tokens[start:stop], lexicon) else []
    return found


def _asked(unit: Unit, group: Group, lexicon: Lexicon) -> Report | None:
    """Read "Asked whether he knew, X said …": who asked is not told."""
    tokens = unit.tokens
    stop = next((i for i in range(group.end, len(tokens)) if tokens[i].low == ","), group.end)
    found = contents.trimmed(tokens, (trim_time(tokens, group.end, lexicon), stop))
    return found and Report(unit, group.cue, None, [(group.start, group.end)], [found], group)
