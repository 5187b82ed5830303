"""Text → sentences, by exact offsets: French, English, and texts that mix them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.datatypes import Span

__all__ = ["sentences"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Abbreviations, without their last full stop, case as written. One list serves both languages,
# since French news is full of "Mr." and English news of "M. Macron".
_TITLES = _words(  # a name follows: never the end of a sentence
    "M MM Mme Mmes Mlle Mlles Melle Mr Mrs Ms Mx Messrs Dr Drs Pr Prof Me Mgr Rev Fr Sr Br Hon"
    " Sen Sens Rep Reps Gov Govs Gen Lt Col Maj Capt Cpt Cmdr Sgt Cpl Pfc Spc Adm Det Insp Supt"
    " Pres Pdt Sec Amb Atty St ST Ste Ft Mt Ing Gén Cdt Cne Ets Sté v vs cf viz"
)
_NUMBERED = _words(  # the end of a sentence unless a number follows
    "No no Nos nos n nº n° Nr nr p pp art arts Art al alin fig Fig figs vol Vol chap ch Ch §"
    " sect Sec par para pt ca env ligne Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec janv"
    " févr avr juil sept oct nov déc tél Tel Tél réf"
)
_OFTEN_INSIDE = _words(  # the end of a sentence if a word follows that begins sentences
    "Inc Corp Co Cos Ltd LLC Bros Cie Jr Esq Assn Dept Univ Ave Blvd Rd Ariz Ark Calif Colo Conn"
    " Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va"
    " Vt Wash Wis Wyo ex approx av bd boul apr éd ed eds trad dir coll"
)
_OPENERS = {
    "en": _words(
        "a according after all although an and as at because before both but by despite during each"
        " even every finally for from he her here his how however i if in instead it its"
        " later many meanwhile more most my no nobody not now on once one only other our"
        " people police she since so some still such that the their then there these they"
        " this those though thus to today two under until we what when where whether which while"
        " who why with within without yesterday yet you your"
    ),
    "fr": _words(
        "a à afin ainsi alors après au aucun aujourd aussi autre aux avant avec c car ce cela"
        " celle celui cependant ces cet cette ceux chaque comme d dans de depuis des deux donc du"
        " elle elles en enfin ensuite entre est et hier il ils j je jusqu l la là le les leur leurs"
        " lors lorsque lui m ma mais malgré même mes moins n ne ni nos notre nous on or ou où par"
        " parmi pas pendant peu plus plusieurs pour pourquoi pourtant près puis qu quand que quel"
        " quelle quelques qui s sa sans se selon ses si son sous sur tandis tous tout toute"
        " toutefois toutes trois très un une vers vos votre vous y"
    ),
}

# A run of stops is looked at once, from its head, and gives nothing back: linear on any input.
_STOP = re.compile(
    r"""(?<![.!?…])(?P<stops>[.!?…]++)
        (?P<closers>(?:[\"”’'»›)\]*_]|[ \t\u00a0\u202f]{1,2}+[»›]|\[\d{1,3}\])*+)(?=\s)""",
    re.VERBOSE,
)
_BEFORE_WORD = re.compile(r"[\s\"“”„'‘’«‹(\[{¿¡—–―•*_-]*+")
_DASH = re.compile(r"[—–―-]")
_OPENED_QUOTE = re.compile(r"\s(?:«[ \u00a0\u202f]?|[“\"])\Z")
_WORD = re.compile(r"[^\W\d_]++(?!\.)")
_LAST_WORD = re.compile(r"[^\s\"“”„'‘’«»(\[{/]+\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[-&]?)*[^\W\d_]\Z")
_SPOKE = re.compile(
    r"(?:[^\W\d_][\w.'’-]*\s){1,4}(?:said|says|asked|asks|told|wrote|writes|added|replied|tweeted"
    r"|shouted|cried)\b"
)
_BULLET = re.compile(r"\s*+(?:[-–—*•·▪◦‣+>]\s|#{1,6}\s|\(?(?:\d{1,3}[.)]|[a-zA-Z]\))\s|\|)")
_ROMAN = re.compile(r"(?:[VX]|[IVXLC]{2,})\b(?!['’])")
_HEADING = re.compile(r"\s*+#{1,6}\s")

# A line this much shorter than the longest of its block ended on purpose; wrapped lines are ragged.
_RAGGED = 0.75
_WIDEST = 160  # no prose is wrapped wider: there each line is a paragraph


def sentences(text: str, language: str = "") -> list[Span]:
    """Find the sentences of a French or English text.

    They are in order, disjoint, without white space around, and hold every other character.

    Args:
        language: BCP 47; decides which words are taken to begin a sentence after "U.S.", those of
            both languages where it is neither French nor English.
    """
    openers = _OPENERS.get(language[:2].lower(), _OPENERS["en"] | _OPENERS["fr"])
    return [span for block in _blocks(text) for span in _block_sentences(text, block, openers)]


def _blocks(text: str) -> Iterator[Span]:
    """Cut where a line ends on purpose: blank lines, list items, headlines; not in prose."""
    lines: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace() or "\f" in line:  # a page ends anywhere, even within a sentence
            lines.append((at, at + len(line)))
        elif lines:
            yield from _unwrapped(text, lines)
            lines = []
        at += len(line)
    if lines:
        yield from _unwrapped(text, lines)


def _unwrapped(text: str, lines: list[Span]) -> Iterator[Span]:
    """Join the lines of a block that were wrapped: the next word had no room on the line."""
    width = max(end - start for start, end in lines)
    begin, previous = lines[0][0], lines[0]
    for line in lines[1:]:
        if _ends_on_purpose(text[slice(*previous)], text[slice(*line)], width):
            yield begin, previous[1]
            begin = line[0]
        previous = line
    yield begin, previous[1]


def _ends_on_purpose(line: str, following: str, width: int) -> bool:
    if _BULLET.match(following) or _HEADING.match(line):
        return True
    words = following.split(maxsplit=1)
    if not words or words[0][0].islower() or "\f" in line:
        return False
    return width > _WIDEST or len(line.rstrip()) + 1 + len(words[0]) <= _RAGGED * width


def _block_sentences(text: str, block: Span, openers: frozenset[str]) -> Iterator[Span]:
    start, end = _trim(text, block)
    for stop in _STOP.finditer(text, start, end):
        if _ends_sentence(text, stop, (start, end), openers):
            yield start, stop.end()
            start = _trim(text, (stop.end(), end))[0]
    if start < end:
        yield start, end


def _ends_sentence(text: str, stop: re.Match[str], sentence: Span, openers: frozenset[str]) -> bool:
    """Decide whether the stops found at `stop` end `sentence`, or lie inside it."""
    before = _BEFORE_WORD.match(text, stop.end(), sentence[1])
    at = before.end() if before else stop.end()
    following = text[at : at + 1]
    if following in {"", "!", "?"}:  # "Non ! ? !", or nothing but a stray mark
        return False
    if following.islower() and not (
        stop["stops"] == "." and _OPENED_QUOTE.search(text, stop.end(), at)
    ):
        return False
    if stop["closers"]:
        # "Why?" Mr. Adams asked: the sentence that quotes goes on
        spoken = "." not in stop["stops"] and _SPOKE.match(text, at, at + 80)
        return not (spoken or (stop["stops"] in {"...", "…"} and stop["closers"] in {"]", ")"}))
    if stop["stops"] != ".":
        return True
    word = _LAST_WORD.search(text, max(sentence[0], stop.start() - 24), stop.start())
    if word is None:
        return True
    dash = _DASH.search(text, stop.end(), at)  # "CONCORD, N.H. — He came"
    following = "" if dash else text[at : at + 24]
    return _full_stop(word[0], word.start() == sentence[0], following, openers)


def _full_stop(word: str, first: bool, following: str, openers: frozenset[str]) -> bool:
    """Decide whether the full stop after `word` ends a sentence, or belongs to an abbreviation."""
    if word in _TITLES:
        return False
    if word in _NUMBERED:
        return not (following[:1].isdigit() or _ROMAN.match(following))
    if first and word.isdigit():  # "1. First item"
        return False
    if word in _OFTEN_INSIDE or _INITIALS.match(word):
        begins = _WORD.match(following)
        return begins is not None and begins[0].lower() in openers
    return True


def _trim(text: str, span: Span) -> Span:
    """Take the white space around a span off; an empty span keeps its end."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
