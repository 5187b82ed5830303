"""What a question about reported speech asks for: speakers, words, or whether sources agree."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from assistant.attribution.asking import NOUNS_TOO, speaker_asked
from assistant.attribution.groups import has_rest
from assistant.attribution.lexicon import Cue, load_lexicon
from assistant.attribution.units import tokens
from assistant.datatypes import Query, Stance
from assistant.language import question_language
from assistant.words import asks_who, content_keys, fold

__all__ = ["POLAR", "Wanted", "analyse", "names_in"]

Kind = Literal["speakers", "content", "agreement"]

POLAR: frozenset[Stance] = frozenset({"deny", "confirm"})
"""Acts that take a side: who is asked for one of them did nothing else."""
_OTHERS: frozenset[Stance] = frozenset(
    {"assert", "allege", "promise", "warn", "criticise", "praise", "ask", "order", "refuse"}
)
# Who rejects a report denies it, who rejects an offer refuses.
_TURNS_DOWN = frozenset({"rule_out", "reject", "exclure", "rejeter", "écarter"})
_REFUSALS: frozenset[Stance] = frozenset({"refuse"})
# Words of a question that are about its form.
_ABOUT_SPEECH = frozenset(
    {"accor", "selon", "sourc", "artic", "said", "say", "dit", "did", "anyon", "anybo", "quelq"}
)
_AGREE = re.compile(
    r"\b(?:sources?|articles?|papers?|reports?|journaux|journalistes|documents?|they)\b.{0,20}"
    r"\b(?:agree|disagree|differ|contradict|concur|d'accord|s'accordent|accordent|contredisent"
    r"|divergent|concordent|unanimes)\b"
)
_CONTENT = re.compile(
    r"^\W*(?:(?:and|et|but|mais)\s)?(?:what|how)\b.{0,30}?\b(?:did|does|do|has|had|have|was|is)\b"
    r"|^\W*(?:et\s)?(?:que|qu'|quoi|comment|quel\w*)\b.{0,60}?\b(?:a|ont|avait|avaient|est|dit|-t-)"
    r"|\b(?:according to|selon|d'apres)\s(?!whom|who|qui)"
)
_WHICH = re.compile(
    r"^\W*(?:which|what|quels?|quelles?)\s"
    r"(?!(?:did|does|do|has|have|is|was|were|are|est|sont|a|ont)\b)\w+"
)
# "Has anyone denied it?" is answered by who did.
_ANYONE = re.compile(
    r"^\W*(?:(?:and|but|et|mais)\s)?(?:(?:did|does|do|has|have|had)\s(?:any|some)(?:one|body)\b"
    r"|(?:est-ce que\s)?quelqu'un\b)"
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|neither|no longer|nothing|none|ne|jamais|aucune?)\b|n't\b|\bn'"
)
_WHOM = re.compile(
    r"\b(?:according to (?:whom|wh(?:ich|at) \w+)|(?:selon|d'apres|pour) (?:qui|quel\w*))\b"
)
# Who admits something need not have said so by a word that confirms.
_ADMISSIONS = frozenset(
    "admit acknowledge concede agree reconnaître admettre avouer concéder convenir".split()
)


_POSSESSIVE = re.compile(r"['’]s$")
_NAME = (
    r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
    r"(?:\s(?:(?:de|du|des|van|von|bin|al|la|le|of)\s)?[A-ZÀ-ÖØ-Þ][\w’'-]*)*"
)
_SPEAKER = re.compile(
    r"\b(?:did|does|has|had|according to|selon|d[’']après)\s(?:[a-z’'-]+\s){0,4}?"
    rf"(?P<one>{_NAME})"
    rf"|\b(?:a|ont|avait)(?:-t-(?:il|elle))?\s\w+\s(?:[a-zà-ÿ’'-]+\s){{0,4}}?(?P<two>{_NAME})"
    rf"|(?<=\s)(?P<three>{_NAME})"
)
# "Did the Kremlin deny it?", « Musk l'a-t-il nié ? », "The Kremlin denied it?"
_WHETHER = re.compile(
    r"^\W*(?:(?:And|But|Et|Mais)\s)?(?:(?:Did|Does|Has|Have|Had)\s)?"
    rf"(?:(?:[Tt]he|[Ll][ea]s?)\s|[Ll]['’])?(?P<name>{_NAME})\s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a question about reported speech asks for."""

    kind: Kind
    stances: frozenset[Stance]
    """Those that may answer; all of them where it is empty."""
    preferred: frozenset[Stance]
    """Of these, those that the question names."""
    topic: frozenset[str]
    """Keys of the words that say what it is about (`words.content_keys`)."""
    names: frozenset[str]
    """Those of names: what has none of them around is about something else."""
    speaker: str
    """The one whose words are asked for; empty for any."""
    language: str


