"""Query + ranking → the several people of one name who may be meant, if there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.attribution.names import (
    NAME,
    POSSESSIVE,
    beginning,
    is_body,
    may_be_person,
    without_honorific,
    word_list,
)
from assistant.conversation.pronouns import names
from assistant.datatypes import Query, ScoredPassage
from assistant.words import content_keys, fold

__all__ = ["namesakes"]

_PASSAGES = 3  # of a ranking: who comes up further down is not as likely meant


class _Bearer(NamedTuple):
    """A full name in a ranking, and the documents that have it."""

    name: str
    documents: frozenset[str]


def namesakes(query: Query, ranking: Sequence[ScoredPassage]) -> tuple[str, ...]:
    """Write the question once for each person of the name in it: "Which Johnson?".

    Empty unless two or more are as likely meant: the first passages name them, and no document has
    both, as one that does tells them apart.
    """
    for name in names(query.standalone):
        called = POSSESSIVE.sub("", name)
        if not may_be_person(called):
            continue
        bearers = _bearers(called, ranking[:_PASSAGES])
        if len(bearers) > 1 and not frozenset.intersection(*(one.documents for one in bearers)):
            whole = re.compile(rf"\b{re.escape(called)}\b")
            return tuple(whole.sub(one.name, query.standalone, count=1) for one in bearers)
    return ()


def _bearers(called: str, ranking: Sequence[ScoredPassage]) -> list[_Bearer]:
    found: list[_Bearer] = []
    for scored in ranking:
        document = frozenset({scored.passage.document.sha256})
        for name in _full_names(called, scored.passage.text):
            for n, known in enumerate(found):
                if _may_be_one(known.name, name):
                    fuller = max(known.name, name, key=len)
                    found[n] = _Bearer(fuller, known.documents | document)
                    break
            else:
                found.append(_Bearer(name, document))
    return found


def _full_names(called: str, text: str) -> Iterator[str]:
    for run in NAME.finditer(text):
        _, name = without_honorific(beginning(POSSESSIVE.sub("", run[0])))
        words = name.split()
        last = len(words) > 1 and content_keys(words[-1]) == content_keys(called)
        if last and not is_body(name) and fold(words[0]) not in word_list("roles"):
            yield name


def _may_be_one(one: str, other: str) -> bool:
    """Whether two full names may be one person's: B. Johnson, Boris Johnson."""
    a, b = (fold(name.split(maxsplit=1)[0]).rstrip(".") for name in (one, other))
    return a.startswith(b) or b.startswith(a) or content_keys(a) == content_keys(b)
