"""Whose words a question asks for: "What did the mayor of Ely say about …?" → the mayor of Ely."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.attribution.lexicon import Lexicon, load_lexicon
from assistant.attribution.names import DETERMINER, head_name, without_honorific, word_list
from assistant.attribution.units import Token, tokens
from assistant.words import fold

__all__ = ["NOUNS_TOO", "AskedOf", "speaker_asked"]

_DO = frozenset({"did", "does", "do", "has", "have", "had"})
_BE = frozenset({"is", "are", "was", "were"})
_HAVE = frozenset({"a", "ont", "avait", "avaient", "aurait", "auraient"})
_ABOUT = frozenset({"sur", "à", "au", "aux", "après", "avant", "lors", "pour", "quant", "contre"})
_OF = frozenset({"de", "du", "des", "d'"})
_ONE = frozenset({"un", "une"})
_ASK_WHAT = frozenset({"que", "qu'", "comment", "quoi"})
_ENDS = frozenset({"?", "!", ",", "."})
# Verbs only where "to" follows: "the peace plan", "what he plans to do".
NOUNS_TOO = frozenset({"plan", "plans", "offer", "offers"})
_LONGEST = 9  # words of a name or a description
# Nouns for what somebody holds, beside those that report.
_STANCES = frozenset(
    "reaction position stance take réaction réactions point raison explication reason".split()
)
_POSSESSED = re.compile(
    r"^\W*(?:what|how)(?:\s(?:is|was|are|were|has been)|['’]s)\s(?P<who>.{2,60}?)['’]s?\s"
    r"(?P<noun>\w+(?:\s\w+)?)",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"^\W*quel\w*\s(?:est|sont|était|étaient|a été|ont été|fut|furent)\s(?:l[ae]s?\s|l['’])"
    r"(?P<noun>\w+)\s(?:de\s|d['’](?=\w)|du\s|des\s)(?P<who>.+)",
    re.IGNORECASE,
)


class AskedOf(NamedTuple):
    """Whose words a question asks for."""

    name: str
    phrase: str
    """As the question calls them: with titles and all."""


def speaker_asked(question: str, language: str) -> AskedOf | None:
    """Find whose words a question asks for; None where it asks for nobody's."""
    lexicon = load_lexicon("fr" if language == "fr" else "en")
    words = list(tokens(question, (0, len(question)), (), lexicon.language))
    find = _french if lexicon.language == "fr" else _english
    found = next(find(words, lexicon), None)
    if found is None:
        phrase = _held_by(question, lexicon)
    else:
        phrase = question[words[found[0]].start : words[found[1] - 1].end]
    bare = DETERMINER.sub("", phrase)
    if not bare:  # « Comment l'a-t-on établi ? »
        return None
    described = bare != phrase and not bare[0].isupper()
    name = "" if described else head_name(phrase)[0]
    return AskedOf(without_honorific(name)[1] if name else phrase, phrase)


def _english(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Read "What did X say", "How has X reacted", "What reason did X give"."""
    if not any(w.low in {"what", "how"} for w in words[:3]):
        return
    start = next((i + 1 for i, w in enumerate(words) if w.low in _DO | _BE), len(words))
    asking = start <= len(words) and words[start - 1].low in _BE  # "What are they asking for?"
    for at in range(start + 1, min(start + _LONGEST, len(words))):
        low, before = words[at].low, words[at - 1].low
        if before in lexicon.grammar.determiners or words[at].capital:
            continue
        follows = words[at + 1].low if at + 1 < len(words) else ""
        if low in NOUNS_TOO and follows != "to":
            continue  # "What did the peace plan say?"
        reports = low in lexicon.verbs or low in lexicon.light
        if reports and (not asking or low.endswith("ing")):
            stop = at - (before in lexicon.grammar.adverbs)
            if stop > start:
                yield start, stop


def _french(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Read « Qu’a dit X de … », « Que pense X de … », « Qu’est-ce que X a dit »."""
    lows = [w.low for w in words]
    which = len(lows) > 1 and lows[0].startswith("quel")
    if which and not (lows[1] in lexicon.nouns or lows[1] in _STANCES):
        return
    if not which and lows[:1] and lows[0] not in _ASK_WHAT | {"et", "mais"}:
        return
    at = 2 if which else next((i for i, low in enumerate(lows) if low in _ASK_WHAT), 0) + 1
    if lows[at : at + 1] == ["est-ce"]:  # « qu’est-ce que X a dit »
        start = at + 2
        stop = next((i for i in range(start, len(words)) if lows[i] in _HAVE), len(words))
        stop = min(stop, _first_verb(words, start, lexicon))
        if start < stop <= start + _LONGEST:
            yield start, stop
        return
    suffix = next((i for i in range(at, len(words)) if lows[i].startswith("-")), 0)
    if suffix > at + 1:  # « comment X justifie-t-il … », « comment X a-t-il réagi »
        verb = suffix + 1 if lows[suffix - 1] in _HAVE else suffix - 1
        if verb < len(words) and (lows[verb] in lexicon.verbs or lows[verb] in lexicon.light):
            yield at, suffix - 1
        return
    while at < len(words) and (lows[at] in _HAVE | {"en", "y"} or lows[at].startswith("-")):
        at += 1
    if at < len(words) and lows[at] in lexicon.verbs:
        stop = _phrase_end(words, at + 1, lexicon)
        if stop > at + 1:
            yield at + 1, stop


def _first_verb(words: Sequence[Token], start: int, lexicon: Lexicon) -> int:
    return next(
        (
            i
            for i in range(start + 1, len(words))
            if words[i].low in lexicon.verbs and not words[i].capital
        ),
        len(words),
    )


def _phrase_end(words: Sequence[Token], start: int, lexicon: Lexicon) -> int:
    """Where « le maire de Lyon du projet » goes over from who speaks to what about."""
    ends = _ENDS | _ABOUT | lexicon.grammar.subordinators
    stop = next((i for i in range(start, len(words)) if words[i].low in ends), len(words))
    joints = [i for i in range(start + 1, stop) if words[i].low in _OF]
    if not joints:
        return stop
    first = joints[0]
    role = any(fold(w.low) in _roles() for w in words[start:first])
    named = any(w.capital for w in words[start:first])
    if named or not role or words[start].low in _ONE:
        return first
    return joints[1] if len(joints) > 1 else stop


def _roles() -> frozenset[str]:
    return word_list("roles") | word_list("callings")


def _held_by(question: str, lexicon: Lexicon) -> str:
    """Read "What is X's position on …", « Quelle est la réaction de X à … »."""
    found = (_POSITION if lexicon.language == "fr" else _POSSESSED).search(question)
    nouns = found["noun"].lower().split() if found else []
    if found is None or not any(n in lexicon.nouns or n in _STANCES for n in nouns):
        return ""
    if lexicon.language == "en":
        return found["who"]
    words = list(tokens(question, found.span("who"), (), "fr"))
    return question[words[0].start : words[_phrase_end(words, 0, lexicon) - 1].end] if words else ""
