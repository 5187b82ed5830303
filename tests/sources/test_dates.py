from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.sources.dates import iso_date


@pytest.mark.parametrize(
    ("text", "language", "date"),
    [
        ("2023", "", "2023"),
        ("2023-08", "", "2023-08"),
        ("2023-08-22", "", "2023-08-22"),
        ("20230822", "", "2023-08-22"),
        (" 2023-08-22T10:11:12Z ", "", "2023-08-22T10:11:12+00:00"),
        ("2023-08-22 10:11:12", "", "2023-08-22T10:11:12"),
        ("D:20230822101112+02'00'", "", "2023-08-22T10:11:12+02:00"),
        ("D:20230822101112Z", "", "2023-08-22T10:11:12+00:00"),
        ("D:20230822", "", "2023-08-22"),
        ("Tue, 22 Aug 2023 10:11:12 +0200", "", "2023-08-22T10:11:12+02:00"),
        ("22 août 2023", "fr", "2023-08-22"),
        ("22 août 2023", "", "2023-08-22"),
        ("le 1er mars 2023", "fr", "2023-03-01"),
        ("August 22, 2023", "en", "2023-08-22"),
        ("22. August 2023", "de", "2023-08-22"),
        ("22/08/2023", "", "2023-08-22"),
        ("08/22/2023", "en", "2023-08-22"),
        ("03/04/2024", "fr", "2024-04-03"),
        ("03/04/2024", "en", ""),
        ("04/04/2024", "en", "2024-04-04"),
        ("31/02/2024", "fr", ""),
        ("2023-13-45", "", ""),
        ("août 2023", "fr", ""),
        ("yesterday", "en", ""),
        ("", "", ""),
        ("D:99999999", "", ""),
    ],
)
def test_dates_become_iso(text: str, language: str, date: str) -> None:
    assert iso_date(text, language=language) == date


@given(st.dates(), st.sampled_from(["en", "fr", ""]))
def test_iso_stays_iso(day: object, language: str) -> None:
    assert iso_date(str(day), language=language) == str(day)


@settings(max_examples=25)  # dateparser takes its time
@given(st.text())
def test_anything_may_stand_where_a_date_should(text: str) -> None:
    iso_date(text)
