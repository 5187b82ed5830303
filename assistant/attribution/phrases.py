"""Who does it: the noun phrase before or behind a verb group, without a parser."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution.finite import looks_finite
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.units import QUOTE, Token

__all__ = ["APPOSED", "HARD", "Range", "phrase_before"]

Range = tuple[int, int]
"""Token indexes, end exclusive."""

HARD = frozenset(
    {"(", ")", QUOTE, ";", ":", "—", "–", "--", "-", "?", "!", "•", "…", "|", "*", "―"}
)
_DASHES = frozenset({"-", "—", "–", "--"})
APPOSED = frozenset(
    """who whose which qui dont a an the un une le la l' les his her their its son sa ses leur now
    then also formerly one ancien ancienne both""".split()
)


# Of the words between a subject and its verb, those that are nothing else (« s’en est pris »).
_CLITICS = frozenset({"ne", "n'", "se", "s'", "y", "en", "m'", "t'", "me", "te"})
_ABOUT = frozenset({"about", "around", "over", "under", "près"})
_NUMBERS = frozenset(
    "half one two three four five six seven eight nine ten dozens hundreds thousands a most".split()
)
_AFTER_VERBS = frozenset({"pas", "jamais"})
_LOOSE = frozenset(
    "one particular turn example part addition fact meanwhile though instance effet".split()
)
_CLAUSES = frozenset(
    {"who", "whose", "which", "qui", "dont", "asked", "interrogé", "interrogée", "interrogés"}
)


def phrase_before(tokens: Sequence[Token], end: int, lexicon: Lexicon) -> Range | None:
    """Find the noun phrase that ends where a verb group begins."""
    grammar = lexicon.grammar
    stop = end
    while stop > 0 and (
        tokens[stop - 1].low in grammar.adverbs
        or (
            tokens[stop - 1].low.endswith(("ly", "ment"))
            and not tokens[stop - 1].capital
            and len(tokens[stop - 1].low) > 6
        )
        or (lexicon.language == "fr" and tokens[stop - 1].low in _CLITICS)
    ):
        stop -= 1
    if stop > 2 and tokens[stop - 2].low == "on" and tokens[stop - 1].low in grammar.time:
        stop -= 2  # "The mayor, Ann Lee, on Tuesday denied …"
    if stop == 0:
        return None
    last = tokens[stop - 1].low
    if last in grammar.pronouns | grammar.relatives and last != ",":
        return stop - 1, stop
    if last == ",":
        inserted = _inserted(tokens, stop, lexicon)
        outer = phrase_before if inserted >= 0 else _with_apposition
        return outer(tokens, inserted if inserted >= 0 else stop, lexicon)
    if last in _DASHES:  # "Hundreds of owls - many of them grey - left"
        opens = [i for i in range(max(1, stop - 14), stop - 1) if tokens[i].low in _DASHES]
        return phrase_before(tokens, opens[-1], lexicon) if opens else None
    if last in HARD or last in grammar.coordinators | grammar.subordinators:
        return None
    start = _leftmost(tokens, stop, lexicon)
    found = _cleaned(tokens, start, stop, lexicon)
    return found and _with_name(tokens, found, lexicon)


def _with_name(tokens: Sequence[Token], found: Range, lexicon: Lexicon) -> Range:
    """Take in the name before an apposition that is not closed: "Ann Lee, 68, a nurse from Ely"."""
    start, stop = found
    while (
        start > 2
        and tokens[start - 1].low == ","
        and (
            tokens[start].low in {"a", "an", "un", "une", "the"} or tokens[start].text[0].isdigit()
        )
    ):
        first = start - 1
        small = lexicon.grammar.prepositions
        while first and (
            (tokens[first - 1].capital and tokens[first - 1].low not in small)
            or tokens[first - 1].low.isdigit()
            or (tokens[first - 1].low == "," and tokens[first].low.isdigit())
        ):
            first -= 1
        opens = tokens[first - 1].low if first else ""
        if opens in lexicon.grammar.prepositions or not any(
            t.capital for t in tokens[first : start - 1]
        ):
            break
        start = first
    return start, stop


def _with_apposition(tokens: Sequence[Token], stop: int, lexicon: Lexicon) -> Range | None:
    """Read "Peter Cook, the press secretary," leftwards from its last comma.

    The apposition may hold commas itself: of the places where it may begin, the leftmost counts
    before which a noun phrase stands.
    """
    found: Range | None = None
    clauses = 0
    for at in range(stop - 2, max(-1, stop - 40), -1):
        token = tokens[at]
        if token.low in HARD:
            break
        if token.low in _CLAUSES:
            clauses = 0  # its verb was counted already
        elif looks_finite(tokens, at, lexicon):
            clauses += 1
        if token.low != "," or at == 0:
            continue
        opens = tokens[at + 1]
        relative = opens.low in _CLAUSES
        if clauses and not relative:
            break
        start = _leftmost(tokens, at, lexicon)
        phrase = _cleaned(tokens, start, at, lexicon)
        possessive = any(t.low in {"'s", "'"} for t in tokens[at + 2 : at + 5])
        named = opens.capital and any(t.low == "'s" for t in tokens[start : at - 1])
        apposed = relative or possessive or named or opens.low in APPOSED or not opens.capital
        if phrase and (apposed or tokens[phrase[0]].low in lexicon.grammar.determiners):
            found = (phrase[0], stop - 1)
            clauses = 0
            if tokens[phrase[0]].capital or phrase[0] == 0:
                break
        elif found:
            break
    return found


def _inserted(tokens: Sequence[Token], stop: int, lexicon: Lexicon) -> int:
    """Where ", however," and ", in turn," begin before a verb; -1 where nothing does."""
    for at in range(stop - 2, max(0, stop - 4), -1):
        if tokens[at].low == ",":
            words = {t.low for t in tokens[at + 1 : stop - 1]}
            grammar = lexicon.grammar
            loose = grammar.adverbs | _LOOSE | (grammar.prepositions - grammar.determiners)
            return at if words and words <= loose else -1
    return -1


def _leftmost(tokens: Sequence[Token], stop: int, lexicon: Lexicon) -> int:
    """Where the noun phrase that ends at `stop` may begin at the earliest."""
    grammar = lexicon.grammar
    after_and = -1
    breaks = (HARD | grammar.subordinators | grammar.coordinators | {"that"}) - {"and", "et"}
    breaks -= grammar.relatives - {"that"}
    for at in range(stop - 1, -1, -1):
        low = tokens[at].low
        if low == "than" and _is_number(tokens[at + 1 : at + 2]):
            continue  # "more than ten"
        if low == "that" and at > 1 and not _completes(tokens, at, lexicon):
            return _antecedent(tokens, at, lexicon)
        if low in breaks or (low == "," and not _is_list_comma(tokens, at, stop)):
            return at + 1
        if low in {"and", "et"}:
            after_and = at + 1
        elif low in grammar.relatives:
            return _antecedent(tokens, at, lexicon)
        elif low in _AFTER_VERBS or looks_finite(tokens, at, lexicon):
            relative = _relative_before(tokens, at, lexicon)
            if relative >= 0:
                return _antecedent(tokens, relative, lexicon)
            return after_and if after_and >= 0 else at + 1
    return 0


def _relative_before(tokens: Sequence[Token], verb: int, lexicon: Lexicon) -> int:
    """Where the relative pronoun stands whose verb this is; -1 where there is none."""
    for at in range(verb - 1, max(-1, verb - 5), -1):
        if tokens[at].low in lexicon.grammar.relatives and not _completes(tokens, at, lexicon):
            return at if at else -1
        if tokens[at].low in HARD | {","}:
            return -1
    return -1


def _begins_predicate(token: Token, lexicon: Lexicon) -> bool:
    known = token.low in lexicon.finite | lexicon.auxiliaries
    return not token.capital and (known or token.low.endswith("ed"))


def _completes(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Tell "said that it" from "the shop that sold it"."""
    if tokens[at].low != "that":
        return False
    before = tokens[at - 1].low if at else ","
    if at + 1 >= len(tokens) or not _begins_predicate(tokens[at + 1], lexicon):
        return True
    known = before in lexicon.verbs or before in lexicon.nouns or before in lexicon.finite
    return known or not before.isalpha() or before in lexicon.closing


