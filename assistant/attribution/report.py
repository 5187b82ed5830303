"""An attribution in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.attribution.groups import Group
from assistant.attribution.lexicon import Cue
from assistant.attribution.phrases import Range
from assistant.attribution.units import QUOTE, Unit

__all__ = ["Report"]


@dataclass(slots=True)
class Report:
    """An attribution in the making: ranges of a unit's tokens."""

    unit: Unit
    cue: Cue
    source: Range | None
    cues: list[Range]
    contents: list[Range] = field(default_factory=list)
    group: Group | None = None
    antecedent: Range | None = None
    """Whom a relative pronoun stands for."""

    @property
    def quotes(self) -> bool:
        """Whether its content ends in a quotation, which the next sentence may go on with."""
        return any(
            token.low == QUOTE
            for start, stop in self.contents
            for token in self.unit.tokens[start:stop]
        )
