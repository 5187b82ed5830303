"""Answers, as they left the program → does every citation still hold, to the character?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.datatypes import Answer, Citation
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.library import Library

__all__ = ["CitationProblem", "verify"]


@dataclass(frozen=True, slots=True)
class CitationProblem:
    """A citation that does not hold: what was expected, what was found."""

    citation: int
    document: str
    reason: str


def verify(answer: Answer | Mapping[str, Any], library: Library) -> list[CitationProblem]:
    """Check every citation of an answer against the library; an empty list means that all hold.

    Args:
        answer: an answer, or its JSON form (further keys such as `qid` are ignored).

    Raises:
        InvalidInput: not the JSON form of an answer.
    """
    if not isinstance(answer, Answer):
        known = {name: answer[name] for name in Answer.__dataclass_fields__ if name in answer}
        try:
            answer = Answer.from_dict(known)
        except (KeyError, TypeError) as error:
            raise InvalidInput(
                f"The JSON form of an answer was expected, found: {error}"
            ) from error
    cited = (*answer.citations, *answer.nearest)
    numbers = {citation.n for citation in answer.citations}
    problems = [
        CitationProblem(n, "", "a statement cites a number that the answer does not list")
        for statement in answer.statements
        for n in statement.citations
        if n not in numbers
    ]
    return problems + [problem for citation in cited for problem in _check(citation, library)]


def _check(citation: Citation, library: Library) -> Iterator[CitationProblem]:
    def problem(reason: str) -> CitationProblem:
        return CitationProblem(citation.n, citation.document.id, reason)

    try:
        document = library.document(citation.document.sha256)
    except InvalidInput:
        yield problem(f"no document with SHA-256 {citation.document.sha256} is in the library")
        return
    start, end = citation.start, citation.end
    if not (isinstance(start, int) and isinstance(end, int)):  # JSON may hold anything there
        yield problem(f"expected whole numbers of characters, found [{start!r}, {end!r})")
    elif not 0 <= start < end <= len(document.text):
        yield problem(f"[{start}, {end}) is not within the {len(document.text)} characters")
    elif document.text[start:end] != citation.quote:
        yield problem(f"the text at [{start}, {end}) is {document.text[start:end]!r}")
