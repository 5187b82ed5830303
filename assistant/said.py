"""What is said in a ranking: attributions with the passages that they were found in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.attribution.names import head_name
from assistant.attribution.questions import Wanted
from assistant.datatypes import Attribution, ScoredPassage, Span
from assistant.words import content_keys

__all__ = [
    "Place",
    "Said",
    "fits",
    "is_name",
    "is_named",
    "reported_in",
    "reports_at",
    "said_in",
    "same_speaker",
]

_ADMITS = re.compile(r"\b(?:admi|conced|acknowledg|reconn|avou|concéd)", re.IGNORECASE)


class Place(NamedTuple):
    """Characters of a document."""

    sha256: str
    start: int
    end: int


class Said(NamedTuple):
    """An attribution with the passage that it was found in."""

    attribution: Attribution
    passage: ScoredPassage


def said_in(
    ranking: Sequence[ScoredPassage], attributions: Mapping[str, Sequence[Attribution]]
) -> list[Said]:
    """Give the attributions that reach into ranked passages, each with its best passage.

    Args:
        attributions: of the passages' documents, by digest (`Library.attributions`).
    """
    found: dict[tuple[str, int], Said] = {}
    for scored in ranking:
        passage = scored.passage
        for n, attribution in enumerate(attributions.get(passage.document.sha256, ())):
            places = (reports_at(attribution), *attribution.content_spans)
            if any(start < passage.end and passage.start < end for start, end in places):
                found.setdefault((passage.document.sha256, n), Said(attribution, scored))
    return list(found.values())


def reports_at(attribution: Attribution) -> Span:
    """Where the words that report stand; what they report, where there are none."""
    return (attribution.cue_spans or attribution.content_spans or (attribution.span,))[0]


def reported_in(item: Said, place: Place) -> bool:
    """Tell whether the words that report stand in a place."""
    first, last = reports_at(item.attribution)
    same = item.passage.passage.document.sha256 == place.sha256
    return same and place.start <= first and last <= place.end


def same_speaker(one: str, other: str) -> bool:
    """Tell whether two names may be one speaker's: Musk and Elon Musk, Poutine and Putin."""
    a, b = content_keys(one), content_keys(other)
    return bool(a and b) and (a <= b or b <= a)


def fits(wanted: Wanted, attribution: Attribution) -> bool:
    """Tell whether an attribution is of the speaker, or of a stance, that a question asks for."""
    if not is_named(attribution.source):
        return False
    if wanted.speaker:  # the Kremlin speaks by its spokesman
        called = content_keys(f"{attribution.title} {attribution.source}")
        if content_keys(wanted.speaker) <= called:
            return True
        # … and NASA's chief is not NASA.
        named = bool(head_name(wanted.speaker)[0])
        return named and same_speaker(wanted.speaker, attribution.source)
    if "confirm" in wanted.preferred and _ADMITS.search(attribution.cue):
        # Who admits something confirms that, and nothing else.
        return bool(wanted.topic & content_keys(attribution.content))
    return not wanted.stances or attribution.stance in wanted.stances


def is_named(source: str) -> bool:
    """Whether a source is a name or a description, not a pronoun that nobody was found for."""
    return bool(content_keys(source))


def is_name(attribution: Attribution) -> bool:
    """Whether a source is a name rather than a description, which may not be a speaker at all."""
    return bool(attribution.title) or attribution.source[:1].isupper()
