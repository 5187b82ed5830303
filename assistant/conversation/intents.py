"""What a turn is meant for: nearly always a search, else a courtesy or a question about us."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from assistant.datatypes import Intent

__all__ = ["SmallTalk", "small_talk_of"]

# What may stand between: signs, a wish, a name to call by.
_BETWEEN = (
    r"(?:[\s,;:.!?…]|\b(?:please|s['’]il (?:te|vous) pla[iî]t|assistant|everyone|then|alors|and|et"
    r"|but|mais|so|donc)\b)*"
)
_LONGEST = 120  # characters: who writes more asks something


class SmallTalk(NamedTuple):
    """A turn that no source answers."""

    intent: Intent
    language: Literal["en", "fr"]


def small_talk_of(text: str) -> SmallTalk | None:
    """Tell what a turn is that no source answers; None where it is a question for the sources.

    All of it must be such talk: "Hello! Who denied the call?" is a question.

    >>> small_talk_of("Bonjour !"), small_talk_of("Who denied the call?")
    (SmallTalk(intent='greeting', language='fr'), None)
    """
    if len(text) > _LONGEST:
        return None
    return next((found for found, pattern in _patterns() if pattern.fullmatch(text)), None)


@cache
def _patterns() -> tuple[tuple[SmallTalk, re.Pattern[str]], ...]:
    """Read `small_talk.toml`; what is asked goes before the courtesies around it."""
    data = tomllib.loads((files(__package__) / "small_talk.toml").read_text("utf-8"))
    things = data.pop("things")
    said = {
        SmallTalk(intent, language): "|".join(lines.split("\n")[:-1]).replace(
            "THINGS", things[language]
        )
        for intent in ("sources", "abilities", "greeting", "thanks")
        for language, lines in data[intent].items()
    }
    courtesy = "|".join(
        lines for talk, lines in said.items() if talk.intent in {"greeting", "thanks"}
    )
    return tuple(
        (
            talk,
            re.compile(
                rf"{_BETWEEN}(?:(?:{courtesy})\b{_BETWEEN})*(?:{lines})"
                rf"(?:\b{_BETWEEN}(?:{courtesy}))*{_BETWEEN}",
                re.IGNORECASE,
            ),
        )
        for talk, lines in said.items()
    )
