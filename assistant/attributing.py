"""Answer + what is said in its sources → the same answer, telling whose word each sentence is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.attribution.questions import POLAR, Wanted
from assistant.datatypes import Answer, Citation, Statement
from assistant.language import own_language
from assistant.naming import Told, load_naming_model, named
from assistant.said import Place, Said, fits, is_named, reported_in, same_speaker
from assistant.words import content_keys

__all__ = ["attributed", "told_in"]

_ACCORDING = {"en": "According to {}: ", "fr": "Selon {} : "}
_OF = {"en": "{}: ", "fr": "{} : "}
_REPORTED = {"en": "{} (according to {})", "fr": "{} (selon {})"}

_MOST = 0.4  # share of a sentence that is somebody's word


def attributed(answer: Answer, said: Sequence[Said], wanted: Wanted | None) -> Answer:
    """Say whose word each cited sentence is; where speakers are asked for, they answer in short.

    A sentence whose speaker stands outside of it gets the name before it. A sentence that is cited
    is about the topic: who does in it what is asked for is named, whether or not it repeats the
    topic's words.

    Args:
        wanted: what the question asks of reported speech; None where it asks for none.
    """
    if answer.abstained:
        return answer
    spoken = _spoken(answer, said)
    found = _asked(answer, spoken, wanted)
    made = replace(
        answer,
        short_answer=_in_short(answer, found, wanted),
        attributions=tuple(item.attribution.cited(citation.n) for citation, item in found),
    )
    return _introduced(made, spoken) if answer.model is None else made


def told_in(answer: Answer, said: Sequence[Said], wanted: Wanted) -> list[Told]:
    """Give who may be asked for of those who speak in the cited sentences.

    Who promised something did so by a word that promises, where anybody does; else by any words.
    """
    return _asked_for(_spoken(answer, said), wanted)


def _asked_for(spoken: list[Told], wanted: Wanted) -> list[Told]:
    found = [pair for pair in spoken if fits(wanted, pair[1].attribution)]
    return _acted(found, wanted) or found or spoken


def _acted(found: list[Told], wanted: Wanted) -> list[Told]:
    return [pair for pair in found if pair[1].attribution.stance in wanted.preferred]


def _spoken(answer: Answer, said: Sequence[Said]) -> list[Told]:
    return [
        (citation, item)
        for citation in answer.citations
        for item in said
        if is_named(item.attribution.source) and _told_in(item, citation)
    ]


def _told_in(item: Said, citation: Citation) -> bool:
    """Whether a citation holds the words that report, or is mostly what they report."""
    if item.passage.passage.document.sha256 != citation.document.sha256:
        return False
    return _reports(item, citation) or _share(item, citation) >= _MOST


def _reports(item: Said, citation: Citation) -> bool:
    return reported_in(item, Place(citation.document.sha256, citation.start, citation.end))


def _share(item: Said, citation: Citation) -> float:
    """Give the share of a citation that is what somebody says."""
    told = sum(
        max(0, min(end, citation.end) - max(start, citation.start))
        for start, end in item.attribution.content_spans
    )
    return told / (citation.end - citation.start)


def _asked(answer: Answer, spoken: list[Told], wanted: Wanted | None) -> list[Told]:
    """Choose, of what is said in the cited sentences, that which the question asks for."""
    if wanted is None or wanted.kind == "agreement":
        return [
            (citation, item)
            for citation, item in spoken
            if not item.attribution.via and _share(item, citation) >= _MOST
        ]
    found = [pair for pair in spoken if fits(wanted, pair[1].attribution)]
    if wanted.kind == "content" and not found:  # the words of others are told to be theirs
        return _asked(answer, spoken, None)
    if wanted.kind == "content":
        return _acted(found, wanted) or found
    if wanted.preferred & POLAR:
        return found
    return named(wanted, _asked_for(spoken, wanted), load_naming_model())


def _in_short(answer: Answer, found: list[Told], wanted: Wanted | None) -> str:
    """Name the speakers that are asked for, each once, with who only reports them."""
    if wanted is None or wanted.kind == "agreement":
        return answer.short_answer
    if wanted.kind == "content":
        contents = [item.attribution.content for _, item in found]
        contents = [c for c in contents if content_keys(c) & wanted.topic] or contents
        if answer.short_answer and any(answer.short_answer in content for content in contents):
            return answer.short_answer  # that one's own words, and fewer
        return " […] ".join(contents) or answer.short_answer
    speakers: dict[str, str] = {}
    for _, item in found:
        who, via = item.attribution.source, item.attribution.via
        if not any(same_speaker(who, known) for known in speakers):
            other = next((name for name in reversed(via) if not same_speaker(name, who)), "")
            speakers[who] = (
                _REPORTED[own_language(answer.language)].format(who, other) if other else who
            )
    # Who denied, confirmed or refused did just that: nobody is named by guess.
    return "; ".join(speakers.values()) or ("" if wanted.preferred & POLAR else answer.short_answer)


def _introduced(answer: Answer, spoken: list[Told]) -> Answer:
    """Put the speaker before each sentence that is somebody's word and does not tell whose."""
    leads: dict[int, str] = {}
    for citation, item in spoken:
        who = item.attribution.source
        told = _share(item, citation) >= _MOST and not item.attribution.via
        if told and not content_keys(who) & content_keys(citation.quote):
            # "He said …" tells that it is reported, and lacks but the name.
            leads.setdefault(
                citation.n,
                (_OF if _reports(item, citation) else _ACCORDING)[
                    own_language(answer.language)
                ].format(who),
            )
    statements = tuple(
        replace(statement, text=f"{_lead(statement, leads)}{statement.text}")
        for statement in answer.statements
    )
    return replace(answer, statements=statements, text=" ".join(s.text for s in statements))


def _lead(statement: Statement, leads: dict[int, str]) -> str:
    return leads.get(statement.citations[0], "") if len(statement.citations) == 1 else ""
