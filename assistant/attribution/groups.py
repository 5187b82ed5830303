"""A word that reports with its verb group: auxiliaries, negation, how it stands in its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from assistant.attribution.lexicon import Cue, CueForm
from assistant.attribution.units import Token

__all__ = ["Group", "Scan", "Voice", "adjective", "choose", "has_rest"]

Voice = Literal["finite", "passive", "gerund", "infinitive", "reduced"]
"""`reduced`: a participle without an auxiliary ("denied by Moscow")."""


@dataclass(frozen=True, slots=True)
class Group:
    """A verb group as token indexes, `[start, end)`; the main verb is at `head`."""

    cue: Cue
    start: int
    head: int
    end: int
    voice: Voice
    negated: bool
    subject: int = -1
    """Index of a pronoun that stands behind its verb (« a-t-il dit »), -1 where there is none."""


class Scan(NamedTuple):
    """What stands before a verb and belongs to it."""

    start: int
    helpers: tuple[str, ...]
    """Auxiliaries, the nearest to the verb first."""
    negated: bool
    reflexive: bool = False
    subject: int = -1


def has_rest(tokens: Sequence[Token], head: int, cue: Cue) -> bool:
    """Tell whether the further words of a cue follow its verb: "point out"."""
    if not cue.rest:
        return True
    at = head + 1
    return tuple(t.low for t in tokens[at : at + len(cue.rest)]) == cue.rest


def choose(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], determiners: frozenset[str]
) -> CueForm:
    """Prefer the cue whose preposition follows: "called for" asks, "called it" describes."""
    end = head + 1 + len(forms[0].cue.rest)
    following = [t.low for t in tokens[end : end + 1]]
    for form in forms:
        if following and following[0] in form.cue.prepositions:
            return form
    if end < len(tokens) and (tokens[end].capital or following[0] in determiners):
        for form in forms:
            if "object" in form.cue.takes:
                return form
    return next((f for f in forms if "prepositional" not in f.cue.takes), forms[0])


def adjective(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], scan: Scan, be: frozenset[str]
) -> Group | None:
    """Read "is critical of", where a word may be an adjective and a copula stands before it."""
    cue = next((form.cue for form in forms if form.kind == "adjective"), None)
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    copula = bool(scan.helpers) and scan.helpers[0] in be
    if cue is None or not copula or follows not in cue.prepositions:
        return None
    return Group(cue, scan.start, head, head + 1, voice="finite", negated=scan.negated)
