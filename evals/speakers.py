"""Who-said questions: the speakers that an answer names against those it must name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.datatypes import Answer, Attribution
from evals.matching import same_name
from evals.normalise import content_words
from evals.score import Score
from evals.suite import Speaker

__all__ = ["SpeakerScores", "named_speakers", "speaker_scores", "stance_accuracy"]


class SpeakerScores(NamedTuple):
    """How well the speakers that an answer names meet the gold ones."""

    precision: Score
    recall: Score
    f1: Score
    matched: tuple[Speaker, ...]


def named_speakers(answer: Answer) -> list[str]:
    """Give the names that an answer attributes to, each once.

    A system that gives no attributions names whom its short answer lists, parted by semicolons.
    """
    if answer.abstained:
        return []
    sources = [attribution.source for attribution in answer.attributions]
    names = sources or answer.short_answer.split(";")
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def speaker_scores(named: Sequence[str], speakers: Sequence[Speaker]) -> SpeakerScores:
    """Match the names an answer gives with the speakers it must give, as sets."""
    matched, others = _match(named, speakers)
    precision = len(matched) / (len(matched) + len(others)) if named else 0.0
    recall = len(matched) / len(speakers)
    f1 = 2 * len(matched) / (len(matched) + len(others) + len(speakers))
    reason = "; ".join(
        [
            f"named {', '.join(named) or 'nobody'}",
            *(f"missing: {s.name}" for s in speakers if s not in matched),
            *(f"not a speaker of the gold: {name}" for name in others),
        ]
    )
    return SpeakerScores(
        Score(precision, 1.0, reason), Score(recall, 1.0, reason), Score(f1, 1.0, reason), matched
    )


def stance_accuracy(
    attributions: Sequence[Attribution], matched: Sequence[Speaker], stance: str
) -> Score:
    """Give the share of the matched speakers to whom the answer attributes the gold stance."""
    said = {
        speaker.name: sorted(
            {a.stance for a in attributions if same_name(a.source, _aliases(speaker))}
        )
        for speaker in matched
    }
    right = sum(stance in stances for stances in said.values())
    heard = "; ".join(f"{who}: {', '.join(how) or 'no stance'}" for who, how in said.items())
    return Score(right / len(matched), 1.0, f"expected {stance}; {heard}")


def _match(
    named: Sequence[str], speakers: Sequence[Speaker]
) -> tuple[tuple[Speaker, ...], tuple[str, ...]]:
    """Give each name to the speaker with whom it shares most; the names left over, each once."""
    matched: set[int] = set()
    others: dict[frozenset[str], str] = {}
    for name in named:
        shared = [same_name(name, _aliases(speaker)) for speaker in speakers]
        if max(shared, default=0):
            matched.add(shared.index(max(shared)))
        else:
            others.setdefault(content_words(name), name)
    return tuple(speakers[i] for i in sorted(matched)), tuple(others.values())


def _aliases(speaker: Speaker) -> tuple[str, ...]:
    return (speaker.name, *speaker.aliases)
