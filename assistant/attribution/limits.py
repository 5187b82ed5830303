"""Where what is said ends in its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution.finite import looks_finite
from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Lexicon
from assistant.attribution.units import QUOTE, Token

__all__ = ["ends_at_comma", "limit"]

# Words that begin, behind a comma, what is no longer said.
_OUTSIDE = frozenset(
    "according selon while though although despite tandis alors tout whereas".split()
)
_JOINING = frozenset({"and", "but", "et", "mais"})
_JOINS = frozenset({"and", "but", "then", "et", "mais", "puis"})


def limit(tokens: Sequence[Token], start: int, group: Group | None, lexicon: Lexicon) -> int:
    """Find where a content that begins at `start` ends.

    Args:
        group: the verb that governs it; None where none does.
    """
    for at in range(start, len(tokens)):
        low = tokens[at].low
        ends = (
            low == ";"
            or (low == "." and at + 1 >= len(tokens))
            or (low in {"—", "–", "--"} and at > start + 2)
            or (low == "," and at > start and ends_at_comma(tokens, at, lexicon))
            or (low in _JOINING and at > start + 1 and _coordinates(tokens, at, group, lexicon))
        )
        if ends:
            return at
    return len(tokens)


def ends_at_comma(tokens: Sequence[Token], comma: int, lexicon: Lexicon) -> bool:
    """Tell whether what is said ends at a comma: ", adding …", ", but …", ", he said"."""
    at = comma + 1
    if at >= len(tokens):
        return True
    low = tokens[at].low
    if low in _JOINS:
        return (
            low in {"but", "mais"}
            or at + 1 >= len(tokens)
            or _is_cue_verb(tokens, at + 1, lexicon)
            or _another_speaks(tokens, at + 1, lexicon)
        )
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    return (
        low in _OUTSIDE
        or (low == "avant" and following in {"de", "d'"})
        or _is_gerund(tokens[at], lexicon)
        or _incise_follows(tokens, at, lexicon)
    )


def _is_gerund(token: Token, lexicon: Lexicon) -> bool:
    if any(form.kind == "gerund" for form in lexicon.verbs.get(token.low, ())):
        return True
    english = lexicon.language == "en" and token.low.endswith("ing")
    return english and len(token.low) > 5 and not token.capital


def _incise_follows(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether ", he said" or « , a-t-il dit » follows a comma."""
    for ahead in range(at, min(at + 5, len(tokens))):
        forms = lexicon.verbs.get(tokens[ahead].low)
        if forms and any("clause" in f.cue.takes for f in forms):
            beyond = ahead + 1
            if (
                beyond >= len(tokens)
                or tokens[beyond].low in {",", ".", QUOTE}
                or tokens[beyond].low.startswith("-")
            ):
                return True
            if ahead == at and lexicon.language == "fr":
                return True
            return tokens[beyond].low in {"that", "que", "qu'"} and ahead > at
        if tokens[ahead].low in {",", QUOTE}:
            return False
    return False


def _is_cue_verb(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    while at < len(tokens) - 1 and (
        tokens[at].low in lexicon.grammar.adverbs
        or tokens[at].low in lexicon.auxiliaries
        or tokens[at].low in lexicon.grammar.clitics
    ):
        at += 1
    return bool(lexicon.verbs.get(tokens[at].low)) and tokens[at].low not in lexicon.nouns


def _another_speaks(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether ", and" joins what someone with a name says: ", and Ann Lee says …"."""
    for ahead in range(at, min(at + 7, len(tokens))):
        if looks_finite(tokens, ahead, lexicon) or (
            ahead > at and tokens[ahead].low in lexicon.verbs and not tokens[ahead].capital
        ):
            forms = lexicon.verbs.get(tokens[ahead].low, ())
            return tokens[ahead - 1].capital and any("clause" in f.cue.takes for f in forms)
    return False


def _coordinates(tokens: Sequence[Token], at: int, group: Group | None, lexicon: Lexicon) -> bool:
    """Whether "and" joins another cue to this one: "praised A and criticised B"."""
    if group is None or at + 1 >= len(tokens):
        return False
    forms = lexicon.verbs.get(tokens[at + 1].low, ())
    own = {f.kind for f in lexicon.verbs.get(tokens[group.head].low, ())}
    same = {f.kind for f in forms} & own
    # "promised to come and tell" goes on; "demanded an answer and threatened to leave" does not.
    return bool(same & {"past", "participle"} or (same and "infinitive" not in group.cue.takes))
