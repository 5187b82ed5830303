"""The conversations of a library, and whether what they cite still stands there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.datatypes import Answer, Citation, Conversation, StoredTurn
from assistant.errors import InvalidInput
from assistant.history.export import to_json, to_markdown
from assistant.history.feedback import questions, write_suite
from assistant.language import own_language
from assistant.library import Library
from assistant.library.conversations import ConversationStore
from assistant.verify import verify

__all__ = ["Conversations", "TurnProblem"]

_TOLD = {
    "en": {"changed": "Changed since this answer: {}.", "gone": "No longer there: {}."},
    "fr": {"changed": "Modifié depuis cette réponse : {}.", "gone": "Plus disponible : {}."},
}


@dataclass(frozen=True, slots=True)
class TurnProblem:
    """A citation of a stored answer that no longer holds."""

    turn_id: str
    citation: int
    """Its number in the answer."""
    document: str
    """The document's id."""
    title: str
    kind: Literal["changed", "gone"]
    reason: str


class Conversations(ConversationStore):
    """The conversations of a library. Safe to share between threads and processes.

    >>> conversations = assistant.conversations  # doctest: +SKIP
    >>> for summary in conversations.list():  # doctest: +SKIP
    ...     print(summary.title, summary.turns)
    """

    def __init__(self, folder: Path, library: Callable[[], Library]) -> None:
        super().__init__(folder)
        self._library = library

    def verify(self, id: str, owner: str = "") -> list[TurnProblem]:
        """Hold every citation of a conversation against the library, to the character.

        Raises:
            ConversationNotFound, LibraryNotFound.
        """
        conversation = self.get(id, owner)
        library = self._library()
        return [p for turn in conversation.turns for p in _problems(turn, library)]

    def checked(self, id: str, owner: str = "") -> Conversation:
        """Read a conversation whose answers say which of their sources changed or went since.

        The answers are those that were given, with a sentence in their language added to `notice`.
        Raises as `verify` does.
        """
        conversation = self.get(id, owner)
        library = self._library()
        turns = (
            replace(turn, answer=_noted(turn.answer, _problems(turn, library)))
            for turn in conversation.turns
        )
        return replace(conversation, turns=tuple(turns))

    def export(self, id: str, format: str = "markdown", *, owner: str = "") -> str:
        """Write a conversation as Markdown with a footnote a citation, or as JSON.

        Raises:
            InvalidInput: no such format.
            ConversationNotFound: as `get` does.
        """
        if format not in {"markdown", "json"}:
            raise InvalidInput(f"format: expected markdown or json, found {format!r}")
        conversation = self.get(id, owner)
        return to_json(conversation) if format == "json" else to_markdown(conversation)

    def feedback_suite(self, owner: str | None = None) -> str:
        """Make questions of an eval suite (`questions.jsonl`) of the turns with feedback.

        A praised answer's citations become gold; a faulted one comes without, to be filled in.
        Gold that no longer stands in the library is left out, with its question.

        Args:
            owner: whose; everybody's where none is given.
        """
        return questions(self.with_feedback(owner), self._library())

    def write_feedback_suite(self, folder: Path, owner: str | None = None) -> int:
        """Write a whole suite, with the library's documents; the number of questions in it.

        Raises:
            InvalidInput: the folder holds something already.
        """
        return write_suite(folder, self.feedback_suite(owner), self._library())


def _problems(turn: StoredTurn, library: Library) -> list[TurnProblem]:
    cited = {c.n: c for c in (*turn.answer.nearest, *turn.answer.citations)}
    return [
        TurnProblem(
            turn.id,
            problem.citation,
            problem.document,
            cited[problem.citation].document.title,
            _kind(cited[problem.citation], library),
            problem.reason,
        )
        for problem in verify(turn.answer, library)
        if problem.citation in cited
    ]


def _kind(citation: Citation, library: Library) -> Literal["changed", "gone"]:
    """Tell whether another text is where the cited one was."""
    cited = citation.document
    return "changed" if library.holds(id=cited.id, uri=cited.uri) else "gone"


def _noted(answer: Answer, problems: list[TurnProblem]) -> Answer:
    told = _TOLD[own_language(answer.language)]
    sentences = [answer.notice] if answer.notice else []
    for kind, sentence in told.items():
        found = dict.fromkeys(
            f"[{problem.citation}] {problem.title or problem.document}"
            for problem in problems
            if problem.kind == kind
        )
        if found:
            sentences.append(sentence.format("; ".join(found)))
    return replace(answer, notice=" ".join(sentences))
