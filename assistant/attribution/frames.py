"""Reports without a verb: "according to X", "X: …", "X's denial of …"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.attribution import contents
from assistant.attribution.following import phrase_after
from assistant.attribution.lexicon import Cue, Lexicon
from assistant.attribution.limits import ends_at_comma, limit
from assistant.attribution.names import gender_of
from assistant.attribution.phrases import Range, phrase_before
from assistant.attribution.report import Report
from assistant.attribution.subjects import main_subject
from assistant.attribution.units import QUOTE, Token, Unit

__all__ = ["OPENINGS", "according", "labelled", "noun", "signed"]

_ACCORDING = Cue("according to", "assert", frozenset({"clause"}), frozenset())


_WHICH = frozenset({"que", "qu'", "laquelle", "lequel", "lesquelles"})


_OPENINGS = (
    ("according", "to"),
    ("in", "the", "view", "of"),
    ("in", "the", "words", "of"),
    ("in", "the", "opinion", "of"),
    ("in", "the", "eyes", "of"),
    ("d'", "après"),
    ("aux", "yeux", "de"),
    ("aux", "yeux", "du"),
    ("aux", "yeux", "des"),
    ("de", "l'", "avis", "de"),
    ("de", "l'", "avis", "du"),
    ("de", "l'", "avis", "des"),
    ("à", "en", "croire"),
)
OPENINGS = frozenset(words[0] for words in _OPENINGS) | {"selon", "pour"}
"""Words that "according to X" and the like begin with."""


def _opening_length(tokens: Sequence[Token], at: int) -> int:
    """How many words "according to", « aux yeux de » and the like have here; 0 for none."""
    for words in _OPENINGS:
        if tuple(t.low for t in tokens[at : at + len(words)]) == words:
            return len(words)
    return 0


def according(unit: Unit, at: int, lexicon: Lexicon) -> Report | None:
    """Read "according to X", « selon X », « d'après X », « pour M. X »."""
    tokens = unit.tokens
    end = at + _opening_length(tokens, at)
    if end == at and (tokens[at].low == "selon" or _is_opinion(tokens, at, lexicon)):
        end = at + 1
    if end == at or (end < len(tokens) and tokens[end].low in _WHICH):
        return None
    source = phrase_after(tokens, end, lexicon, closed=at < 2)
    if source is None:
        return None
    found: list[Range | None] = []
    if at < 2 and tokens[source[1] : source[1] + 1] and tokens[source[1]].low.endswith("ed"):
        # "According to polls conducted for X, …"
        ahead = next((i for i in range(source[1], len(tokens)) if tokens[i].low == ","), source[1])
        source = source[0], ahead
    stop = source[1]
    if at and not (at == 1 and tokens[0].low in lexicon.grammar.coordinators):
        before = contents.before(tokens, at, 0)
        found.append(before and contents.trimmed(tokens, before))
    if stop + 1 < len(tokens) and tokens[stop].low in {",", QUOTE, ":"}:
        start = stop + (tokens[stop].low != QUOTE)
        if not any(found) or not ends_at_comma(tokens, stop, lexicon):
            found.append(contents.trimmed(tokens, (start, limit(tokens, start, None, lexicon))))
    told = [content for content in found if content]
    return Report(unit, _ACCORDING, source, [(at, end)], told) if told else None


