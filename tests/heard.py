"""Questions, and texts with what is said in them."""

from __future__ import annotations

from assistant.attribution import extract
from assistant.datatypes import Document, Passage, Query, ScoredPassage
from assistant.said import Said, said_in


def query(text: str, language: str = "en") -> Query:
    return Query(text=text, standalone=text, language=language)


def heard(*texts: str, language: str = "en", **fields: str) -> list[Said]:
    """What is said in texts, each a document that was found whole, the first as the best."""
    documents = [Document.of(text, language=language, **fields) for text in texts]
    ranking = [
        ScoredPassage(Passage(d.ref, 0, len(d.text), d.text), 1 - n / 10)
        for n, d in enumerate(documents)
    ]
    return said_in(ranking, {d.ref.sha256: extract(d) for d in documents})
