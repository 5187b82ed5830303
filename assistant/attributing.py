"""Answer + what is said in its sources → the same answer, telling whose word each sentence is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.attribution.questions import POLAR, Wanted
from assistant.datatypes import Answer, Citation, Statement
from assistant.language import own_language
from assistant.speech import Place, Said, fits, is_name, is_named, reported_in, same_speaker
from assistant.words import content_keys

__all__ = ["attributed"]

_Found = list[tuple[Citation, Said]]

_ACCORDING = {"en": "According to {}: ", "fr": "Selon {} : "}
_OF = {"en": "{}: ", "fr": "{} : "}
_REPORTED = {"en": "{} (according to {})", "fr": "{} (selon {})"}

# What is asked for against what is said: weights and share of the best chosen on the development
# news (speaker F1 0.645, against 0.610 where everyone in a cited sentence is named).
_AROUND_WEIGHT = 0.5
_STANCE_WEIGHT = 0.3
_NAME_WEIGHT = 0.15
_NESTED_WEIGHT = -0.1
_ANY = 0.2
_NEAR_BEST = 0.7
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
    spoken = [
        (citation, item)
        for citation in answer.citations
        for item in said
        if is_named(item.attribution.source) and _told_in(item, citation)
    ]
    found = _asked(answer, spoken, wanted)
    made = replace(
        answer,
        short_answer=_in_short(answer, found, wanted),
        attributions=tuple(item.attribution.cited(citation.n) for citation, item in found),
    )
    return _introduced(made, spoken) if answer.model is None else made


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


def _asked(answer: Answer, spoken: _Found, wanted: Wanted | None) -> _Found:
    """Choose, of what is said in the cited sentences, that which the question asks for."""
    if wanted is None or wanted.kind == "agreement":
        return [
            (citation, item)
            for citation, item in spoken
            if not item.attribution.via and _share(item, citation) >= _MOST
        ]
    found = [(citation, item) for citation, item in spoken if fits(wanted, item.attribution)]
    if wanted.kind == "content" and not found:  # the words of others are told to be theirs
        return _asked(answer, spoken, None)
    if wanted.kind == "content" or wanted.preferred & POLAR:
        return found
    found = found or spoken
    scores = [_fitness(wanted, *pair) for pair in found]
    least = _NEAR_BEST * max(scores, default=0.0)
    return [pair for pair, score in zip(found, scores, strict=True) if score >= least]


def _fitness(wanted: Wanted, citation: Citation, item: Said) -> float:
    said = item.attribution
    inside, around = content_keys(f"{said.cue} {said.content}"), content_keys(citation.quote)
    topic = len(wanted.topic) or 1
    return (
        _ANY
        + len(wanted.topic & inside) / topic
        + _AROUND_WEIGHT * len(wanted.topic & around) / topic
        + _STANCE_WEIGHT * (said.stance in wanted.preferred)
        + _NAME_WEIGHT * is_name(said)
        + _NESTED_WEIGHT * len(said.via)
    )


def _in_short(answer: Answer, found: _Found, wanted: Wanted | None) -> str:
    """Name the speakers that are asked for, each once, with who only reports them."""
    if wanted is None or wanted.kind == "agreement":
        return answer.short_answer
    if wanted.kind == "content":
        contents = [item.attribution.content for _, item in found]
        if answer.short_answer and any(answer.short_answer in content for content in contents):
            return answer.short_answer  # that one's own words, and fewer
        return " […] ".join(contents) or answer.short_answer
    named: dict[str, str] = {}
    for _, item in found:
        who, via = item.attribution.source, item.attribution.via
        if not any(same_speaker(who, known) for known in named):
            other = next((name for name in reversed(via) if not same_speaker(name, who)), "")
            named[who] = (
                _REPORTED[own_language(answer.language)].format(who, other) if other else who
            )
    # Who denied, confirmed or refused did just that: nobody is named by guess.
    return "; ".join(named.values()) or ("" if wanted.preferred & POLAR else answer.short_answer)


def _introduced(answer: Answer, spoken: _Found) -> Answer:
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
