"""The table of who says what, from the command line."""

from __future__ import annotations

from assistant import Assistant
from tests.cli_runner import assistant as run


def test_the_table_names_speakers_with_quotes_and_contradictions_first(demo: Assistant) -> None:
    ran = run("claims", "Putin call", "--library", demo.settings.library)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0].endswith("contested")
    assert "deny: Elon Musk" in ran.out
    assert "deny: Dmitri Peskov" in ran.out or "deny: Dmitry Peskov" in ran.out


def test_each_quote_of_the_json_form_stands_in_its_document(demo: Assistant) -> None:
    ran = run("claims", "Putin call", "--library", demo.settings.library, "--json")
    cited = [citation for row in ran.json["claims"] for citation in row["citations"]]
    assert cited
    for citation in cited:
        text = demo.library.document(citation["document"]["id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_topic_that_nobody_spoke_about_has_no_rows(demo: Assistant) -> None:
    ran = run("claims", "clafoutis aux cerises", "--library", demo.settings.library)
    assert (ran.code, ran.out.strip()) == (0, "Nobody is reported to have spoken about it.")
