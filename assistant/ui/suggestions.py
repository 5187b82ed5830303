"""Questions to go on with, or to begin with: such as the sources do answer, found by asking."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from assistant.assistant import Assistant
from assistant.datatypes import Answer, Attribution, Filter, Stance, Turn
from assistant.errors import AssistantError, LibraryNotFound
from assistant.language import own_language
from assistant.ui.turnstile import Turnstile

__all__ = ["Candidate", "Suggestions", "about_speakers", "what_was_said"]

_SHOWN = 3
_TRIED = 6
_OPENERS = 4
_DOCUMENTS = 12  # looked at for openers, spread over the library
_REMEMBERED = 500

_SAID: Mapping[str, Mapping[Stance, str]] = {
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
_WHO = {"en": "Who is {}?", "fr": "Qui est {} ?"}
_AGREE = {"en": "Do the sources agree?", "fr": "Les sources sont-elles d’accord ?"}


class Candidate(NamedTuple):
    """A question, and the place that answers it; anything cited will do where none is known."""

    question: str
    sha256: str = ""
    start: int = 0
    end: int = 0

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether an answer cites the place."""
        return any(
            not self.sha256
            or (c.document.sha256 == self.sha256 and c.start < self.end and self.start < c.end)
            for c in answer.citations
        )


Said = Iterable[tuple[str, Attribution]]
"""Attributions, each with the SHA-256 of its document."""


def what_was_said(
    said: Said, language: str, *, without: Collection[str] = ()
) -> Iterator[Candidate]:
    """Ask what people said; a speaker comes once, contested acts first."""
    templates = _SAID[own_language(language)]
    order = list(templates)
    usable = [(d, a) for d, a in said if a.stance in templates and _is_named(a)]
    seen = {_last_name(name) for name in without}
    for sha256, attribution in sorted(usable, key=lambda one: order.index(one[1].stance)):
        if _last_name(attribution.source) not in seen:
            seen.add(_last_name(attribution.source))
            question = templates[attribution.stance].format(attribution.source)
            yield Candidate(question, sha256, *attribution.span)


def about_speakers(said: Said, language: str) -> Iterator[Candidate]:
    """Ask who the people are of whom the sources say it."""
    seen: set[str] = set()
    for sha256, attribution in said:
        name = _last_name(attribution.source)
        if attribution.title and _is_named(attribution) and name not in seen:
            seen.add(name)
            question = _WHO[own_language(language)].format(attribution.source)
            yield Candidate(question, sha256, *attribution.span)


def _is_named(attribution: Attribution) -> bool:
    return attribution.source[:1].isupper()


def _last_name(speaker: str) -> str:
    """What is the same of a person in both languages: Dmitri and Dmitry Peskov."""
    return speaker.rsplit(maxsplit=1)[-1].casefold() if speaker.strip() else ""


class Suggestions:
    """Finds such questions in a library. Safe to share between threads.

    What is offered is checked against the sources' own sentences: no language model is asked.
    """

    def __init__(self, assistant: Assistant, turnstile: Turnstile) -> None:
        self._assistant = assistant
        if assistant.settings.llm or assistant.llm is not None:
            settings = assistant.settings.model_copy(update={"llm": ""})
            self._assistant = Assistant(settings, assistant.encoder, reader=assistant.reader)
        self._turnstile = turnstile
        self._guard = threading.Lock()
        self._answered: dict[tuple[object, ...], bool] = {}
        self._opening = lru_cache(maxsize=4)(self._find_openers)

    def openers(self, language: str) -> tuple[str, ...]:
        """Give questions for an empty page: those of the settings, else made from the library."""
        try:
            version = self._assistant.library.version
        except LibraryNotFound:
            return ()
        return self._assistant.settings.examples or self._opening(version, language)

    def follow_ups(
        self, answer: Answer, language: str, *, filters: Filter | None = None
    ) -> tuple[str, ...]:
        """Give questions that the sources of an answer answer too, or those that came nearest."""
        digests = list(dict.fromkeys(c.document.sha256 for c in answer.citations))
        nearest = list(dict.fromkeys(c.document.sha256 for c in answer.nearest))
        said = self._said(digests or nearest)
        named = {attribution.source for attribution in answer.attributions}
        agree = [Candidate(_AGREE[own_language(language)])] if len(digests) > 1 else []
        kinds = (
            what_was_said(said, language, without=named),
            about_speakers(said, language),
            agree,
        )
        mixed = filter(None, chain.from_iterable(zip_longest(*kinds)))
        asked = {answer.question, answer.standalone}
        new = (one for one in mixed if one.question not in asked)
        history = () if answer.abstained else (answer.as_turn(),)
        return self._checked(islice(new, _TRIED), _SHOWN, history=history, filters=filters)

    def _said(self, digests: list[str]) -> list[tuple[str, Attribution]]:
        found = self._assistant.library.attributions(digests)
        return [(digest, each) for digest in digests for each in found.get(digest, ())]

    def _find_openers(self, version: int, language: str) -> tuple[str, ...]:
        documents = self._assistant.library.documents()
        step = max(1, len(documents) // _DOCUMENTS)
        digests = [ref.sha256 for ref in documents[::step][:_DOCUMENTS]]
        # One question a document, so that they show what the library is about.
        first = (next(what_was_said(self._said([d]), language), None) for d in digests)
        return self._checked(filter(None, first), _OPENERS)

    def _checked(
        self,
        candidates: Iterable[Candidate],
        wanted: int,
        *,
        history: tuple[Turn, ...] = (),
        filters: Filter | None = None,
    ) -> tuple[str, ...]:
        good = (one.question for one in candidates if self._is_answered(one, history, filters))
        return tuple(islice(good, wanted))

    def _is_answered(
        self, candidate: Candidate, history: tuple[Turn, ...], filters: Filter | None
    ) -> bool:
        """Ask as the visitor would, when nobody waits for an answer of his own; remember it."""
        key = (self._assistant.library.version, candidate, history, repr(filters))
        with self._guard:  # one at a time
            if key not in self._answered:
                if len(self._answered) >= _REMEMBERED:
                    self._answered.clear()
                self._answered[key] = self._asks(candidate, history, filters)
            return self._answered[key]

    def _asks(
        self, candidate: Candidate, history: tuple[Turn, ...], filters: Filter | None
    ) -> bool:
        with self._turnstile.passing(later=True):
            try:
                found = self._assistant.ask(candidate.question, history=history, filters=filters)
            except AssistantError:
                return False
        return candidate.is_answered(found)
