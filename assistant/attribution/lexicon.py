"""The words that report: what each form of each of them is, loaded from `lexicon.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, cast

from assistant.attribution.morphology import Kind, adjective_forms, noun_forms, verb_forms
from assistant.datatypes import Stance

__all__ = ["Cue", "Grammar", "Lexicon", "load_lexicon"]


# What an adjective governs: "is critical of", "is sure that".
_COMPLEMENTS = {
    "en": frozenset({"about", "at", "by", "in", "of", "over", "that", "to", "with"}),
    "fr": frozenset({"à", "au", "aux", "d'", "de", "des", "du", "par", "qu'", "que"}),
}

_GERUNDS = frozenset({"being", "having", "étant", "ayant"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that reports, with its stance and what it governs (see `lexicon.toml`)."""

    lemma: str
    stance: Stance
    takes: frozenset[str]
    prepositions: frozenset[str]
    rest: tuple[str, ...] = ()
    """Further words of the cue: ("out",) of "point out"."""
    reflexive: bool = False


class CueForm(NamedTuple):
    """What a form may be."""

    cue: Cue
    kind: Kind


@dataclass(frozen=True, slots=True)
class Grammar:
    """The small words of a language: see `grammar.toml`."""

    determiners: frozenset[str]
    pronouns: frozenset[str]
    plural_subjects: frozenset[str]
    objects: frozenset[str]
    relatives: frozenset[str]
    complementizers: frozenset[str]
    subordinators: frozenset[str]
    coordinators: frozenset[str]
    prepositions: frozenset[str]
    of: frozenset[str]
    be: frozenset[str]
    have: frozenset[str]
    do: frozenset[str]
    modals: frozenset[str]
    clitics: frozenset[str]
    negations: frozenset[str]
    adverbs: frozenset[str]
    by: frozenset[str]
    catenatives: frozenset[str]
    """Verbs whose infinitive is the act itself: "continued to insist"."""
    media: frozenset[str]
    """By what, or where, something is said: "in a statement"."""
    time: frozenset[str]
    clause_marks: frozenset[str]
    """Words that show that a clause is there, where verbs cannot be told by their form."""
    verbs: frozenset[str]

    @property
    def auxiliaries(self) -> frozenset[str]:
        return self.be | self.have | self.do | self.modals

    @property
    def opening(self) -> frozenset[str]:
        """Words before a noun phrase that are no part of it."""
        joins = self.coordinators | (self.subordinators - self.relatives)
        return (self.adverbs - {"one", "all"}) | joins | {",", "'"}

    @property
    def closing(self) -> frozenset[str]:
        """Words at which a noun phrase has ended."""
        loose = self.prepositions - self.of - self.determiners
        return self.subordinators | (self.coordinators - {"and", "et"}) | loose


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that is known of one language's reporting."""

    language: str
    verbs: Mapping[str, tuple[CueForm, ...]]
    nouns: Mapping[str, Cue]
    light: Mapping[str, tuple[CueForm, ...]]
    """Verbs that report with a noun only: "expressed concern"."""
    grammar: Grammar
    finite: frozenset[str]
    """Words that are finite verbs, and so no part of a noun phrase."""
    auxiliaries: frozenset[str]
    opening: frozenset[str]
    closing: frozenset[str]


@lru_cache(maxsize=2)
def load_lexicon(language: str) -> Lexicon:
    """Load the lexicon of "en" or "fr"."""
    words, grammar = _toml("lexicon.toml"), _toml("grammar.toml")[language]
    verbs: dict[str, list[CueForm]] = {}
    light: dict[str, list[CueForm]] = {}
    nouns: dict[str, Cue] = {}
    for group in words[language]:
        takes = frozenset(group.get("takes", "").split())
        prepositions = frozenset(group.get("prepositions", "").split())
        stance = cast(Stance, group["stance"])
        for table, names in ((verbs, "verbs"), (light, "light")):
            for name in group.get(names, "").split():
                head, *rest = _unreflexive(name).split("_")
                reflexive = name != _unreflexive(name)
                cue = Cue(name, stance, takes, prepositions, tuple(rest), reflexive=reflexive)
                for form in verb_forms(head, language, words["irregular"][language]):
                    table.setdefault(form.text, []).append(CueForm(cue, form.kind))
        for name in group.get("nouns", "").split():
            cue = Cue(name, stance, frozenset({"noun"}), prepositions)
            nouns.update(dict.fromkeys(noun_forms(name, language), cue))
        for name in group.get("adjectives", "").split():
            cue = Cue(name, stance, takes, _COMPLEMENTS[language])
            for text in adjective_forms(name, language):
                verbs.setdefault(text, []).append(CueForm(cue, "adjective"))
    small = Grammar(**{key: frozenset(text.split()) for key, text in grammar.items()})
    return Lexicon(
        language,
        {form: tuple(found) for form, found in verbs.items()},
        nouns,
        {form: tuple(found) for form, found in light.items()},
        small,
        finite=_finite(verbs, nouns, small),
        auxiliaries=small.auxiliaries,
        opening=small.opening,
        closing=small.closing,
    )


def _finite(
    verbs: Mapping[str, list[CueForm]], nouns: Mapping[str, Cue], grammar: Grammar
) -> frozenset[str]:
    sure = {
        form
        for form, found in verbs.items()
        if form not in nouns and any(f.kind in {"past", "conditional"} for f in found)
    }
    small = grammar.coordinators | grammar.prepositions | grammar.subordinators
    return (frozenset(sure) | grammar.verbs | grammar.auxiliaries) - small - _GERUNDS


def _unreflexive(name: str) -> str:
    for prefix in ("s'", "se_"):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))
