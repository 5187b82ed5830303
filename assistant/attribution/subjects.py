"""Whose act a verb group tells: its subject before it, behind it, or that of an earlier report."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution.finite import looks_finite
from assistant.attribution.following import phrase_after, trim_time
from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.phrases import Range, phrase_before
from assistant.attribution.report import Report
from assistant.attribution.units import PARENTHESIS, QUOTE, Token

__all__ = [
    "ends_in_comma",
    "holds_clause",
    "is_closed",
    "main_subject",
    "subject_behind",
    "subject_of",
]


def subject_behind(tokens: Sequence[Token], group: Group, lexicon: Lexicon) -> Range | None:
    """Find the subject behind its verb, where what is said stands before it."""
    before = tokens[group.start - 1].low if group.start else ""
    if before not in {",", QUOTE, "—", "–", "!", "?"}:
        return None
    told = group.cue.takes >= {"person", "clause"}
    if lexicon.language == "en" and (group.head > group.start or (told and before != QUOTE)):
        return None  # "…, has said the agency" is not English; "…, X told the agency" is another
    begins = trim_time(tokens, group.end, lexicon)
    if lexicon.language == "fr":
        begins = _beyond_addressee(tokens, begins, lexicon)
    source = phrase_after(tokens, begins, lexicon)
    if source and lexicon.language == "en":  # "wrote Ann Lee to her husband"
        words = [tokens[i].low for i in range(*source)]
        if "to" in words and "," not in words[: words.index("to")]:
            source = source[0], source[0] + max(1, words.index("to"))
    if source is None or source[1] - source[0] > 40 or not _may_speak(tokens, source, lexicon):
        return None
    return None if before == "," and _apposed_subject(tokens, group, lexicon) else source


def _beyond_addressee(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Skip whom, or where, it was said to: « a dit à la radio publique un matelot »."""
    if at >= len(tokens) or tokens[at].low not in {"à", "au", "aux", "devant"}:
        return at
    determiners = lexicon.grammar.determiners - lexicon.grammar.of
    for ahead in range(at + 2, min(at + 7, len(tokens))):
        if not tokens[ahead].text[0].isalpha():
            break
        own = tokens[ahead - 1].low not in lexicon.grammar.prepositions | determiners
        if own and tokens[ahead].low in determiners:
            return ahead
    return at


def _may_speak(tokens: Sequence[Token], source: Range, lexicon: Lexicon) -> bool:
    """Whether a phrase behind a verb can be its subject: "told him" has none there."""
    grammar = lexicon.grammar
    if tokens[source[0]].low in (grammar.objects - grammar.pronouns) | lexicon.auxiliaries:
        return False  # « a dit avoir vu »
    follows = tokens[source[1]].low if source[1] < len(tokens) else ""
    return follows not in grammar.complementizers


def _apposed_subject(tokens: Sequence[Token], group: Group, lexicon: Lexicon) -> bool:
    """Whether it is "X, a senator, said …" rather than "…, said X"."""
    follows = tokens[group.end].low if group.end < len(tokens) else ""
    grammar = lexicon.grammar
    if follows in grammar.complementizers | grammar.pronouns - grammar.determiners:
        return True
    present = all(form.kind != "past" for form in lexicon.verbs.get(tokens[group.head].low, ()))
    if is_closed(tokens, group.start) or (lexicon.language == "en" and present):
        hard = [i + 1 for i in range(group.start - 1) if tokens[i].low in {";", ":"}]
        clause = tokens[max(hard, default=0) : _relative_clause(tokens, group.start, lexicon)]
        return not holds_clause(clause, lexicon)
    return False  # no comma opened what this one would close


def is_closed(tokens: Sequence[Token], end: int) -> bool:
    """Whether the comma before `end` may close what another one opens: ", a senator,"."""
    return any(t.low in {",", QUOTE, ";", ":"} for t in tokens[: max(0, end - 1)])


def _relative_clause(tokens: Sequence[Token], end: int, lexicon: Lexicon) -> int:
    """Where ", who …" begins before `end`; `end` where nothing does."""
    relatives = lexicon.grammar.relatives | {"whose", "dont", "que", "qu'", "où"}
    opened = (i for i in range(1, end) if tokens[i].low in relatives and tokens[i - 1].low == ",")
    return next(opened, end + 1) - 1