def _is_opinion(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Tell « Pour M. Roy, la loi est injuste » from « Pour Noël, … » and « Pour vivre, … »."""
    if at or tokens[at].low != "pour" or lexicon.language != "fr":
        return False
    comma = next((i for i, t in enumerate(tokens[:12]) if t.low == ","), 0)
    named = [t for t in tokens[1:comma] if t.capital]
    person = len(named) > 1 and all(t.text[0].isalpha() for t in named)
    return person and main_subject(tokens[comma + 1 :], len(tokens), lexicon) is not None


_LABEL = Cue(":", "assert", frozenset({"clause"}), frozenset())


# What stands before the colon of a headline and is nobody.
_SECTIONS = frozenset(
    """opinion analysis analyse exclusive exclusif breaking video vidéo watch live direct update
    photos review comment tribune enquête reportage entretien édito""".split()
)


def labelled(unit: Unit, colon: int, earlier: Sequence[Report], lexicon: Lexicon) -> Report | None:
    """Read "Graham: the deal is dead", and "Cruz called them on it: “…”"."""
    tokens = unit.tokens
    if not colon or colon + 1 >= len(tokens):
        return None
    if tokens[colon + 1].low == QUOTE:
        return _before_quotation(unit, colon, earlier, lexicon)
    if colon > 5 or earlier or (colon == 1 and tokens[0].low in _SECTIONS):
        return None
    found = contents.trimmed(tokens, (colon + 1, len(tokens)))
    names = all(t.capital for t in tokens[:colon])
    if found is None or not names or (lexicon.language == "fr" and not _is_person(tokens[:colon])):
        return None
    return Report(unit, _LABEL, (0, colon), [(colon, colon + 1)], [found])


def _is_person(name: Sequence[Token]) -> bool:
    """Tell « Emmanuel Macron : … » from « Bélarus : un pianiste libéré »."""
    return len(name) > 1 and bool(gender_of(name[0].text, ()))


def signed(unit: Unit, dash: int) -> Report | None:
    """Read "“It is late.” ― Ann Lee"."""
    tokens = unit.tokens
    if not (0 < len(tokens) - dash - 1 <= 5 and all(t.capital for t in tokens[dash + 1 :])):
        return None
    name, cue = (dash + 1, len(tokens)), (dash, dash + 1)
    return Report(unit, _LABEL, name, [cue], [(dash - 1, dash)])


def _before_quotation(
    unit: Unit, colon: int, earlier: Sequence[Report], lexicon: Lexicon
) -> Report | None:
    tokens = unit.tokens
    if any(start <= colon + 1 < stop for r in earlier for start, stop in r.contents):
        return None
    last = earlier[-1] if earlier else None
    if last and last.contents and last.contents[-1][1] < colon and "clause" in last.cue.takes:
        # "She said it hurts, but they go on: “…”"
        last.contents.append((colon + 1, len(tokens)))
        return None
    source = earlier[-1].source if earlier else main_subject(tokens, colon, lexicon)
    if source is None:
        return None
    begin = max(source[1], colon - 6)
    begin = colon if any(tokens[i].low == "," for i in range(begin, colon)) else begin
    return Report(unit, _LABEL, source, [(begin, colon + 1)], [(colon + 1, len(tokens))])


_INTRODUCES = {
    "en": frozenset({"that", "of", "about", "for", "on", "against", "to", "over"}),
    "fr": frozenset(
        {"que", "qu'", "selon", "de", "d'", "du", "des", "sur", "contre", "à", "au", "aux"}
    ),
}


def noun(unit: Unit, at: int, lexicon: Lexicon) -> Report | None:
    """Read "Moscow's denial of the call", "the claim by X that …", « le démenti de X »."""
    tokens = unit.tokens
    cue = lexicon.nouns[tokens[at].low]
    if lexicon.language == "fr":
        return _french_noun(unit, at, cue, lexicon)
    stop = at + 1
    source = _possessor(tokens, at, lexicon)
    if source is None and stop < len(tokens) and tokens[stop].low in {"by", "from"}:
        source = phrase_after(tokens, stop + 1, lexicon)
        stop = source[1] if source else stop
    if source is None or stop >= len(tokens) or tokens[stop].low not in _INTRODUCES["en"]:
        return None
    begin = stop + (tokens[stop].low not in {"that", "to"})
    found = contents.trimmed(tokens, (begin, limit(tokens, begin, None, lexicon)))
    if found is None:
        return None
    if begin == stop:
        cues = [(at, at + 1)]
    else:
        cues = [(at, begin)] if stop == at + 1 else [(at, at + 1), (stop, begin)]
    return Report(unit, cue, source, cues, [found])


def _possessor(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Range | None:
    """Find whose a noun is, with up to two adjectives between: "Moscow's angry denial"."""
    grammar = lexicon.grammar
    no_adjective = grammar.determiners | grammar.prepositions | lexicon.finite
    start = at
    while start and at - start < 2:
        token = tokens[start - 1]
        if not token.low.isalpha() or token.capital or token.low in no_adjective:
            break
        start -= 1
    before = tokens[start - 1].low if start else ""
    if before in {"'s", "'"}:
        owner = phrase_before(tokens, start - 1, lexicon)
        return owner and (_nearest(tokens, owner, lexicon), start)
    if before in {"his", "her", "their", "my", "our", "its", "your"}:
        return start - 1, start
    return None


_THEIR = frozenset({"son", "sa", "ses"})


def _nearest(tokens: Sequence[Token], phrase: Range, lexicon: Lexicon) -> int:
    """Where the last noun phrase of several begins: "her reaction to | the Democrats"."""
    for at in range(phrase[1] - 1, phrase[0], -1):
        low = tokens[at].low
        if low in {"'s", "'"} or low.endswith("ing"):
            return at + 1 if at + 1 < phrase[1] else phrase[0]
        if low in lexicon.grammar.prepositions - {"of"}:
            return at + 1
    return phrase[0]


def _french_noun(unit: Unit, at: int, cue: Cue, lexicon: Lexicon) -> Report | None:
    tokens = unit.tokens
    if at + 1 >= len(tokens) or not at:
        return None
    opens = tokens[at + 1].low
    if tokens[at - 1].low in _THEIR and opens in {
        "contre",
        "à",
        "au",
        "aux",
        "envers",
        "pour",
        "sur",
    }:
        begin = at + 2
        found = contents.trimmed(tokens, (begin, limit(tokens, begin, None, lexicon)))
        return found and Report(unit, cue, (at - 1, at), [(at, begin)], [found])
    if opens not in {"de", "d'", "du", "des", "par"}:
        return None
    begin = at + 1 + (opens in {"de", "d'", "par"})
    if [t.low for t in tokens[at + 1 : at + 4]] == ["de", "la", "part"]:  # « de la part du maire »
        begin = at + 5
    source = phrase_after(tokens, begin, lexicon)
    if source is None or not any(t.capital for t in tokens[source[0] : source[1]]):
        return None
    stop = source[1]
    report = Report(unit, cue, source, [(at, at + 1)])
    if stop < len(tokens) and tokens[stop].low in _INTRODUCES["fr"]:
        end = limit(tokens, stop, None, lexicon)
        if found := contents.trimmed(tokens, (stop, end)):
            report.contents.append(found)
    return report
