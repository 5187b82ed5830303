"""Pronouns of a question that point at something said before, and names put in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.attribution.names import NAME, beginning
from assistant.words import content_keys

__all__ = ["Person", "Pronoun", "find_pronouns", "names", "replace_pronoun"]

Person = Literal["m", "f", "many", ""]
"""Whom a pronoun can stand for: a man, a woman, several; empty for a thing or anything."""


class Pronoun(NamedTuple):
    """A pronoun that nothing in its own question explains."""

    start: int
    end: int
    word: str
    """In lower case."""
    person: Person


_ENGLISH: dict[str, Person] = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
    "they": "many", "them": "many", "their": "many", "theirs": "many", "themselves": "many",
    "it": "", "its": "", "itself": "", "this": "", "that": "", "these": "", "those": "",
    "there": "", "one": "", "ones": "",
}  # fmt: skip
_FRENCH: dict[str, Person] = {
    "il": "m", "elle": "f", "ils": "many", "elles": "many", "eux": "many", "lui": "",
    "leur": "many", "leurs": "many", "son": "", "sa": "", "ses": "", "celui": "", "celle": "",
    "ceux": "", "celles": "", "cela": "", "ça": "", "y": "", "en": "", "l'": "", "le": "",
    "la": "", "les": "",
}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]+['’]?")

# "it" and « il » that stand for nothing.
_IMPERSONAL = re.compile(
    r"\b(?:is|was|be) it (?:true|right|possible|necessary|likely|legal|illegal|safe|known|clear)"
    r"|\bit (?:is|was) (?:true|said|reported|claimed|alleged|known|possible|likely)"
    r"|\b(?:does|did|do|will|would) it (?:take|cost|rain|snow|matter)\b|\bwhat time (?:is|was) it"
    r"|\bhow (?:is|was) it that|\bthere (?:is|are|was|were|be|been)\b|\b(?:is|are|was|were) there\b"
    r"|\bil (?:y a|y avait|y aura|faut|fallait|faudra|s['’]agit|s['’]agissait|est vrai)"
    r"|\bil (?:est|était) quelle heure"
    r"|\b(?:y a|y avait|y aura|faut|fallait|faudra|s['’]agit|s['’]agissait)-(?:t-)?il"
    r"|\b(?:est|était)-il (?:vrai|possible|nécessaire|probable|arrivé|passé|question)",
    re.IGNORECASE,
)
# "that" as a word of its own, not as in "the report that …".
_THAT = re.compile(
    r"\b(?:did|does|do|is|was|will|would|has|can|could|why|how|about|after|before|of|in|at|to|for|on"
    r"|by|with|from) that$",
    re.IGNORECASE,
)
_LAST = re.compile(r"[\s?.!…»”\"']*$")
_ONE = re.compile(r"\b(?:the|this|that|other|which)\s+(?:\w+\s+)?$", re.IGNORECASE)
# "one" as a number, or of whom nobody asks who it is.
_NUMBER_ONE = re.compile(
    r"\b(?:number|day|page|part|phase|round|season|chapter|formula|level|than|no|any|every|each)\s+$",
    re.IGNORECASE,
)
_VERB_LIKE = re.compile(r"(?:a|as|ont|est|sont|va|vont|\w{3,}[aest]|\w{3,}nt)$")
_INVERTED = re.compile(r"[-‑](?:t[-‑])?(il|elle|ils|elles)\b", re.IGNORECASE)
_ASKED_NOUN = re.compile(
    r"\b(?:(?:quel\w*|which|what|whose)\s+\w+|combien d(?:e\s|['’])\s*\w+)", re.IGNORECASE
)
_NOUN_PHRASE = re.compile(
    r"\b(?:le|la|les|un|une|des|du|ce|cet|cette|ces|son|sa|ses|leurs?|nos|vos|notre|votre)\s\w{2,}"
    r"|\b[ld]['’]\w{3,}",
    re.IGNORECASE,
)
_BEFORE_VERB = re.compile(r"(?:\bqu|\bn|\bs|\bm|\bt|\bj)['’]$", re.IGNORECASE)
_ASKS = re.compile(r"(?:combien|comment|pourquoi|quand|où|qui|que|quoi)\b", re.IGNORECASE)
_CLITICS = re.compile(r"(?:\b(?:ne|n['’]|se|s['’]|me|m['’]|le|la|les|l['’]|lui|leur|y|en)\s*)+$")
_WHAT = re.compile(r"^\W*(?:et\s)?(?:que\b|qu['’](?!est-ce))", re.IGNORECASE)
_PARTICIPLE = re.compile(r"\s+(?:\w+(?:é|ée|és|ées|i|is|it|u|us|ert|ait|aint|ort)|eu|été)\b")
_AUXILIARY = re.compile(r"\b(?:a|ont|est|sont|avait|avaient|était|étaient|aura|auront|sera)$")


def find_pronouns(text: str, language: str) -> tuple[Pronoun, ...]:
    """Find the pronouns that need what was said before, in the order of the text."""
    free = _IMPERSONAL.sub(lambda found: " " * len(found[0]), text)
    found = _french(free) if language == "fr" else _english(free)
    return tuple(found)


def replace_pronoun(text: str, pronoun: Pronoun, name: str, language: str) -> str:
    """Put a name in the place of a pronoun; the text as it is where that would be no sentence."""
    before, after = text[: pronoun.start], text[pronoun.end :]
    if language != "fr":
        owns = pronoun.word in {"his", "its", "their"} or (
            pronoun.word == "her" and bool(re.match(r"\s+[^\W\d_]", after))
        )
        return f"{before}{name}{'’s' if owns else ''}{after}"
    inverted = re.search(r"[-‑](?:t[-‑])?$", before)
    if inverted is None:
        return f"{before}{name}{after}" if pronoun.word in {"il", "elle", "ils", "elles"} else text
    verb = before[: inverted.start()]
    if not _WHAT.match(text):  # « Quand Elon Musk a-t-il menti ? »
        at = _verb_group(verb)
        rest = text[at:] if at else f"{text[0].lower()}{text[1:]}"
        return f"{text[:at]}{name} {rest}"
    behind = (
        _PARTICIPLE.match(after) if _AUXILIARY.search(verb) else None
    )  # « Qu'a dit Elon Musk ? »
    at = behind.end() if behind else 0
    return f"{verb}{after[:at]} {name}{after[at:]}"


def names(text: str) -> Iterator[str]:
    """Find names, but for words that are written large because they begin a sentence."""
    for run in NAME.finditer(text):
        name = beginning(run[0])
        opens = name == run[0] and not text[: run.start()].rstrip(" \u00a0«“\"'(…")
        if content_keys(name) and (" " in name or not opens):
            yield name


def _english(text: str) -> list[Pronoun]:
    found = []
    for word in _WORD.finditer(text):
        low = word[0].lower().rstrip("'’")
        if low in _ENGLISH:
            pronoun = Pronoun(word.start(), word.start() + len(low), low, _ENGLISH[low])
            if _points_back(pronoun, text[: pronoun.start], text[pronoun.end :]):
                found.append(pronoun)
    return found


def _points_back(pronoun: Pronoun, before: str, after: str) -> bool:
    """Whether an English pronoun needs what was said before."""
    if pronoun.word == "that":
        return bool(_LAST.match(after) or _THAT.search(f"{before}that"))
    if pronoun.word in {"one", "ones"}:
        last = _LAST.match(after) and not _NUMBER_ONE.search(before)
        return bool(last or _ONE.search(before))
    if pronoun.word == "there":
        return bool(_LAST.match(after))
    return not (pronoun.person and _explained(before))


def _explained(before: str) -> bool:
    """Whether a name stands in the same question before the pronoun: "Did Musk say he would?"."""
    return any(names(_ASKED_NOUN.sub("…", before)))


def _french(text: str) -> list[Pronoun]:
    found = []
    for word in _WORD.finditer(text):
        low = word[0].lower().replace("’", "'")
        if low in _FRENCH:
            pronoun = Pronoun(word.start(), word.end(), low, _FRENCH[low])
            if _points_back_in_french(pronoun, text[: pronoun.start], text[pronoun.end :]):
                found.append(pronoun)
    return found


def _points_back_in_french(pronoun: Pronoun, before: str, after: str) -> bool:
    """Whether a French pronoun needs what was said before."""
    if inverted := _INVERTED.search(before + pronoun.word, max(0, pronoun.start - 3)):
        return not _has_subject(before[: inverted.start()])
    if pronoun.word in {"il", "elle", "ils", "elles"}:
        return not (_explained(before) or _NOUN_PHRASE.search(_ASKED_NOUN.sub("…", before)))
    if pronoun.word == "en" and _BEFORE_VERB.search(before) and re.match(r"\s[a-zà-ÿ]", after):
        return True  # « Qu'en pense-t-elle ? », not « en France », « en 2020 »
    if pronoun.word in {"le", "la", "les", "l'", "lui", "y", "en"}:
        return _is_object(pronoun.word, after)
    return not (pronoun.word in {"son", "sa", "ses", "leur", "leurs"} and _explained(before))


def _verb_group(text: str) -> int:
    """Give where the verb that ends a text begins, with the little words that go before it."""
    verb = re.search(r"[^\W\d_]+$", text)
    at = verb.start() if verb else len(text)
    clitics = _CLITICS.search(text[:at])
    return clitics.start() if clitics else at


def _has_subject(before: str) -> bool:
    """Whether an inverted verb has its noun already: « Pourquoi le ministre l'a-t-il annulé ? »."""
    words = before.split()
    rest = " ".join(words[:-1]) if words else ""  # without the verb
    rest = _CLITICS.sub("", _ASKED_NOUN.sub("…", rest) + " ")
    begins = (
        NAME.match(rest) and not _ASKS.match(rest) and content_keys(rest)
    )  # « Musk l'a-t-il dit ? »
    return bool(_NOUN_PHRASE.search(rest) or begins) or any(names(rest))


def _is_object(word: str, after: str) -> bool:
    """Tell « Qui l'a dit ? » from « Qui a dit l'heure ? »: a verb that can be one follows."""
    following = re.match(r"\s*([^\W\d_]+)([-‑](?:t[-‑])?(?:il|elle|on|ils|elles)\b)?", after)
    if following is None:
        return False
    if following[2]:
        return True
    verb = following[1].lower()
    if word == "en":
        return verb.endswith(("er", "ir", "re"))
    return verb in {"a", "ont", "avait", "avaient", "est", "sont", "aura", "auront", "sera"} or (
        word in {"lui", "y"} and bool(_VERB_LIKE.match(verb))
    )
