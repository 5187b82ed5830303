"""Query, evidence → an answer that a language model writes and that is held to its sources.

What a model returns is foreign data. A sentence stays when the passages that it cites say it; what
is cited in the end are their own sentences, to the character. Where nothing comes of it, for
whatever reason, the answer made of the sources' sentences stands in, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Literal, Protocol

from assistant.datatypes import Answer, Citation, Evidence, Query, Statement
from assistant.errors import LLMFailed
from assistant.events import Done, Event, StatementDone, Token
from assistant.language import own_language
from assistant.models.encoders import Encoder
from assistant.words import content_keys, fold
from assistant.writing.checks import Grounds, Sentence, load_support_model
from assistant.writing.instructions import addresses_model
from assistant.writing.marks import MarkReader, Piece
from assistant.writing.prompt import UNANSWERED, prompt
from assistant.writing.statements import StatementReader, Written, without_thoughts

__all__ = ["LLMWriter", "Model", "Policy"]

Policy = Literal["strict", "mark"]
"""What becomes of a sentence that the sources do not support: dropped, or kept and marked."""

_LONGEST_REPLY = 8_000  # characters; the prompt asks for a tenth of it

_UNSUPPORTED = {"en": "[not supported by the sources]", "fr": "[non étayé par les sources]"}

_NOTICES = {
    "failed": {
        "en": "The language model gave no answer; these are sentences of the sources.",
        "fr": "Le modèle de langue n'a pas répondu ; voici des phrases des sources.",
    },
    "declined": {
        "en": "The language model found no answer; these are the sentences that come nearest.",
        "fr": "Le modèle de langue n'a pas trouvé de réponse ; voici les phrases les plus proches.",
    },
    "unsupported": {
        "en": "The sources do not support what the language model wrote; their sentences follow.",
        "fr": "Les sources n'étayent pas ce qu'a écrit le modèle de langue ; voici leurs phrases.",
    },
    "dropped": {
        "en": "Sentences that the sources do not support were left out: {n}.",
        "fr": "Phrases que les sources n'étayent pas, laissées de côté : {n}.",
    },
}

# A reply that does not reply, in the first words of its first sentence.
_DECLINES = re.compile(
    rf"\W*(?:{UNANSWERED.lower()}\b|(?:i'm |i am |my )?(?:sorry|apologies)\b"
    r"|i (?:can't|cannot|can not|could not|couldn't|won't|do not|don't|am unable|am not able)\b"
    r"|as an ai\b|je (?:suis desole|regrette|ne (?:peux|sais|suis|dispose|trouve))"
    r"|(?:je suis )?desolee?\b|en tant qu'(?:ia|intelligence)\b|je n'ai (?:pas|aucune)\b"
    r"|(?:the|these|provided) (?:provided )?(?:passages|sources|documents|texts?)"
    r" (?:do|does|did) not (?:answer|say|mention|contain|provide|specify|state)\b"
    r"|(?:les|ces) (?:passages|sources|documents|textes)(?: fournis)?"
    r" ne (?:repondent|disent|mentionnent|contiennent|precisent|permettent)\b)"
)


class Model(Protocol):
    """A language model that writes piece by piece; raises LLMFailed where no whole reply comes."""

    @property
    def name(self) -> str:
        """As it stands in the answer."""

    def stream(self, system: str, prompt: str) -> Generator[str, None, None]: ...


class LLMWriter:
    """Lets a language model write answers. Safe to share between threads."""

    def __init__(self, model: Model, encoder: Encoder, *, policy: Policy = "strict") -> None:
        self._model = model
        self._encoder = encoder
        self._policy = policy

    def __call__(
        self, query: Query, evidence: Sequence[Evidence], extracted: Answer
    ) -> Iterator[Event]:
        """Write, and check what was written; the last event holds the answer.

        Args:
            extracted: the answer made of the sources' sentences, which takes over if need be. Where
                it is sure that they do not answer, no model is asked.
        """
        shown = [item for item in evidence if not addresses_model(item.passage.text)]
        if extracted.abstained or not shown:
            yield Done(extracted)
            return
        language = own_language(query.language)
        grounds = Grounds(shown, self._encoder, language=language)
        draft = _Draft(grounds, language=language, policy=self._policy)
        marks, statements = MarkReader(evidence[-1].n), StatementReader(language)
        try:
            for pieces in _pieces(self._chunks(query, shown), marks):
                yield from (Token(piece) for piece in pieces if isinstance(piece, str))
                for written in statements.feed(pieces):
                    yield from draft.add(written)
            for written in statements.end():
                yield from draft.add(written)
        except LLMFailed:
            failed: str | None = "failed"
        else:
            failed = draft.failed
        if failed:
            yield Done(replace(extracted, notice=_NOTICES[failed][language]))
        else:
            yield Done(draft.answer(extracted, model=self._model.name))

    def _chunks(self, query: Query, shown: Sequence[Evidence]) -> Iterator[str]:
        """Read the reply up to a length that no answer needs."""
        left = _LONGEST_REPLY
        with closing(self._model.stream(*prompt(query, shown))) as reply:
            for chunk in without_thoughts(reply):
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return


def _pieces(chunks: Iterator[str], marks: MarkReader) -> Iterator[list[Piece]]:
    for chunk in chunks:
        yield marks.feed(chunk)
    yield marks.end()


class _Draft:
    """An answer while it is written."""

    def __init__(self, grounds: Grounds, *, language: str, policy: Policy) -> None:
        self._grounds = grounds
        self._language = language
        self._policy = policy
        self._model = load_support_model()
        self._statements: list[Statement] = []
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._dropped = 0
        self._declined = False

    def add(self, written: Written) -> Iterator[StatementDone]:
        """Check a sentence; it becomes a statement, or is left out."""
        if not content_keys(written.text):  # "And so on."
            return
        if _DECLINES.match(fold(written.text)):
            self._declined = True
            return
        check = self._grounds.check(written.text, written.cited, self._model)
        if not check.missing and check.probability >= self._model.least:
            cited = tuple(sorted(self._cite(check.sentences), key=lambda citation: citation.n))
            numbers = tuple(citation.n for citation in cited)
            marks = "".join(f"[{n}]" for n in numbers)
            yield self._done(Statement(f"{written.text} {marks}", numbers), cited)
        else:
            self._dropped += 1
            if self._policy == "mark":
                text = f"{written.text} {_UNSUPPORTED[self._language]}"
                yield self._done(Statement(text, (), supported=False), ())

    @property
    def failed(self) -> str | None:
        """Why nothing came of it, by the name of its notice; None where something did."""
        if self._citations:
            return None
        return "declined" if self._declined else "unsupported" if self._dropped else "failed"

    def answer(self, extracted: Answer, *, model: str) -> Answer:
        """Put the answer together; how sure it is that the sources answer, the reading said."""
        text = " ".join(statement.text for statement in self._statements)
        short = extracted.short_answer
        strict = self._policy == "strict"
        notice = _NOTICES["dropped"][self._language].format(n=self._dropped)
        return replace(
            extracted,
            text=text,
            short_answer=short if content_keys(short) <= content_keys(text) else "",
            statements=tuple(self._statements),
            citations=tuple(self._citations.values()),
            attributions=(),
            model=model,
            notice=notice if self._dropped and strict else "",
        )

    def _done(self, statement: Statement, cited: tuple[Citation, ...]) -> StatementDone:
        self._statements.append(statement)
        return StatementDone(statement, cited)

    def _cite(self, sentences: Sequence[Sentence]) -> Iterator[Citation]:
        """Cite sentences, each under one number wherever it is cited."""
        for s in sentences:
            document = s.passage.document
            place = (document.sha256, s.start, s.end)
            if place not in self._citations:
                n = len(self._citations) + 1
                self._citations[place] = Citation(
                    n=n, document=document, start=s.start, end=s.end, quote=s.text
                )
            yield self._citations[place]
