"""English verb groups: "has not denied", "was told", "to say", ", adding"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.attribution.groups import Group, Scan, Voice, adjective, choose
from assistant.attribution.lexicon import CueForm, Lexicon
from assistant.attribution.morphology import Kind
from assistant.attribution.units import PARENTHESIS, QUOTE, Token

__all__ = ["english_group", "is_title"]

# What may be said has not been said.
_HYPOTHETICAL = frozenset({"could", "might", "may", "must", "should", "can", "shall"})
_WOULD = frozenset({"would", "'d"})
# Adverbs that belong to the sentence rather than to its verb.
_LOOSE = frozenset({"then", "today", "yesterday", "therefore", "thus", "however", "rather"})
_ASKED = frozenset({"whether", "if", "about", "why", "how", "what", "when", "where"})
# Forms that are more often nouns than verbs, and no cues as nouns.
_ALSO_NOUNS = frozenset("states notes finds views reads plans offers hopes".split())
_BEGIN_CLAUSES = frozenset("that he she they it we there him them this".split())
_SUBJECTS = frozenset({"i", "he", "she", "they", "we", "who"})
# Before a gerund that hangs on its sentence (", saying …") and is no complement of a verb.
_HANGS_ON = frozenset(
    {",", QUOTE, "", "—", "–", "--", "-", "by", "while", "after", "before", "in", "and"}
    | {"heard", "overheard", "filmed", "recorded", "caught"}  # "was heard telling"
)


def english_group(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], lexicon: Lexicon
) -> Group | None:
    """Find the group of an English verb; None where the word is no verb, or hypothetical."""
    scan = _scan(tokens, head, lexicon)
    start = scan.start
    while start < head and tokens[start].low in _LOOSE:
        start += 1
    scan = scan._replace(start=start)
    if found := adjective(tokens, head, forms, scan, lexicon.grammar.be | {"'s"}):
        return found
    forms = [form for form in forms if form.kind != "adjective"]
    if not forms:
        return None
    kinds = {form.kind for form in forms}
    if _is_noun(tokens, start, head, kinds, lexicon):
        return None
    voice = _voice(tokens, head, forms, scan, lexicon)
    if voice is None or (voice == "finite" and scan.helpers and scan.helpers[-1] in _HYPOTHETICAL):
        return None
    chosen = choose(tokens, head, forms, lexicon.grammar.determiners).cue
    refuses = scan.negated and "clause" in chosen.takes  # "would not say"
    if scan.helpers and scan.helpers[-1] in _WOULD and not refuses and chosen.stance != "refuse":
        return None
    end = head + 1 + len(chosen.rest)
    return Group(chosen, start, head, end, voice=voice, negated=scan.negated)


def _scan(tokens: Sequence[Token], head: int, lexicon: Lexicon) -> Scan:
    grammar = lexicon.grammar
    start, negated = head, False
    helpers: list[str] = []
    while start > 0:
        low = tokens[start - 1].low
        if tokens[start - 1].capital and start > 1:  # Theresa May
            break
        if low in grammar.negations:
            negated = True
        elif low in lexicon.auxiliaries or low in {"'s", "to"}:
            if low == "'s" and tokens[start - 2].low not in grammar.pronouns | {"who", "that"}:
                break
            if low == "to" and start > 1 and tokens[start - 2].low in grammar.catenatives:
                start, low = start - 1, "do"  # "continued to insist": done, and not to be done
            helpers.append(low)
        elif not (low in grammar.adverbs or (low.endswith("ly") and len(low) > 4)):
            break
        start -= 1
    return Scan(start, tuple(helpers), negated)


def _voice(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], scan: Scan, lexicon: Lexicon
) -> Voice | None:
    kinds = {form.kind for form in forms}
    helpers, bare = scan.helpers, scan.start == head
    has_be = bool(helpers) and helpers[0] in lexicon.grammar.be | {"'s"}
    if "gerund" in kinds:
        if has_be and not bare:
            return "finite"
        before = tokens[scan.start - 1].low if scan.start else ""
        quoted = before == "as" and tokens[head].low == "saying"  # "was quoted as saying"
        return "gerund" if before in _HANGS_ON or quoted else None
    if kinds & {"past", "participle"}:
        if has_be:
            return "passive"
        # "Asked whether …": a sentence does not begin with its verb.
        first = bare and not head and "participle" in kinds
        reduced = not helpers and (first or _is_reduced(tokens, head, forms, lexicon))
        return "reduced" if reduced else "finite"
    if "to" in helpers:
        return "infinitive"
    return "finite" if helpers or _agrees(tokens, scan.start, head, forms, lexicon) else None


def _is_reduced(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], lexicon: Lexicon
) -> bool:
    """Tell "the deal denied by Moscow" from "Moscow denied the deal"."""
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    asked = forms[0].cue.lemma == "ask" and head and tokens[head - 1].low == ","
    if asked and follows in _ASKED:  # "The mayor, asked whether it was late, said …"
        return True
    return (
        all(form.kind != "past" for form in forms)
        or _agent_follows(tokens, head, forms, lexicon.grammar.by)
        or (
            "as" in forms[0].cue.takes
            and not _object_follows(tokens, head, lexicon)
            and not (head and tokens[head - 1].low in _SUBJECTS)  # "he called owls …"
        )
    )


def is_title(tokens: Sequence[Token]) -> bool:
    """Whether a sentence is a headline with capitals."""
    words = [t for t in tokens if t.text[0].isalpha() and len(t.text) > 3]
    return len(tokens) < 24 and sum(t.capital for t in words) > 0.8 * len(words)


def _agrees(
    tokens: Sequence[Token], start: int, head: int, forms: Sequence[CueForm], lexicon: Lexicon
) -> bool:
    """Whether a present form can have the subject before it: "claims" is a plural noun, too."""
    before = tokens[start - 1] if start else None
    if before is None or (tokens[head].capital and not is_title(tokens)):
        return False
    grammar = lexicon.grammar
    if before.low in grammar.pronouns | grammar.relatives | {PARENTHESIS, QUOTE, ",", "and", "but"}:
        return True
    plural = tokens[head].low == forms[0].cue.lemma.split("_")[0]
    if plural:
        return (
            before.low.endswith("s")
            or before.low in grammar.plural_subjects
            or before.low.isdigit()
            or before.low == "percent"
            or _plural_before(tokens, start, head, lexicon)
        )
    if before.capital:
        return True
    noun = tokens[head].low in lexicon.nouns
    if not noun and tokens[head].low not in _ALSO_NOUNS:  # "says" is nothing else
        return before.text[0].isalpha() and before.low not in grammar.prepositions
    follows = tokens[head + 1] if head + 1 < len(tokens) else None
    return follows is not None and (
        follows.low in grammar.complementizers | grammar.pronouns | {QUOTE, ":"}
        or (follows.low in grammar.determiners and not noun)
    )


def _plural_before(tokens: Sequence[Token], start: int, head: int, lexicon: Lexicon) -> bool:
    """Whether "records of the cycle show he …" has its plural further back."""
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    if follows not in _BEGIN_CLAUSES:
        return False
    near = tokens[max(0, start - 9) : start]
    return tokens[head].low not in lexicon.nouns and any(
        t.low.endswith("s") and not t.capital and len(t.low) > 3 for t in near
    )


def _object_follows(tokens: Sequence[Token], head: int, lexicon: Lexicon) -> bool:
    """Tell "called the deal dead" from "the deal called dead"."""
    follows = tokens[head + 1] if head + 1 < len(tokens) else None
    grammar = lexicon.grammar
    return follows is not None and (
        follows.capital
        or follows.low
        in grammar.determiners | grammar.pronouns | grammar.objects | {QUOTE, "for", "on"}
    )


def _agent_follows(
    tokens: Sequence[Token], head: int, forms: Sequence[CueForm], by: frozenset[str]
) -> bool:
    end = head + 1 + len(forms[0].cue.rest)
    return end < len(tokens) and tokens[end].low in by


def _is_noun(
    tokens: Sequence[Token], start: int, head: int, kinds: Collection[Kind], lexicon: Lexicon
) -> bool:
    """Tell "their claims" from "she claims", "the reported deal" from "she reported"."""
    if start < head or start == 0:
        return False
    before = tokens[start - 1].low
    grammar = lexicon.grammar
    if before in grammar.determiners and before not in grammar.plural_subjects | {"her"}:
        return True
    if before == "'s" or [t.low for t in tokens[head : head + 2]] == ["thanks", "to"]:
        return True
    if "gerund" not in kinds and before in grammar.prepositions:
        return True
    follows = tokens[head + 1].low if head + 1 < len(tokens) else ""
    return (
        tokens[head].low in lexicon.nouns
        and follows in {"of", "that", "by", "from"}
        and (before in grammar.prepositions or (before == "," and follows != "that"))
    )
