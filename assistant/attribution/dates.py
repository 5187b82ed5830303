"""When something was said, where the sentence tells: an ISO date, in French and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.datatypes import Span
from assistant.words import MONTHS, WEEKDAYS, fold

__all__ = ["stated_date"]

_MONTH = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s(?P<month>{_MONTH})\b\.?(?:,?\s(?P<year>\d{{4}}))?"
    rf"|\b(?P<month2>{_MONTH})\b\.?\s(?P<day2>\d{{1,2}})\b(?:,?\s(?P<year2>\d{{4}}))?"
    rf"|\b(?P<weekday>{'|'.join(WEEKDAYS)})\b|\b(?P<yesterday>yesterday|hier)\b"
)


def stated_date(text: str, span: Span, *, leaving_out: Sequence[Span], published: str) -> str:
    """Give the first date of a span as ISO 8601; empty where none is told, or not which year's.

    Args:
        leaving_out: spans whose dates tell of something else: what was said.
        published: ISO 8601 date of the document; a day without a year is the last such before it.
    """
    told = _reference(published)
    # Folding keeps the length of what a date is written with, but perhaps not of all before it.
    pieces = []
    at = span[0]
    for start, end in sorted(leaving_out):
        pieces.append(text[at:start])
        at = max(at, end)
    pieces.append(text[at : span[1]])
    found = _DATE.search(fold(" ".join(pieces)))
    return _iso(found, told) if found else ""


def _iso(found: re.Match[str], told: date | None) -> str:
    month, day = found["month"] or found["month2"], found["day"] or found["day2"]
    if month:
        year = found["year"] or found["year2"]
        years = [int(year)] if year else [told.year, told.year - 1] if told else []
        for candidate in years:
            made = _made(candidate, MONTHS[month], int(day))
            if made and (year or told is None or made <= told):
                return made.isoformat()
        return ""
    if told is None:
        return ""
    if found["yesterday"]:
        return (told - timedelta(days=1)).isoformat()
    back = (told.weekday() - WEEKDAYS[found["weekday"]]) % 7
    return (told - timedelta(days=back)).isoformat()


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # the 31st of June
        return None


def _reference(published: str) -> date | None:
    try:
        return date.fromisoformat(published[:10])
    except ValueError:  # unknown, or a year only
        return None
