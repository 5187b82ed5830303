from __future__ import annotations

from assistant.claims import tabulate
from tests.heard import heard


def test_the_table_puts_contradictions_first_and_quotes_exactly() -> None:
    said = heard(
        "Ann Lee said the owl at the zoo was tired.",
        "Bob Ray denied that the owl at the zoo was stolen.",
        "Nina Patel confirmed that the owl at the zoo was stolen.",
        published="2024-10-30",
    )
    claims = tabulate("owl zoo", said)
    assert [(row.speaker, row.stance) for row in claims.rows][-1:] != [("Bob Ray", "deny")]
    assert {row.speaker for row in claims.rows if row.contested} >= {"Bob Ray", "Nina Patel"}
    assert claims.rows[0].date == "2024-10-30"
    quotes = {row.speaker: row.citations[0].quote for row in claims.rows}
    assert quotes["Bob Ray"] == "Bob Ray denied that the owl at the zoo was stolen."
    assert claims.to_dict()["claims"][0]["citations"][0]["quote"] in quotes.values()


def test_who_speaks_of_something_else_is_not_contradicted() -> None:
    said = heard(
        "Bob Ray denied that the owl was stolen.",
        "Ann Lee said there are two boats at the zoo.",
    )
    rows = tabulate("owl zoo", said).rows
    assert len(rows) == 2
    assert not any(row.contested for row in rows)


def test_a_denial_without_words_is_of_what_was_said_before() -> None:
    said = heard("Ann Lee said the mayor hid a letter. Bob Ray called the claim untrue.")
    rows = tabulate("mayor letter", said).rows
    assert {row.speaker for row in rows if row.contested} == {"Ann Lee", "Bob Ray"}
