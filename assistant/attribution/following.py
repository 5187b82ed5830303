"""The noun phrase behind "said", "by" and "according to"; expressions of time."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution.finite import looks_finite
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.phrases import APPOSED, HARD, Range
from assistant.attribution.units import QUOTE, Token

__all__ = ["phrase_after", "trim_time"]

_POINTING = frozenset({"this", "ce", "cette"})


def trim_time(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Skip adverbs and expressions of time ("on Monday", "mardi 4 octobre") from an index on."""
    grammar = lexicon.grammar
    while at < len(tokens):
        low = tokens[at].low
        following = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if low in _POINTING and following not in grammar.time:
            break  # "deny this"
        if (
            low in grammar.time
            or low in grammar.adverbs
            or low.isdigit()
            or (low.endswith(("ly", "ment")) and not tokens[at].capital and len(low) > 4)
        ):
            at += 1
        elif (
            low in grammar.prepositions | grammar.determiners
            and at + 1 < len(tokens)
            and (
                tokens[at + 1].low in grammar.time
                or (
                    tokens[at + 1].low.isdigit()
                    and (lexicon.language == "fr" or len(tokens[at + 1].low) == 4)
                )
            )
        ):
            at += 2
        else:
            break
    return at


def phrase_after(
    tokens: Sequence[Token], at: int, lexicon: Lexicon, *, closed: bool = False
) -> Range | None:
    """Find the noun phrase that begins at an index: behind "said", "by", "according to".

    Args:
        closed: take in an apposition only where a comma closes it.
    """
    grammar = lexicon.grammar
    if at >= len(tokens) or not _may_begin(tokens[at], lexicon):
        return None
    low = tokens[at].low
    if low in grammar.pronouns | grammar.objects and (
        at + 1 >= len(tokens) or (tokens[at + 1].low != "'s" and low not in grammar.determiners)
    ):
        return at, at + 1
    start, stop = at, _phrase_end(tokens, at, lexicon, closed=closed)
    loose = (grammar.prepositions - grammar.objects) | {",", "."}
    while stop > start and tokens[stop - 1].low in loose:
        stop -= 1
    return (start, stop) if stop > start else None


def _may_begin(token: Token, lexicon: Lexicon) -> bool:
    grammar = lexicon.grammar
    if token.low in grammar.determiners | grammar.pronouns | grammar.objects or token.capital:
        return True
    return token.text[0].isalnum() and token.low not in grammar.prepositions


def _phrase_end(tokens: Sequence[Token], start: int, lexicon: Lexicon, *, closed: bool) -> int:
    grammar = lexicon.grammar
    at = start
    while at < len(tokens):
        low = tokens[at].low
        if low == ",":
            beyond = _name_end(tokens, start, at, lexicon) or _apposition_end(tokens, at, lexicon)
            if beyond is None or (closed and (beyond >= len(tokens) or tokens[beyond].low != ",")):
                return at
            at = beyond
            continue
        if low in grammar.relatives or low in {"whose", "dont"}:
            return _clause_end(tokens, at)
        inner = at > start and (
            ((low in grammar.time or low == "on") and low not in grammar.determiners)
            or looks_finite(tokens, at, lexicon)
            or any(form.kind == "gerund" for form in lexicon.verbs.get(low, ()))
        )
        if low in lexicon.closing and at > start and _named_beyond(tokens, start, at, lexicon):
            at += 1
            continue
        joins = low in {"and", "et"} and not _coordinates_names(tokens, at, lexicon)
        last = low in {".", "…"} and at + 1 >= len(tokens)
        if inner or joins or last or low in HARD or low in lexicon.closing:
            return at
        at += 1
    return at


def _named_beyond(tokens: Sequence[Token], start: int, at: int, lexicon: Lexicon) -> bool:
    """Whether a preposition goes on with « l’inspectrice en chef, Ann Lee, »."""
    if tokens[at].low not in lexicon.grammar.prepositions:
        return False
    near = range(at + 1, min(at + 7, len(tokens)))
    comma = next((i for i in near if tokens[i].low == "," or not tokens[i].text[0].isalpha()), 0)
    named = comma and tokens[comma].low == "," and _name_end(tokens, start, comma, lexicon)
    return bool(named and named - comma > 2)  # a first and a last name


def _coordinates_names(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None or looks_finite(tokens, at + 1, lexicon):
        return False
    for t in range(at + 1, min(at + 8, len(tokens))):
        if tokens[t].low in {",", QUOTE, "."}:
            return True
        if looks_finite(tokens, t, lexicon):
            return False
    return True


def _name_end(tokens: Sequence[Token], start: int, comma: int, lexicon: Lexicon) -> int | None:
    """Where the name behind "the director, Ann Lee, …" ends; None where none follows."""
    owned = any(t.low == "'s" for t in tokens[start:comma])  # "Oxfam's secretary, Ann Lee"
    if tokens[start].low not in lexicon.grammar.determiners and not owned:
        return None
    end = comma + 1
    while end < len(tokens) and tokens[end].capital and end - comma <= 4:
        end += 1
    closes = end >= len(tokens) or tokens[end].low in HARD | {",", "."} | lexicon.grammar.relatives
    return end if closes and end > comma + 1 else None


def _apposition_end(tokens: Sequence[Token], comma: int, lexicon: Lexicon) -> int | None:
    """Where an apposition that begins behind a comma ends; None where there is none."""
    if comma + 1 >= len(tokens):
        return None
    opens = tokens[comma + 1]
    following = tokens[comma + 2 : comma + 6]
    if opens.low.isdigit() and following and following[0].low in {",", "."}:
        return comma + 2  # "said Ann Lee, 68, …"
    owner = opens.capital and any(t.low in {"'s", "'"} for t in following)
    if (
        opens.low not in APPOSED
        and not owner
        and not (
            not opens.capital
            and opens.text[0].isalpha()
            and opens.low not in lexicon.grammar.subordinators
            and opens.low not in lexicon.grammar.prepositions
            and opens.low not in lexicon.grammar.coordinators
            and opens.low not in lexicon.verbs
            and not opens.low.endswith("ing")
            and opens.low not in lexicon.grammar.pronouns
            and opens.low not in lexicon.grammar.adverbs
        )
    ):
        return None
    at = comma + 1
    relative = False
    while at < len(tokens) and tokens[at].low not in {",", QUOTE, ";", ":", "—", "–"}:
        relative = relative or tokens[at].low in {"who", "which", "qui", "dont", "whose"}
        if (
            not relative
            and looks_finite(tokens, at, lexicon)
            and not tokens[at].low.endswith(("ed", "é", "ée", "és"))
        ):
            return None
        if tokens[at].low == "." and at + 1 >= len(tokens):
            break
        at += 1
    return at


def _clause_end(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].low not in {",", QUOTE, ";", ":", "—", "–"}:
        if tokens[at].low == "." and at + 1 >= len(tokens):
            break
        at += 1
    return at