_SUBJECTS = frozenset({"i", "he", "she", "it", "they", "we", "there"})


def holds_clause(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether tokens hold a quotation, or a verb that is not that of a relative clause."""
    relatives = lexicon.grammar.relatives | {"whose", "which", "dont", "whom"}
    for at, token in enumerate(tokens):
        if token.low == QUOTE or (
            token.low in lexicon.grammar.clause_marks and at < len(tokens) - 1
        ):
            return True
        if token.low in _SUBJECTS and at < len(tokens) - 1:
            return True
        near = tokens[max(1, at - 4) : at]  # "That would be late" is no relative clause
        if looks_finite(tokens, at, lexicon) and not any(t.low in relatives for t in near):
            return True
    return False


def subject_of(
    tokens: Sequence[Token], group: Group, earlier: Sequence[Report], lexicon: Lexicon
) -> Range | None:
    """Find the subject of an active verb: before it, or that of a report before it."""
    if group.voice == "finite":
        source = phrase_before(tokens, group.start, lexicon)
        if source is not None:
            cues = [
                stop
                for r in earlier
                if not _is_relative(tokens, r, lexicon)
                for _, stop in r.cues
                if source[0] < stop < source[1]
            ]
            return max(cues, default=source[0]), source[1]
        before = tokens[group.start - 1].low if group.start else ""
        if before not in lexicon.grammar.coordinators | {","}:
            return None
    if not group.start and group.voice == "gerund":  # "Citing the law, the police left"
        comma = next((i for i, t in enumerate(tokens) if ends_in_comma(t)), len(tokens))
        return phrase_after(tokens, comma + 1, lexicon)
    if group.start and tokens[group.start - 1].low == "as" and earlier:  # "was quoted as saying"
        return earlier[-1].contents[0] if earlier[-1].contents else None
    active = [r for r in earlier if r.source and r.group and r.group.voice not in {"reduced"}]
    if active:
        return active[-1].source
    return main_subject(tokens, group.start, lexicon)


def ends_in_comma(token: Token) -> bool:
    """Whether a token is a comma, or a quotation that holds one at its end: “extortion,”."""
    return token.low == "," or (token.low == QUOTE and token.text[-2:-1] == ",")


def _is_relative(tokens: Sequence[Token], report: Report, lexicon: Lexicon) -> bool:
    """Whether a report is all of a relative clause: "X, who backs Y, …"."""
    return report.source is not None and (
        tokens[report.source[0]].low in lexicon.grammar.relatives - {"that"}
    )


def main_subject(tokens: Sequence[Token], before: int, lexicon: Lexicon) -> Range | None:
    """Guess the subject of a sentence: the noun phrase before its first finite verb."""
    for at in range(min(before, len(tokens))):
        if at and looks_finite(tokens, at, lexicon) and tokens[at - 1].low not in {"to"}:
            found = phrase_before(tokens, at, lexicon)
            if found and tokens[found[0]].low not in lexicon.grammar.relatives:
                return found
    return _first_name(tokens, before, lexicon)


def _first_name(tokens: Sequence[Token], before: int, lexicon: Lexicon) -> Range | None:
    """Give the name or pronoun that a sentence begins with."""
    at = 2 if _opens_loosely(tokens, lexicon) else 0  # « Maintenant, Ann Lee »
    first = at
    while at < before and (
        tokens[at].capital or tokens[at].low in lexicon.grammar.pronouns | {PARENTHESIS}
    ):
        at += 1
    small = lexicon.grammar.prepositions | lexicon.grammar.subordinators
    if at - first == 1 and tokens[first].low in lexicon.grammar.determiners:
        return _described(tokens, first, lexicon)
    return (first, at) if at > first and tokens[first].low not in small else None


def _described(tokens: Sequence[Token], first: int, lexicon: Lexicon) -> Range | None:
    """Give « Le directeur, Luc Roy », where no verb is known: what ends with a name."""
    phrase = phrase_after(tokens, first, lexicon)
    if phrase is None:
        return None
    ends = [i + 1 for i in range(first + 1, phrase[1]) if tokens[i].capital]
    return (first, ends[-1]) if ends else None


def _opens_loosely(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    loose = lexicon.grammar.adverbs | lexicon.grammar.time
    return len(tokens) > 2 and tokens[0].low in loose and tokens[1].low == ","