def _antecedent(tokens: Sequence[Token], relative: int, lexicon: Lexicon) -> int:
    """Where the noun phrase of "the man who knew" begins."""
    stop = relative - (relative > 0 and tokens[relative - 1].low == ",")
    return _leftmost(tokens, stop, lexicon) if stop > 0 else relative


def _is_list_comma(tokens: Sequence[Token], comma: int, stop: int) -> bool:
    """Tell "Casey, Donnelly and Manchin" from "on Monday, Manchin"."""
    ahead = [t.low for t in tokens[comma + 1 : stop]]
    if not ("and" in ahead or "et" in ahead) or comma == 0:
        return False
    if tokens[comma - 1].text[:1].isupper() and tokens[comma + 1].capital:
        return True
    first = comma
    while first > 0 and tokens[first - 1].low not in HARD | {",", "and", "but"}:
        first -= 1
    segment = tokens[first:comma]
    opens = segment[0].low if segment else ""
    oxford = tokens[comma + 1].low in {"and", "et"} or ", and" in " ".join(ahead)
    return (
        oxford
        and 0 < len(segment) <= 6
        and opens not in {"in", "on", "at", "after", "when", "as", "if"}
    )


def _cleaned(tokens: Sequence[Token], start: int, stop: int, lexicon: Lexicon) -> Range | None:
    """Take what is no part of the noun phrase off its ends."""
    grammar = lexicon.grammar
    times = grammar.time - grammar.determiners
    loose = grammar.prepositions - (grammar.determiners - {"au", "aux"})
    while start < stop:
        low = tokens[start].low
        if low in lexicon.opening or (low in times and not _possessed(tokens, start)):
            start += 1
        elif low in loose and not (low in _ABOUT and _is_number(tokens[start + 1 : start + 2])):
            moved = _past_prepositional(tokens, start, stop, lexicon)
            if moved == start:
                return None
            start = moved
        else:
            break
    if stop - 2 > start and tokens[stop - 1].low in grammar.time and tokens[stop - 2].low in loose:
        stop -= 2
    return (start, stop) if start < stop else None


def _is_number(following: Sequence[Token]) -> bool:
    return any(t.low[0].isdigit() or t.low.split("-")[0] in _NUMBERS for t in following)


def _possessed(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].low in {"'s", "'"}


def _past_prepositional(tokens: Sequence[Token], start: int, stop: int, lexicon: Lexicon) -> int:
    """Skip "In Paris" and "on Monday" where a noun phrase of its own is left behind it."""
    grammar = lexicon.grammar
    at = start + 1
    while at < stop and (
        tokens[at].low in grammar.time
        or tokens[at].low.isdigit()
        or (tokens[at].low in grammar.of and tokens[min(at + 1, stop - 1)].low in grammar.time)
    ):
        at += 1
    if start + 1 < at < stop:
        return at
    last = stop - 1
    if tokens[last].low in grammar.pronouns:
        return last
    return start
