"""A verb's infinitive → its forms, French and English: by rule, and a table of irregular ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

__all__ = ["Form", "Kind", "adjective_forms", "noun_forms", "verb_forms"]

Kind = Literal["infinitive", "present", "past", "conditional", "participle", "gerund", "adjective"]
"""`past` is every other finite tense; an English `present` may be an infinitive as well."""


class Form(NamedTuple):
    """One form of a verb."""

    text: str
    kind: Kind


def verb_forms(infinitive: str, language: str, irregular: Mapping[str, str]) -> Iterator[Form]:
    """Give a verb's forms, lower case; some are given twice, as different kinds.

    Args:
        irregular: see `lexicon.toml`.
    """
    conjugate = _french if language == "fr" else _english
    return conjugate(infinitive, irregular)


def noun_forms(noun: str, language: str) -> tuple[str, str]:
    """Give a noun and its plural, lower case."""
    if language == "en" and re.search(r"[^aeiou]y$", noun):
        return noun, noun[:-1] + "ies"
    if noun.endswith("s"):
        return noun, noun
    return noun, noun + ("x" if language == "fr" and noun.endswith("au") else "s")


def adjective_forms(adjective: str, language: str) -> tuple[str, ...]:
    """Give the forms in which an adjective agrees."""
    if language == "en":
        return (adjective,)
    if adjective.endswith("x"):
        return adjective, adjective[:-1] + "se", adjective[:-1] + "ses"
    soft = re.sub(r"e([rt])$", r"è\1", adjective)  # fier, inquiet
    feminine = soft if soft.endswith("e") else soft + "e"
    return adjective, adjective + "s", feminine, feminine + "s"


def _english(verb: str, irregular: Mapping[str, str]) -> Iterator[Form]:
    yield Form(verb, "present")
    mute = verb.endswith("e") and not verb.endswith(("ee", "oe"))
    soft = re.search(r"[^aeiou]y$", verb)
    if soft:
        yield Form(verb[:-1] + "ies", "present")
    else:
        hissing = verb.endswith(("s", "x", "z", "ch", "sh", "o"))
        yield Form(verb + ("es" if hissing else "s"), "present")
    if verb in irregular:
        past, participle = irregular[verb].split()
    else:
        past = verb[:-1] + "ied" if soft else verb + ("d" if verb.endswith("e") else "ed")
        participle = past
    yield Form(past, "past")
    yield Form(participle, "participle")
    double = verb in irregular and past.endswith(verb[-1] + "ed") and not mute
    stem = verb[:-1] if mute else verb + verb[-1] * (double and past[-4:-3] == verb[-1])
    yield Form(
        {"begin": "beginn", "put": "putt", "bet": "bett", "forget": "forgett"}.get(verb, stem)
        + "ing",
        "gerund",
    )


def _french(verb: str, irregular: Mapping[str, str]) -> Iterator[Form]:
    yield Form(verb, "infinitive")
    family = max((end for end in irregular if verb.endswith(end)), key=len, default="")
    if family:
        head = verb.removesuffix(family)
        parts = [head + part for part in irregular[family].split()]
        il, je, ils, imperfect, past_il, past_ils, future, participle = parts
        present, past = [il, je, ils, imperfect + "ons", imperfect + "ez"], [past_il, past_ils]
    elif verb.endswith("er"):
        stem, weak = verb[:-2], _before_mute(verb[:-2])
        soft = _before_a(stem)
        present = [weak + "e", weak + "es", weak + "ent", soft + "ons", stem + "ez"]
        past = [soft + "a", soft + "ai", stem + "èrent"]
        imperfect, participle = soft, stem + "é"
        future = verb if "é" in stem[-3:] else weak + "er"
        yield from (Form(stem + end, "past") for end in ("ions", "iez"))
    else:  # -ir like finir
        stem = verb[:-1]
        present = [stem + "t", stem + "s", stem + "ssent", stem + "ssons", stem + "ssez"]
        past = [stem + "t", stem + "rent"]
        imperfect, participle, future = stem + "ss", stem, verb
    yield from (Form(text, "present") for text in present)
    yield from (Form(text, "past") for text in past)
    yield from (Form(imperfect + end, "past") for end in ("ais", "ait", "aient"))
    yield from (Form(future + end, "past") for end in ("ai", "as", "a", "ons", "ez", "ont"))
    yield from (Form(future + end, "conditional") for end in ("ais", "ait", "ions", "iez", "aient"))
    yield Form(imperfect + "ant", "gerund")
    plural = "" if participle.endswith("s") else "s"
    yield from (Form(participle + end, "participle") for end in ("", "e", plural, "es"))


def _before_a(stem: str) -> str:
    """Give a stem of -er as it is written before a and o: plaçait, jugeait."""
    return {"c": stem[:-1] + "ç", "g": stem + "e"}.get(stem[-1], stem)


def _before_mute(stem: str) -> str:
    """Give a stem of -er as it is written before a mute e: espère, appelle, rejette, balaie."""
    if re.search(r"(?:pp|r)el$|jet$", stem) and not stem.endswith("martel"):
        return stem + stem[-1]
    if stem.endswith("y"):
        return stem[:-1] + "i"
    return re.sub(r"[eé]([bcdfghjklmnpqrstvz]|gu|qu|gn|ch|tr|br)$", r"è\1", stem)
