"""Who says what in each document, as the extractor of attributions found it, with its version.

Derived from the texts: extracted anew, without embedding anything, when the extractor changes.
Spans are stored and words cut out of the text, so what is read is what stands there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from assistant.datatypes import Attribution, Span
from assistant.library.catalog import chunks
from assistant.library.schema import VISIBLE, documents, extractions, in_state

__all__ = ["read", "unextracted", "write"]


def unextracted(connection: Connection, extractor: int, state: str) -> list[int]:
    """List the documents in a state whose attributions this version of the extractor has not made.

    The keys are ascending.
    """
    done = (
        select(extractions.c.document)
        .where(extractions.c.document == documents.c.key, extractions.c.extractor == extractor)
        .exists()
    )
    statement = select(documents.c.key).where(in_state(state), ~done)
    return sorted(connection.execute(statement).scalars())


def write(
    connection: Connection, extractor: int, found: Mapping[int, Sequence[Attribution]]
) -> None:
    """Write the attributions of documents, in place of those of older extractors."""
    for part in chunks(list(found)):
        connection.execute(extractions.delete().where(extractions.c.document.in_(part)))
    rows = [
        {"document": key, "extractor": extractor, "attributions": json.dumps([*map(_row, made)])}
        for key, made in found.items()
    ]
    if rows:
        connection.execute(extractions.insert(), rows)


def read(connection: Connection, sha256s: Sequence[str]) -> dict[str, tuple[Attribution, ...]]:
    """Read the attributions of visible documents, by digest; empty where there are none."""
    found: dict[str, tuple[Attribution, ...]] = {}
    for part in chunks(list(dict.fromkeys(sha256s))):
        statement = (
            select(documents.c.sha256, documents.c.text, extractions.c.attributions)
            .join(extractions, extractions.c.document == documents.c.key)
            .where(documents.c.sha256.in_(part), in_state(VISIBLE))
        )
        for row in connection.execute(statement):
            text = row.text.decode("utf-8", "surrogatepass")
            made = tuple(_attribution(item, text) for item in json.loads(row.attributions))
            found[row.sha256] = made
    return {sha256: found.get(sha256, ()) for sha256 in sha256s}


def _row(attribution: Attribution) -> dict[str, Any]:
    return {
        "source": attribution.source,
        "title": attribution.title,
        "stance": attribution.stance,
        "via": attribution.via,
        "hedged": attribution.hedged,
        "date": attribution.date,
        "span": attribution.span,
        "source_span": attribution.source_span,
        "cue_spans": attribution.cue_spans,
        "content_spans": attribution.content_spans,
    }


def _attribution(row: dict[str, Any], text: str) -> Attribution:
    cue, content = _spans(row.pop("cue_spans")), _spans(row.pop("content_spans"))
    where, source = tuple(row.pop("span")), row.pop("source_span")
    via = tuple(row.pop("via"))
    return Attribution(
        **row,
        via=via,
        span=(where[0], where[1]),
        source_span=None if source is None else (source[0], source[1]),
        cue=" ".join(text[start:end] for start, end in cue),
        content=" […] ".join(text[start:end] for start, end in content),
        cue_spans=cue,
        content_spans=content,
    )


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in pairs)
