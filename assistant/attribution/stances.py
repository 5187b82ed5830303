"""Whether an act asserts or denies, as a whole: the cue, its negation, and what is said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, cast

from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Cue
from assistant.datatypes import Stance

__all__ = ["is_hedged", "stance_of"]

_WORD = re.compile(r"\w+")
_QUOTES = frozenset("\"'“‘«")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”»’]*\s+(?:\[…\]\s)?")
_READ = 400  # characters of a content that tell its stance: its first clause or two


def stance_of(cue: Cue, content: str, group: Group | None) -> Stance:
    """Give the stance of an act as a whole.

    "Did not deny" denies nothing, "confirmed that the reports were false" denies them, and who
    would not confirm refuses to.
    """
    words = _words()
    if group is not None and group.negated:
        return "deny" if cue.lemma in words.opinions else _not(cue)
    first = content[:_READ]
    mentioned = words.called_false.search(first)  # the cheaper search, and nearly always none
    false = mentioned is not None and bool(words.says_false.search(first))
    if other := _by_its_object(cue, first, words):
        return other
    if cue.stance == "deny":
        return "confirm" if false and cue.lemma not in words.calling else "deny"
    if false or (cue.lemma in words.calling and mentioned):
        return "deny" if cue.stance in {"assert", "confirm", "allege"} else cue.stance
    if cue.stance == "criticise":  # "denounced the allegations"
        return "deny" if words.rumour.search(_opening(first)) else "criticise"
    asserts = cue.stance == "assert" and ("clause" in cue.takes or cue.lemma in words.calling)
    return words.tone_of(first) if asserts else cue.stance


def _by_its_object(cue: Cue, content: str, words: _Words) -> Stance | None:
    """Give what some verbs do by what stands behind them."""
    requested = cue.lemma in words.rejecting and words.request.search(_opening(content))
    if requested or (cue.lemma in words.admitting and words.refuses(content)):
        return "refuse"  # "rejected the request", "admitted that he would not come"
    if cue.lemma in words.judging and words.sentences.search(content):
        return "order"  # « condamné à verser »
    if cue.lemma in words.summoning and not words.summons.search(content):
        return "assert"  # « appelle cela un désastre »
    return None


def _not(cue: Cue) -> Stance:
    """Give the stance of an act that is denied: "did not praise", "is not worried"."""
    if cue.stance == "praise":
        return "criticise"
    calm = "state" in cue.takes and cue.stance in {"criticise", "warn", "refuse"}
    return "assert" if calm else "refuse"


def _opening(content: str) -> str:
    return " ".join(content.split()[:5])


def is_hedged(cue: Cue, cue_text: str, content: str) -> bool:
    """Tell whether the act or its content is held at a distance: "may", « aurait »."""
    words = _words()
    return cue.lemma in words.hedged or bool(words.hedges.search(f"{cue_text} {content[:200]}"))


@dataclass(frozen=True, slots=True)
class _Words:
    """The patterns of `stances.toml`."""

    says_false: re.Pattern[str]
    called_false: re.Pattern[str]
    says_not: re.Pattern[str]
    disclaims: re.Pattern[str]
    is_said_not: re.Pattern[str]
    sentences: re.Pattern[str]
    summons: re.Pattern[str]
    rumour: re.Pattern[str]
    request: re.Pattern[str]
    hedges: re.Pattern[str]
    tones: tuple[_Tone, ...]
    hedged: frozenset[str]
    calling: frozenset[str]
    opinions: frozenset[str]
    rejecting: frozenset[str]
    admitting: frozenset[str]
    judging: frozenset[str]
    summoning: frozenset[str]

    def refuses(self, content: str) -> bool:
        """Whether who says this will not do something."""
        return any(tone.stance == "refuse" and tone.pattern.search(content) for tone in self.tones)

    def tone_of(self, content: str) -> Stance:
        """Give what an assertion does by its content alone: by its first sentence that does any."""
        spoken = content[:1] in _QUOTES
        tones = (self._tone(sentence, spoken) for sentence in _SENTENCE.split(content))
        return next((tone for tone in tones if tone != "assert"), "assert")

    def _tone(self, sentence: str, spoken: bool) -> Stance:
        own = self.disclaims if spoken else self.is_said_not
        if self.says_not.search(sentence) or own.search(sentence[:120]):
            return "deny"
        words = frozenset(_WORD.findall(sentence.lower()))
        return next((tone.stance for tone in self.tones if tone.is_of(sentence, words)), "assert")


class _Tone(NamedTuple):
    """What words make an act more than an assertion; looked up where no pattern is needed."""

    stance: Stance
    words: frozenset[str]
    stems: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, stance: Stance, expressions: Sequence[str]) -> _Tone:
        bare = [re.sub(r"\\w[+*]$", "", each) for each in expressions]
        pairs = list(zip(expressions, bare, strict=True))
        rest = [each for each, stem in pairs if not stem.isalpha()]
        return cls(
            stance,
            frozenset(each for each, stem in pairs if each == stem and stem.isalpha()),
            tuple(stem for each, stem in pairs if each != stem and stem.isalpha()),
            re.compile(rf"\b(?:{'|'.join(rest) or '(?!)'})\b", re.IGNORECASE),
        )

    def is_of(self, content: str, words: frozenset[str]) -> bool:
        return (
            not self.words.isdisjoint(words)
            or any(word.startswith(self.stems) for word in words)
            or bool(self.pattern.search(content))
        )


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = tomllib.loads((files(__package__) / "stances.toml").read_text("utf-8"))

    def either(name: str) -> str:
        return f"(?:{'|'.join(data[name])})"

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    tones = (_Tone.of(cast(Stance, s), w) for s, w in data["tones"].items())
    cues = {name: frozenset(text.split()) for name, text in data["cues"].items()}
    return _Words(
        says_false=compiled(rf"{either('is')}{either('filler')}*{either('false')}\b"),
        called_false=compiled(rf"\b{either('false')}\b"),
        says_not=compiled(either("says_not")),
        disclaims=compiled(either("disclaims")),
        is_said_not=compiled(either("is_said_not")),
        sentences=compiled(either("sentences")),
        summons=compiled(either("summons")),
        rumour=compiled(either("rumour")),
        request=compiled(either("request")),
        hedges=compiled(either("hedges")),
        tones=tuple(tones),
        **cues,
    )
