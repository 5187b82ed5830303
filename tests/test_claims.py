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
