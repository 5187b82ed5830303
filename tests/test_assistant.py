"""From a folder of sources to a cited answer, with the shipped encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import (
    Answer,
    Assistant,
    Done,
    EvidenceFound,
    Filter,
    QueryUnderstood,
    Settings,
    StatementDone,
    Token,
    Turn,
    verify,
)
from assistant.claims import Claims
from assistant.errors import InvalidInput, LibraryIncompatible, LibraryNotFound
from assistant.models.encoders import Encoder
from tests.bag_of_words import BagOfWords

FLAGSHIP = ["Who denied the Putin call?", "Qui a démenti l'appel avec Poutine ?"]


def quotes(answer: Answer) -> str:
    return " ".join(citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", FLAGSHIP)
def test_everyone_who_denied_the_call_is_named_with_the_passage(
    demo: Assistant, question: str
) -> None:
    answer = demo.ask(question)
    assert not answer.abstained
    assert "Musk a démenti" in quotes(answer)
    assert "Peskov" in quotes(answer)
    assert {"Elon Musk", "Dmitri Peskov"} <= set(answer.short_answer.split("; "))
    denials = {(a.source, answer.citations[a.citation - 1].quote) for a in answer.attributions}
    assert {"Elon Musk", "Dmitri Peskov"} <= {source for source, _ in denials}
    assert all(a.stance == "deny" and a.citation for a in answer.attributions)
    assert any("Peskov" in quote for source, quote in denials if source == "Dmitri Peskov")


@pytest.mark.parametrize("question", FLAGSHIP)
def test_a_stream_tells_the_answer_as_it_grows(demo: Assistant, question: str) -> None:
    understood, found, *told, done = demo.stream(question)
    assert isinstance(understood, QueryUnderstood)
    assert isinstance(found, EvidenceFound)
    assert isinstance(done, Done)
    assert understood.query.text == question
    assert [evidence.n for evidence in found.evidence] == [*range(1, len(found.evidence) + 1)]
    assert "".join(event.text for event in told if isinstance(event, Token)) == done.answer.text
    statements = [event for event in told if isinstance(event, StatementDone)]
    assert tuple(event.statement for event in statements) == done.answer.statements
    for event in statements:
        assert tuple(c.n for c in event.citations) == event.statement.citations


@pytest.mark.parametrize(
    "question", [*FLAGSHIP, "What happened to Starlink?", "Wer gewann den Pokal 1987?", "?!"]
)
def test_every_citation_holds(demo: Assistant, question: str) -> None:
    answer = demo.ask(question)
    assert verify(answer, demo.library) == []
    assert verify(answer.to_dict(), demo.library) == []


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many goals did Pelé score in the 1958 World Cup?", "en"),
        ("Quelle est la recette du clafoutis aux cerises ?", "fr"),
    ],
)
def test_what_the_sources_do_not_answer_is_not_answered(
    demo: Assistant, question: str, language: str
) -> None:
    answer = demo.ask(question)
    assert answer.abstained
    assert answer.language == language
    assert answer.text
    assert answer.statements == answer.citations == ()


def test_a_filter_decides_what_may_be_cited(demo: Assistant) -> None:
    for language in ("en", "fr"):
        answer = demo.ask("Who denied it?", filters=Filter(language=(language,)))
        cited = (*answer.citations, *answer.nearest)
        assert cited
        assert {citation.document.language for citation in cited} == {language}


def test_a_follow_up_is_understood_with_the_turn_before_it(demo: Assistant) -> None:
    history = [Turn("Who wrote the New Yorker article on Elon Musk?", "Ronan Farrow.")]
    alone = demo.ask("When was the funding agreed?")
    after = demo.ask("When was the funding agreed?", history=history)
    assert alone.standalone != after.standalone
    assert "Farrow" in after.standalone


def test_the_same_question_gets_the_same_answer(demo: Assistant) -> None:
    first, again = (demo.ask(FLAGSHIP[0]).to_dict() for _ in range(2))
    first.pop("timings_ms")
    again.pop("timings_ms")
    assert first == again


def test_threads_share_an_assistant(demo: Assistant) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(demo.ask, FLAGSHIP * 4))
    assert {answer.text for answer in answers} == {demo.ask(q).text for q in FLAGSHIP}


def test_no_question_is_refused(demo: Assistant) -> None:
    with pytest.raises(InvalidInput):
        demo.ask("  ")


def test_asking_before_adding_says_what_to_do(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(LibraryNotFound, match="ingest"):
        Assistant.open(tmp_path / "nothing", encoder=encoder).ask("Who?")
    assert not (tmp_path / "nothing").exists()


def test_another_encoder_is_refused_with_the_remedy(demo: Assistant) -> None:
    other = Assistant.open(demo.settings.library, encoder=BagOfWords("other"))
    with pytest.raises(LibraryIncompatible, match=r"assistant-encoder-fr-en.*other.*reembed"):
        other.ask("Who?")


def test_pages_of_a_document_are_cited(tmp_path: Path) -> None:
    # Pages come from the document, since a passage may begin on the page before.
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"doc_id": "a", "text": "No pages here. The mayor denied it."}\n')
    with Assistant.open(tmp_path / "library", encoder=BagOfWords()) as assistant:
        assistant.add([rows])
        answer = assistant.ask("Did the mayor say no?")
    assert {citation.page for citation in (*answer.citations, *answer.nearest)} == {None}


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Assistant]:
    """Two files that call their rows by the same number."""
    for name, text in [("one", "Ann Lee denied the theft."), ("two", "Bob Ray saw the theft.")]:
        (tmp_path / f"{name}.jsonl").write_text(f'{{"doc_id": "1", "text": "{text}"}}', "utf-8")
    settings = Settings(library=tmp_path / "library", chroma="off")
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add(sorted(tmp_path.glob("*.jsonl")))
        yield assistant


@pytest.mark.parametrize("question", ["Who denied the theft?", "Who sank the ferry?"])
def test_documents_of_one_id_are_cited_each_for_its_own(twins: Assistant, question: str) -> None:
    answer = twins.ask(question)
    assert {citation.document.id for citation in (*answer.citations, *answer.nearest)} == {"1"}
    assert verify(answer, twins.library) == []
    claims = twins.claims("theft")
    quotes = {row.speaker: row.citations[0].quote for row in claims.rows}
    assert quotes["Ann Lee"] == "Ann Lee denied the theft."


def test_a_table_is_of_one_state_of_the_library(
    twins: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_one_state = twins.library.consistently

    def and_then_one_leaves(read: Callable[[], Claims]) -> Claims:
        found = read_in_one_state(read)
        with twins.writing() as library:
            library.remove([row.uri for row in library.sources() if row.uri.endswith("one.jsonl")])
        return found

    monkeypatch.setattr(twins.library, "consistently", and_then_one_leaves)
    assert "Ann Lee" in {row.speaker for row in twins.claims("theft").rows}
