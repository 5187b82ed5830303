"""Questions to go on with, or to begin with: such as the sources do answer, found by asking."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from assistant.assistant import Assistant
from assistant.datatypes import Answer, Attribution, Stance
from assistant.errors import AssistantError, LibraryNotFound
from assistant.language import own_language

__all__ = ["Suggestions", "candidates"]

_SHOWN = 3
_TRIED = 6
_OPENERS = 4
_DOCUMENTS = 12  # looked at for openers, spread over the library

_QUESTIONS: Mapping[str, Mapping[Stance, str]] = {
    "en": {
        "deny": "What did {} deny?",
        "confirm": "What did {} confirm?",
        "promise": "What did {} promise?",
        "criticise": "What did {} criticise?",
        "assert": "What did {} say?",
        "warn": "What did {} warn of?",
        "allege": "What did {} allege?",
    },
    "fr": {
        "deny": "Qu’a démenti {} ?",
        "confirm": "Qu’a confirmé {} ?",
        "promise": "Qu’a promis {} ?",
        "criticise": "Qu’a critiqué {} ?",
        "assert": "Qu’a dit {} ?",
        "warn": "Contre quoi {} a mis en garde ?",
        "allege": "Qu’a allégué {} ?",
    },
}


def candidates(
    attributions: Iterable[Attribution], language: str, *, without: Collection[str] = ()
) -> Iterator[str]:
    """Make questions of who says what in documents; a speaker comes once, contested acts first."""
    templates = _QUESTIONS[own_language(language)]
    order = list(templates)
    usable = [a for a in attributions if a.stance in templates and a.source[:1].isupper()]
    seen = {_last_name(name) for name in without}
    for attribution in sorted(usable, key=lambda a: order.index(a.stance)):
        if _last_name(attribution.source) not in seen:
            seen.add(_last_name(attribution.source))
            yield templates[attribution.stance].format(attribution.source)


def _last_name(speaker: str) -> str:
    """What is the same of a person in both languages: Dmitri and Dmitry Peskov."""
    return speaker.rsplit(maxsplit=1)[-1].casefold() if speaker.strip() else ""


class Suggestions:
    """Finds such questions in a library. Safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._guard = threading.Lock()
        self._answered = lru_cache(maxsize=500)(self._is_answered)
        self._opening = lru_cache(maxsize=4)(self._find_openers)

    def openers(self, language: str) -> tuple[str, ...]:
        """Give questions for an empty page: those of the settings, else made from the library."""
        if self._assistant.settings.examples:
            return self._assistant.settings.examples
        try:
            return self._opening(self._assistant.library.version, language)
        except LibraryNotFound:
            return ()

    def follow_ups(self, answer: Answer, language: str) -> tuple[str, ...]:
        """Give questions that the sources of an answer answer too; none after an abstention."""
        digests = list(dict.fromkeys(c.document.sha256 for c in answer.citations))
        library = self._assistant.library
        said = [a for found in library.attributions(digests).values() for a in found]
        named = {a.source for a in answer.attributions}
        return self._checked(candidates(said, language, without=named), _SHOWN, _TRIED)

    def _find_openers(self, version: int, language: str) -> tuple[str, ...]:
        library = self._assistant.library
        documents = library.documents()
        step = max(1, len(documents) // _DOCUMENTS)
        digests = [ref.sha256 for ref in documents[::step][:_DOCUMENTS]]
        found = library.attributions(digests)
        # One question a document, so that they show what the library is about.
        first = (next(candidates(found.get(d, ()), language), "") for d in digests)
        return self._checked(filter(None, first), _OPENERS, _DOCUMENTS)

    def _checked(self, questions: Iterable[str], wanted: int, tried: int) -> tuple[str, ...]:
        version = self._assistant.library.version
        good: list[str] = []
        for _, question in zip(range(tried), questions, strict=False):
            if self._answered(version, question):
                good.append(question)
            if len(good) == wanted:
                break
        return tuple(good)

    def _is_answered(self, version: int, question: str) -> bool:
        """Ask; `version` of the library is part of the question, since its answer may change."""
        with self._guard:  # one at a time: people's own questions come first
            try:
                found = self._assistant.ask(question)
            except AssistantError:
                return False
        return bool(found.citations)
