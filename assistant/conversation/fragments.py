"""A turn that only names something, put into the question before it.

"And according to the audit?" after "What share went on strike according to the union?" stands for
that question, with the one in the place of the other; "And the Kremlin?" after "Who denied it?"
asks whether the Kremlin did.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from assistant.attribution.lexicon import load_lexicon
from assistant.attribution.names import DETERMINER, NAME, POSSESSIVE
from assistant.attribution.questions import analyse
from assistant.conversation.pronouns import names
from assistant.datatypes import Query
from assistant.language import question_language
from assistant.words import MONTHS, content_keys, counterparts, fold

__all__ = ["put_into"]

_LONGEST = 8  # words: who writes more says more than a name
_OPENING = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|et|mais|ou|alors|donc)\b\s*)?"
    r"(?:(?:(?:what|how) about|qu['’]en est-il|quid)\b\s*)?",
    re.IGNORECASE,
)
_ASKS_AFTER = re.compile(r"qu['’]en est-il|quid", re.IGNORECASE)
_OF = (("du ", "le "), ("des ", "les "), ("de ", ""), ("d'", ""), ("d’", ""), ("pour ", ""))
_CLAUSE = re.compile(
    r"-(?:t-)?(?:ils?|elles?|on|ce)\b|\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|does|do|has|have|had|qui"
    r"|que|qu|quoi|quand|où|pourquoi|comment|combien|quel\w*|lequel|laquelle|est|sont|était|a|ont)\b",
    re.IGNORECASE,
)
_SOURCE = r"according to|selon|d['’]après"
_PREPOSITION = re.compile(
    rf"(?:(?P<source>{_SOURCE})|(?P<plain>in|on|at|for|from|with|against|before|after|since|during"
    r"|en|dans|à|au|aux|pour|avec|contre|avant|après|depuis|chez|pendant))(?:\s+|$)",
    re.IGNORECASE,
)
# Where the words after a preposition end: at a sign, another preposition, a verb of the question.
_STOP = (
    r"(?=\s*(?:[,;?.!…]|$)|\s(?:according|selon|d['’]après|in|on|at|for|from|with|to|of|by|about|over"
    r"|against|before|after|since|during|en|dans|à|au|aux|pour|avec|contre|avant|après|depuis|chez|sur"
    r"|did|does|do|is|are|was|were|has|have|had|went|that|who|que|qui|a|ont|est|sont|avait)\b)"
)
_WHO = re.compile(
    r"^\W*(?:(?:and|but|et|mais)\s+)?(?:who|qui)\s+(?:else\s+|d['’]autre\s+)?"
    r"(?P<auxiliary>(?:has|have|had|is|was|will|would|can|could)\s+)?(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_WHERE = re.compile(r"\b(?:in|at|near|en|à|dans)\s(?:the\s|la\s|l['’])?$", re.IGNORECASE)
_PLURAL = {"a": "ont", "est": "sont", "avait": "avaient", "était": "étaient"}
_ENDS = re.compile(r"[\s?.!…]*$")

_Kind = Literal["name", "number", "month", "noun"]


class _Fragment(NamedTuple):
    """What a turn names, and how."""

    preposition: str
    thing: str

    @property
    def whole(self) -> str:
        return f"{self.preposition} {self.thing}" if self.preposition else self.thing


def put_into(turn: str, question: str, *, same_language: bool = True) -> str | None:
    """Give the question with what the turn names in the place of what stands in parallel to it.

    None where the turn names nothing, or where nothing in the question is of its kind.

    >>> put_into("And in June?", "What did Musk say in May?")
    'What did Musk say in June?'
    >>> put_into("Et le Kremlin ?", "Qui a démenti l'appel ?")
    "Le Kremlin a démenti l'appel ?"
    """
    fragment = _fragment(turn)
    if fragment is None:
        return None
    if not same_language:  # a name is the same in both, without its article
        if _kind(fragment.thing) == "noun" or fragment.preposition:
            return None
        fragment = fragment._replace(thing=_in_the_other_language(fragment.thing))
    ways: tuple[Callable[[_Fragment, str], str | None], ...] = (
        (_by_shared_word, _by_preposition)
        if fragment.preposition
        else (_by_shared_word, _as_source, _by_kind, _as_who, _as_speaker, _by_only_name)
    )
    return next((made for way in ways if (made := way(fragment, question))), None)


def _fragment(turn: str) -> _Fragment | None:
    opening = _OPENING.match(turn)
    rest = turn[opening.end() if opening else 0 :]
    if opening and _ASKS_AFTER.search(opening[0]):
        of, bare = next((pair for pair in _OF if rest.startswith(pair[0])), ("", ""))
        rest = bare + rest.removeprefix(of)
    rest = _ENDS.sub("", rest).strip()
    preposition = _PREPOSITION.match(rest)
    thing = rest[preposition.end() :].strip() if preposition else rest
    if not content_keys(thing) or len(rest.split()) > _LONGEST or _CLAUSE.search(rest):
        return None
    bare = DETERMINER.sub("", thing)
    named = NAME.match(bare)
    begins = bool(opening and opening[0].strip()) or bool(preposition)
    # "Musk resigned" says something; so may whatever comes without an "and".
    more = named and re.match(r"\s+[^\W\d_A-ZÀ-ÖØ-Þ]", bare[named.end() :])
    if named and more and not POSSESSIVE.search(named[0]):
        return None
    if not begins and not named:
        return None
    return _Fragment(preposition[0].strip() if preposition else "", thing)


def _in_the_other_language(name: str) -> str:
    """Give a name as the other language writes it, where that is known: « la Russie », Russia."""
    bare = DETERMINER.sub("", name)
    other = counterparts(bare) if " " not in bare else ""
    return (other.upper() if bare.isupper() else other.title()) or bare


def _by_shared_word(fragment: _Fragment, question: str) -> str | None:
    """Put one name for another that shares a word with it: Pasco County, Hillsborough County."""
    for name in names(f"of {fragment.thing}"):
        keys = content_keys(name)
        for other in names(question):
            if " " in name and keys & content_keys(other) and keys != content_keys(other):
                return _replaced(question, other, name)
    return None


def _by_preposition(fragment: _Fragment, question: str) -> str | None:
    """Put it for what follows the same preposition, the last that is of its kind."""
    source = _PREPOSITION.match(f"{fragment.preposition} ")
    if source and source["source"]:
        return _as_source(fragment, question)
    same = re.compile(rf"\b{re.escape(fragment.preposition)}\s(?P<thing>\S.*?){_STOP}", re.I)
    fitting = [f for f in same.finditer(question) if _kind(f["thing"]) == _kind(fragment.thing)]
    return _put(fragment.thing, question, fitting[-1].span("thing")) if fitting else None


def _as_source(fragment: _Fragment, question: str) -> str | None:
    """Put it for whoever the question asks according to."""
    found = re.search(rf"\b(?:{_SOURCE})\s(?P<thing>\S.*?){_STOP}", question, re.IGNORECASE)
    if found is None or _kind(fragment.thing) not in {"name", "noun"}:
        return None
    if fragment.preposition:
        return _put(fragment.whole, question, found.span())
    return _put(fragment.thing, question, found.span("thing"))


def _by_kind(fragment: _Fragment, question: str) -> str | None:
    """Put a year for a year, a month for a month."""
    kind = _kind(fragment.thing)
    if kind not in {"number", "month"}:
        return None
    fitting = [word for word in re.finditer(r"\w+", question) if _kind(word[0]) == kind]
    return _put(fragment.thing, question, fitting[-1].span()) if fitting else None


def _as_who(fragment: _Fragment, question: str) -> str | None:
    """Ask of it whether it is among those who said so: "Who denied it?", "Did Musk deny it?"."""
    who = _WHO.match(question)
    if who is None or _kind(fragment.thing) not in {"name", "noun"}:
        return None
    thing, rest = fragment.thing, who["rest"]
    if "who" not in who[0][: who.start("rest")].lower():
        verbs = load_lexicon("fr").verbs
        said = any(word in verbs for word in re.findall(r"[^\W\d_]+", rest.lower())[:3])
        if not said:
            return None
        if re.match(r"(?:les|des|ces|nos|vos|leurs)\s", thing, re.IGNORECASE):
            rest = re.sub(r"^(a|est|avait|était)\b", lambda verb: _PLURAL[verb[0]], rest)
        return f"{thing[0].upper()}{thing[1:]} {rest}"
    verb = re.match(r"[^\W\d_]+", rest)
    forms = load_lexicon("en").verbs.get(verb[0].lower(), ()) if verb else ()
    if not verb or not forms:
        return None
    if who["auxiliary"]:
        return f"{who['auxiliary'].strip().capitalize()} {thing} {rest}"
    base = forms[0].cue.lemma.partition("_")[0]
    does = "Does" if forms[0].kind == "present" else "Did"
    return f"{does} {thing} {base}{rest[verb.end() :]}"


def _as_speaker(fragment: _Fragment, question: str) -> str | None:
    """Put it for the one whose words were asked for: "What did Peskov say?"."""
    query = Query(text=question, standalone=question, language=question_language(question))
    wanted = analyse(query)
    named = wanted is not None and wanted.speaker[:1].isupper()
    if not wanted or not named or _kind(fragment.thing) != "name":
        return None
    return _replaced(question, wanted.speaker, fragment.thing)


def _by_only_name(fragment: _Fragment, question: str) -> str | None:
    """Put a name for the one name that the question has."""
    found = [name for name in names(question) if _kind(name) == "name"]
    if len(found) != 1 or _kind(fragment.thing) != "name":
        return None
    # "What about Musk?" after "How many died in Mali?": one is no place.
    known = counterparts(fragment.thing) or DETERMINER.match(fragment.thing)
    if _WHERE.search(question[: question.index(found[0])]) and not known:
        return None
    return _replaced(question, found[0], fragment.thing)


def _kind(thing: str) -> _Kind:
    words = fold(DETERMINER.sub("", thing)).split()
    if words and all(word in MONTHS for word in words):
        return "month"
    if any(word.isdigit() for word in words):
        return "number"
    return "name" if NAME.match(DETERMINER.sub("", thing)) else "noun"


def _replaced(question: str, old: str, new: str) -> str:
    """Put a name for another, with its determiner for the other's."""
    found = re.search(rf"\b{re.escape(old)}(?!\w)", question)
    if found is None:
        return question
    start = found.start()
    before = re.search(r"\b(?:(?:the|la|le|les)\s|l['’])$", question[:start], re.IGNORECASE)
    if before and DETERMINER.match(new):
        start = before.start()
    elif re.search(r"\b(?:in|at|of|from|en|à|de)\s$", question[:start]):  # « en France »
        new = DETERMINER.sub("", new)
    return _put(new, question, (start, found.end()))


def _put(thing: str, question: str, span: tuple[int, int]) -> str:
    return f"{question[: span[0]]}{thing}{question[span[1] :]}"
