"""Whether a word is a finite verb, by its form and what stands before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.attribution.lexicon import Lexicon
from assistant.attribution.units import Token

__all__ = ["looks_finite"]

# Endings that only finite verbs have, but for a few nouns (« lait », « souhait ») that are short or
# in the lexicon.
_FRENCH_FINITE = re.compile(r"(?:[eiu]r(?:ait|aient|ont)|aient|èrent|issait|geait|\w{3}[^aeiou]a)$")
# Nouns that end as « empêcha » does.
_IN_A = frozenset(
    "caméra opéra agenda cinéma propaganda panda quota vodka extra delta villa".split()
)


def looks_finite(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Guess whether a token is a finite verb, or an auxiliary."""
    token = tokens[at]
    low = token.low
    if low in lexicon.finite:
        if token.capital and at:
            return False
        before = tokens[at - 1].low if at else ""
        return not (
            before in lexicon.grammar.determiners
            and before not in {"this", "that", "les", "la", "le", "l'"}
        )
    if lexicon.language == "en":
        return (
            low.endswith("ed")
            and len(low) > 4
            and not token.capital
            and at > 0
            and tokens[at - 1].low not in lexicon.grammar.determiners | lexicon.grammar.prepositions
            and "-" not in low
        )
    return not token.capital and low not in _IN_A and bool(_FRENCH_FINITE.search(low))
