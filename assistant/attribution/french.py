"""French verb groups: « n’a pas démenti », « a-t-il dit », « a été démenti », « s’est engagé »."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.attribution.groups import Group, Scan, Voice, adjective, choose
from assistant.attribution.lexicon import CueForm, Lexicon
from assistant.attribution.units import Token

__all__ = ["french_group"]


_TOWARDS = frozenset({"à", "envers", "vis-à-vis"})
_COORDINATED = 20  # words from an auxiliary to a second participle
_FINITE = re.compile(r"(?:ent|[^e]t|ra|ront|[^a]is)$")
_PARTICIPLES = frozenset({"dit", "écrit", "fait"})
_AGAIN = frozenset({"fois", "reprises", "nouveau"})


def french_group(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], lexicon: Lexicon
) -> Group | None:
    """Find the group of a French verb; None where the word is no verb."""
    grammar = lexicon.grammar
    suffixed = head + 1 < len(tokens) and tokens[head + 1].low.startswith("-")
    scan = _scan(tokens, head, forms, lexicon)
    start = scan.start
    while start < head and tokens[start].low not in lexicon.auxiliaries | grammar.clitics:
        start += 1
    if found := adjective(tokens, head, forms, scan._replace(start=start), grammar.be):
        return found
    forms = [form for form in forms if form.kind != "adjective"]
    if not forms:
        return None
    forms = [f for f in forms if f.cue.reflexive == scan.reflexive] or list(forms)
    voice = _voice(tokens, head, forms, scan, lexicon)
    if _is_reflexive_unlike(forms, scan) or (
        not suffixed and not scan.helpers and _is_noun(tokens, head, lexicon)
    ):
        return None
    if voice == "reduced" and head and tokens[head - 1].low == "(":
        return None
    subject = head + 1 if suffixed and scan.subject < 0 else scan.subject
    chosen = choose(tokens, head, forms, grammar.determiners).cue
    end = max(head + 1 + len(chosen.rest), subject + 1 if subject > head else 0)
    return Group(chosen, start, head, end, voice=voice, negated=scan.negated, subject=subject)


def _scan(tokens: Sequence[Token], head: int, forms: Sequence[CueForm], lexicon: Lexicon) -> Scan:
    grammar = lexicon.grammar
    compound = any(form.kind in {"participle", "adjective"} for form in forms)
    start, negated, reflexive, subject = head, False, False, -1
    helpers: list[str] = []
    while start > 0:
        low = tokens[start - 1].low
        if low in _AGAIN and compound and (helper := _helper_before(tokens, start - 1, lexicon)):
            start = helper
            continue
        if low in grammar.negations:
            negated = negated or low != "plus"
        elif low in grammar.be | grammar.have and compound:
            helpers.append(low)
        elif low.startswith("-") and len(low) > 2 and low[-1].isalpha():
            subject = start - 1
        elif low in grammar.clitics:
            reflexive = reflexive or low in {"se", "s'", "me", "m'"}
        elif not (low in grammar.adverbs or (low.endswith("ment") and len(low) > 6)):
            break
        start -= 1
    return Scan(start, tuple(helpers), negated, reflexive, subject)


def _is_reflexive_unlike(forms: Sequence[CueForm], scan: Scan) -> bool:
    """Whether a verb reports only with « se », or only without it: « se présente »."""
    if scan.reflexive:
        takes = [f.cue.takes for f in forms if not f.cue.reflexive]
        return len(takes) == len(forms) and all("clause" not in t or "weak" in t for t in takes)
    return any(f.cue.reflexive for f in forms)


def _helper_before(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Give the index behind the auxiliary of « a encore une fois dit »; 0 where there is none."""
    for ahead in range(at - 1, max(-1, at - 4), -1):
        if tokens[ahead].low in lexicon.grammar.be | lexicon.grammar.have:
            return ahead + 1
    return 0


def _voice(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], scan: Scan, lexicon: Lexicon
) -> Voice:
    kinds = {form.kind for form in forms}
    grammar = lexicon.grammar
    if "participle" in kinds and scan.helpers:
        return "passive" if scan.helpers[0] in grammar.be and not scan.reflexive else "finite"
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    by_someone = "participle" in kinds and follows in grammar.by  # « dit par X », not « X dit »
    if kinds & {"present", "past", "conditional"} and not by_someone:
        return "finite"
    if "participle" in kinds:
        return "finite" if _shares_helper(tokens, head, lexicon) else "reduced"
    return "gerund" if "gerund" in kinds else "infinitive"


def _shares_helper(tokens: Sequence[Token], head: int, lexicon: Lexicon) -> bool:
    """Whether « a exigé sa démission et promis de partir » gives a participle its auxiliary."""
    grammar = lexicon.grammar
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    if not head or tokens[head - 1].low not in grammar.coordinators or follows in grammar.by:
        return False
    near = range(max(0, head - _COORDINATED), head - 1)
    return any(
        tokens[i].low in grammar.have and tokens[i + 1].low.endswith(("é", "i", "u", "is", "it"))
        for i in near
    )


def _is_noun(tokens: Sequence[Token], head: int, lexicon: Lexicon) -> bool:
    """Tell « la demande » from « il la demande »."""
    grammar = lexicon.grammar
    before = tokens[head - 1].low if head else ""
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    described = any(form.kind == "adjective" for form in lexicon.verbs.get(tokens[head].low, ()))
    if described and follows in _TOWARDS:
        return True  # « une voix critique à l’égard de … »
    if before in {"le", "la", "les", "l'", "leur"}:
        if _FINITE.search(tokens[head].low) and tokens[head].low not in _PARTICIPLES:
            return False  # « plusieurs le démentent »
        earlier = tokens[head - 2].low if head > 1 else ""
        return not (
            earlier in grammar.pronouns | grammar.relatives | {"ne", "n'", "me", "te", "se", "nous"}
            or (earlier in grammar.prepositions and tokens[head].low.endswith(("er", "ir", "re")))
        )
    if before in grammar.determiners:
        return not (before in {"de", "d'"} and tokens[head].low.endswith(("er", "ir", "re")))
    return before in grammar.prepositions and not tokens[head].low.endswith(
        ("er", "ir", "re", "ant")
    )
