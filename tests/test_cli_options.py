"""Filters as they are typed."""

from __future__ import annotations

import pytest

from assistant.cli.options import parse_filters
from assistant.datatypes import Filter
from assistant.errors import InvalidInput


def test_no_filter_is_none() -> None:
    assert parse_filters([]) is None
    assert parse_filters(None) is None


def test_names_become_fields_and_the_rest_metadata() -> None:
    given = ["publisher=Le Monde", "publisher = AFP", "language=fr", "author=A=B", "document=d1"]
    given += ["from=2023-08", "to=2024", "section=economy"]
    assert parse_filters(given) == Filter(
        publisher=("Le Monde", "AFP"),
        author=("A=B",),
        language=("fr",),
        document=("d1",),
        published_from="2023-08",
        published_to="2024",
        metadata={"section": "economy"},
    )


@pytest.mark.parametrize("date", ["2024", "2024-05", "2024-05-31", "2024-05-31T12:00:00+02:00"])
def test_iso_dates_are_taken(date: str) -> None:
    assert parse_filters([f"from={date}"]) == Filter(published_from=date)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (["publisher"], "expected name=value"),
        (["publisher="], "expected name=value"),
        (["=Reuters"], "expected name=value"),
        (["from=31.05.2024"], "expected an ISO date"),
        (["to=May"], "expected an ISO date"),
        (["to=2024", "to=2025"], "expected to once, found it twice"),
        (["section=a", "section=b"], "expected section once"),
    ],
)
def test_wrong_filter_is_told(given: list[str], complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        parse_filters(given)
