"""Document → attributions: reports of all sentences, their speakers, stance and nesting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.attribution.dates import stated_date
from assistant.attribution.hearsay import hearsay
from assistant.attribution.lexicon import Cue, Lexicon, load_lexicon
from assistant.attribution.phrases import Range
from assistant.attribution.quotes import quotes
from assistant.attribution.report import Report
from assistant.attribution.reports import incises, reports
from assistant.attribution.speakers import Speaker, Speakers
from assistant.attribution.stances import is_hedged, stance_of
from assistant.attribution.subjects import main_subject
from assistant.attribution.units import Unit, units
from assistant.datatypes import Attribution, Document, Span, Stance

__all__ = ["EXTRACTOR_VERSION", "extract"]

EXTRACTOR_VERSION = 22
"""Counts what changes the attributions of a text: libraries extract anew when it has grown."""

_FREE = Cue("", "assert", frozenset({"clause"}), frozenset())
_ENGLISH = re.compile(r"\b(?:the|and|of|was|that|with|to|in|is|for|by)\b", re.IGNORECASE)
_FRENCH = re.compile(
    r"\b(?:le|la|les|des|du|et|une?|dans|que|qui|est|avec|pour|par|sur|pas|au)\b|\b[ldnqs]['’]",
    re.IGNORECASE,
)


@dataclass(slots=True, eq=False)
class _Draft:
    """A report with its offsets in the document."""

    report: Report
    source: Span | None
    cues: tuple[Span, ...]
    contents: list[Span]
    end: int
    previous: Span
    """The sentence before."""
    parent: _Draft | None = None
    speakers: tuple[Speaker, ...] = ()


def extract(document: Document) -> tuple[Attribution, ...]:
    """Find who says what in a French or English document, in the order of the text.

    A report of several speakers ("Casey and Manchin said") is one attribution for each of them.
    """
    text = document.text
    language = _language(document)
    lexicon = load_lexicon(language)
    quoted = quotes(text)
    drafts = _drafts(units(text, language, quoted), lexicon)
    speakers = Speakers(text, quoted, author=document.ref.author, publisher=document.ref.publisher)
    found: list[Attribution] = []
    for draft in drafts:
        if draft.source and draft.report.cue.takes & {"clause", "person"}:
            speakers.hear(text[slice(*draft.source)], draft.source[0])
    for draft in drafts:
        if draft.source:
            draft.speakers = _speakers(text, draft, speakers, lexicon)
    parts = [draft for draft in drafts if draft.parent and _is_part(draft.report)]
    for draft in drafts:
        if draft not in parts:
            found += _attributions(document, draft, _felt(draft, parts))
    return tuple(found)


def _felt(draft: _Draft, parts: Sequence[_Draft]) -> Stance:
    """Give what one says of oneself: "Ann Lee said she feared owls" warns."""
    for part in parts:
        own = part.speakers and part.speakers[:1] == draft.speakers[:1]
        if part.parent is draft and own and "state" in part.report.cue.takes:
            return stance_of(part.report.cue, "", part.report.group)
    return "assert"


def _is_part(report: Report) -> bool:
    """Whether a report within another's content is but a part of what is said there.

    Who says that someone wants, thinks or is to do something tells of no act of speech.
    """
    takes, voice = report.cue.takes, report.group.voice if report.group else ""
    return (
        ("noun" in takes and report.group is None)
        or voice == "infinitive"
        or (
            voice == "finite"
            and ("state" in takes or not takes & {"clause", "prepositional", "noun"})
        )
        or (voice == "passive" and report.source is None)
    )


def _speakers(
    text: str, draft: _Draft, speakers: Speakers, lexicon: Lexicon
) -> tuple[Speaker, ...]:
    assert draft.source is not None
    unit, outer = draft.report.unit, draft.parent
    source = text[slice(*draft.source)]
    if outer and outer.speakers and speakers.says_of_himself(source, outer.speakers[0]):
        return outer.speakers[:1]
    where = _span(unit, draft.report.antecedent) if draft.report.antecedent else draft.source
    at, begins = where[0], unit.start
    if draft.contents and draft.contents[0][0] < draft.source[0]:
        # "Ann Lee did not: Bob Ray, she thinks, is late": whom the words said name is not meant.
        at = max(unit.start, draft.contents[0][0])
        begins = unit.start if at > unit.start else draft.source[0]
        at = at if at > unit.start else where[0]
        subject = _clause_before(draft, lexicon)
        if subject and speakers.may_mean(source, text[slice(*subject)]):
            where, at = subject, subject[0]
    return speakers.resolve(
        text[slice(*where)], at, unit=(begins, unit.end), previous=draft.previous
    )


def _clause_before(draft: _Draft, lexicon: Lexicon) -> Span | None:
    """Give the subject of "Ann Lee is less sure: owls, she says, are late"."""
    tokens = draft.report.unit.tokens
    outside = sum(token.start < draft.contents[0][0] for token in tokens)
    if outside < 2 or tokens[outside - 1].low not in {":", ";"}:
        return None
    subject = main_subject(tokens, outside, lexicon)
    return _span(draft.report.unit, subject) if subject else None


def _language(document: Document) -> str:
    tag = document.ref.language[:2].lower()
    if tag in {"en", "fr"}:
        return tag
    sample = document.text[:3000]
    return "fr" if len(_FRENCH.findall(sample)) > len(_ENGLISH.findall(sample)) else "en"


def _drafts(found: Iterator[Unit], lexicon: Lexicon) -> list[_Draft]:
    drafts: list[_Draft] = []
    speaking: _Draft | None = None  # whom a quotation on its own goes on with
    previous: Unit | None = None
    for unit in found:
        if unit.is_quotation and not incises(unit, lexicon):
            speaking = _continue(unit, previous, speaking, drafts, lexicon)
        else:
            new = [_draft(r, previous) for r in (*reports(unit, lexicon), *incises(unit, lexicon))]
            new.sort(key=lambda d: d.cues[0] if d.cues else d.contents[0])
            new += [_draft(r, previous) for r in hearsay(unit, lexicon, [d.report for d in new])]
            _nest(new)
            drafts += new
            near = [
                d
                for d in new
                if d.report.cue.takes & {"clause", "person"} and d.source and not d.parent
            ]
            speaking = near[-1] if near else None
        previous = unit
    return drafts


def _continue(
    unit: Unit,
    previous: Unit | None,
    speaking: _Draft | None,
    drafts: list[_Draft],
    lexicon: Lexicon,
) -> _Draft | None:
    """Give a quotation that is a sentence of its own to who spoke, or acted, in the one before."""
    if previous is None or unit.paragraph - previous.paragraph > 1:
        return None
    span = (unit.tokens[0].start, unit.tokens[-1].end)
    if speaking is not None:
        speaking.contents.append(span)
        speaking.end = unit.end
        return speaking
    last = drafts[-1] if drafts else None
    if last and last.report.source and last.report.unit.paragraph == previous.paragraph:
        speaking = last if _speaks_on(last, previous, unit) else None
    if speaking is None and unit.paragraph != previous.paragraph and previous.tokens[-1].low != ":":
        return None
    if speaking is not None:
        previous, subject = speaking.report.unit, speaking.report.source
    else:
        subject = main_subject(previous.tokens, len(previous.tokens), lexicon)
    if subject is None:
        return None
    report = Report(previous, _FREE, subject, [], [])
    draft = _Draft(
        report, _span(previous, subject), (), [span], unit.end, (previous.start, previous.start)
    )
    drafts.append(draft)
    return draft


def _speaks_on(last: _Draft, previous: Unit, unit: Unit) -> bool:
    """Whether a paragraph that is a quotation goes on with who spoke last in the one before."""
    own = last.report.unit is not previous and last.parent is None
    return own and unit.paragraph != previous.paragraph


def _draft(report: Report, previous: Unit | None) -> _Draft:
    unit = report.unit
    return _Draft(
        report,
        _span(unit, report.source) if report.source else None,
        tuple(_span(unit, cue) for cue in report.cues),
        [_span(unit, content) for content in report.contents],
        unit.end,
        (previous.start, previous.end) if previous else (unit.start, unit.start),
    )


def _span(unit: Unit, found: Range) -> Span:
    return unit.tokens[found[0]].start, unit.tokens[found[1] - 1].end


def _nest(drafts: Sequence[_Draft]) -> None:
    """Note for each report the innermost one in whose content it stands."""
    for draft in drafts:
        at = draft.cues[0][0] if draft.cues else draft.contents[0][0]
        outer = [
            (end - start, n)
            for n, other in enumerate(drafts)
            for start, end in other.contents
            if other is not draft and start <= at < end and not _inside(other, draft)
        ]
        nearest = (drafts[n] for _, n in sorted(outer))
        draft.parent = next((d for d in nearest if draft not in _chain(d)), None)


def _chain(draft: _Draft | None) -> Iterator[_Draft]:
    """Give a report and those around it, the innermost first."""
    while draft is not None:
        yield draft
        draft = draft.parent


def _inside(inner: _Draft, outer: _Draft) -> bool:
    at = inner.cues[0][0] if inner.cues else inner.contents[0][0]
    return any(start <= at < end for start, end in outer.contents)


def _attributions(document: Document, draft: _Draft, felt: Stance) -> Iterator[Attribution]:
    text, report = document.text, draft.report
    cue = " ".join(text[start:end] for start, end in draft.cues)
    content = " […] ".join(text[start:end] for start, end in draft.contents)
    outside = [*draft.contents]
    said_on = stated_date(
        text,
        (report.unit.start, report.unit.end),
        leaving_out=outside,
        published=document.ref.published,
    )
    around = reversed([*_chain(draft.parent)])
    via = tuple(outer.speakers[0].name for outer in around if outer.speakers)
    stance = stance_of(report.cue, content, report.group)
    stance = felt if stance == "assert" else stance
    for speaker in draft.speakers or (Speaker(""),):
        yield Attribution(
            source=speaker.name,
            title=speaker.title,
            stance=stance,
            cue=cue,
            content=content,
            source_span=draft.source,
            cue_spans=draft.cues,
            content_spans=tuple(draft.contents),
            span=(report.unit.start, max(draft.end, report.unit.end)),
            via=via,
            hedged=is_hedged(report.cue, cue, content),
            date=said_on,
        )