def analyse(query: Query) -> Wanted | None:
    """Tell what a question about reported speech wants; None where it is about something else."""
    question, language = query.standalone, question_language(query.standalone)
    folded = fold(question)
    if agree := _AGREE.search(folded):
        found = _wanted(query, "agreement", frozenset({"assert", "confirm", "allege", "deny"}))
        return replace(found, topic=found.topic - content_keys(agree[0]))
    asked = _asked_act(question, language)
    who = asks_who(question) or _WHOM.search(folded) or _ANYONE.search(folded)
    of = None if who else speaker_asked(question, language)
    if of is not None:
        found = _wanted(query, "content", frozenset(), asked, speaker=of.name)
        return replace(found, topic=found.topic - content_keys(of.phrase))
    if asked is None:
        return None
    if who or _WHICH.search(folded):
        return _wanted_speakers(query, asked, folded)
    content = _CONTENT.search(folded)
    speaker = _named_after(question) if content else _asked_whether(question)
    return _wanted(query, "content", frozenset(), asked, speaker=speaker) if speaker else None


def names_in(text: str) -> frozenset[str]:
    """Give the keys of the words that are written with a capital, or as numbers."""
    return content_keys(" ".join(re.findall(r"\b(?:[A-ZÀ-ÖØ-Þ]|\d)[\w’'-]*", text)))


def _wanted_speakers(query: Query, asked: _Asked, folded: str) -> Wanted:
    before = folded.partition(fold(asked.word))[0] if asked.word else ""
    if asked.stances & POLAR and _NEGATIVE.search(before):  # "Who would not confirm it?"
        asked, admitted = asked._replace(stances=_REFUSALS), _REFUSALS
    else:
        admitted = _admitted(asked.stances, negative=bool(_NEGATIVE.search(folded)))
    found = _wanted(query, "speakers", admitted, asked)
    if not found.topic and found.preferred:  # "Who accuses whom?"
        return replace(found, stances=found.preferred)
    return found


def _wanted(
    query: Query,
    kind: Kind,
    stances: frozenset[Stance],
    asked: _Asked | None = None,
    *,
    speaker: str = "",
) -> Wanted:
    named = asked.stances if asked else frozenset[Stance]()
    topic = content_keys(query.standalone) - content_keys(speaker) - named - _ABOUT_SPEECH
    return Wanted(
        kind=kind,
        stances=stances,
        preferred=named - {"assert"},
        topic=topic - content_keys(asked.word if asked else ""),
        names=names_in(query.standalone) & topic,
        speaker=speaker,
        language=question_language(query.standalone),
    )


def _admitted(asked: frozenset[Stance], *, negative: bool) -> frozenset[Stance]:
    """Give the stances that answer.

    Who denied or confirmed did just that; who "said" or "criticised" may have done so by any words,
    but not by denying, unless the question itself says no.
    """
    if asked & POLAR:
        return asked & (POLAR | _REFUSALS)
    return _OTHERS | POLAR if negative or "refuse" in asked else _OTHERS | {"confirm"}


class _Asked(NamedTuple):
    """The first word of a question that reports, and what acts it may be."""

    word: str
    stances: frozenset[Stance]


def _asked_act(question: str, language: str) -> _Asked | None:
    """Find the act that a question asks about; None where it has no word that reports.

    "Who denied that he warned them?" asks who denied.
    """
    lexicon = load_lexicon("fr" if language == "fr" else "en")
    if _WHOM.search(fold(question)):
        return _Asked("", frozenset({"assert"}))
    words = list(tokens(question, (0, len(question)), (), lexicon.language))
    for at, token in enumerate(words):
        named = at and words[at - 1].low in lexicon.grammar.determiners and language == "en"
        if named and token.low in lexicon.nouns and at + 1 < len(words) - 1:
            continue  # "By whom was the report denied?"
        if token.low in NOUNS_TOO and [w.low for w in words[at + 1 : at + 2]] != ["to"]:
            continue  # "How was the peace plan received?"
        if cues := [f.cue for f in lexicon.verbs.get(token.low, ()) if has_rest(words, at, f.cue)]:
            longest = max(len(cue.rest) for cue in cues)
            acts = frozenset(_act(c) for c in cues if len(c.rest) == longest)
            turned_down = any(cue.lemma in _TURNS_DOWN for cue in cues)
            return _Asked(token.text, acts | _REFUSALS if turned_down else acts)
        if token.low in {"according", "selon"}:
            return _Asked(token.text, frozenset({"assert"}))
        if token.low in lexicon.nouns:
            return _Asked(token.text, frozenset({lexicon.nouns[token.low].stance}))
    return None


def _act(cue: Cue) -> Stance:
    return "assert" if cue.lemma in _ADMISSIONS else cue.stance


def _named_after(question: str) -> str:
    """Give the name whose words a question asks for: "What did Peskov say about Musk?"."""
    found = _SPEAKER.search(question)
    return _POSSESSIVE.sub("", found["one"] or found["two"] or found["three"]) if found else ""


def _asked_whether(question: str) -> str:
    """Give the name of whom a question asks whether it is so: "Did Peskov deny it?"."""
    found = _WHETHER.match(question)
    return found["name"] if found and content_keys(found["name"].split()[0]) else ""
