"""Dates as people and formats write them → ISO 8601."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

__all__ = ["iso_date"]

_PARTIAL = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")
_PDF = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{6})?([+\-Z])?(\d{2})?'?(\d{2})?'?")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_LANGUAGES = ["en", "fr", "de", "es", "it", "pt", "nl"]


def iso_date(text: str, *, language: str = "") -> str:
    """Write a date in ISO 8601, as exactly as it is given; empty where it cannot be told.

    Between ``03/04/2024`` of March and of April, the language decides; in English nothing does.

    >>> iso_date("22 août 2023"), iso_date("D:20230822101112+02'00'"), iso_date("03/04/2024")
    ('2023-08-22', '2023-08-22T10:11:12+02:00', '')
    """
    text = text.strip()
    if _PARTIAL.fullmatch(text):
        return text
    for parse in (_iso, _pdf, _mail):
        if found := parse(text):
            return found
    if numeric := _NUMERIC.fullmatch(text):
        return _day_month(*map(int, numeric.groups()), day_first=language not in ("", "en"))
    return _written(text, language)


def _iso(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return moment.date().isoformat() if len(text) <= 10 else moment.isoformat()


def _pdf(text: str) -> str:
    match = _PDF.fullmatch(text)
    if not match:
        return ""
    year, month, day, clock, sign, hours, minutes = match.groups()
    if not clock:
        return _iso("-".join(filter(None, (year, month, day)))) if day else ""
    zone = f"{sign}{hours}{minutes or '00'}" if hours else "+0000" if sign else ""
    return _iso(f"{year}{month}{day}T{clock}{zone}")


def _mail(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        return ""


def _day_month(first: int, second: int, year: int, *, day_first: bool) -> str:
    if first == second or first > 12 or (day_first and second <= 12):
        day, month = first, second
    elif second > 12:
        month, day = first, second
    else:
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _written(text: str, language: str) -> str:
    """Parse a date written in words; one without its day is none."""
    if not re.search(r"\d{4}", text) or len(text) > 60:
        return ""
    import dateparser

    settings = {"PARSERS": ["absolute-time"], "STRICT_PARSING": True}
    languages = [language] if language in _LANGUAGES else _LANGUAGES
    moment: datetime | None = dateparser.parse(text, languages=languages, settings=settings)
    if moment is None:
        return ""
    return moment.isoformat() if re.search(r"\d[:h]\d", text) else moment.date().isoformat()
