"""Conversations as kept with a library: gone on with, checked again, handed on, judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Assistant, Chat, Done, verify
from assistant.datatypes import Citation, Conversation, DocumentRef, Statement, StoredTurn
from assistant.errors import ConversationNotFound, InvalidInput, LibraryNotFound
from assistant.history.export import to_json, to_markdown
from assistant.library.reader import LibraryReader
from evals.loader import load_suite
from tests.bag_of_words import BagOfWords

HARBOUR = "Kit Meier said on Monday that the harbour of Lorne was frozen. Ships waited for a thaw."
QUESTION = "What did Kit Meier say of the harbour of Lorne?"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "harbour.md").write_text(f"---\ntitle: Ice\npublisher: Gazette\n---\n{HARBOUR}")
    return tmp_path / "harbour.md"


@pytest.fixture
def assistant(tmp_path: Path, source: Path) -> Iterator[Assistant]:
    with Assistant.open(tmp_path / "library", encoder=BagOfWords()) as opened:
        opened.add([source])
        yield opened


@pytest.fixture
def talk(assistant: Assistant) -> Chat:
    chat = assistant.conversation()
    assert chat.ask(QUESTION).citations
    return chat


# --- a conversation that goes on


def test_each_question_is_asked_with_the_turns_before_it_and_kept(
    assistant: Assistant, talk: Chat
) -> None:
    assert talk.ask("And when?").standalone.startswith(f"And when? ({QUESTION}")
    assert [turn.answer.question for turn in talk.turns] == [QUESTION, "And when?"]
    again = assistant.conversation(talk.id)
    assert again.turns == talk.turns
    again.ask("Why?")
    assert len(talk.turns) == 3


def test_what_is_meant_may_be_said(talk: Chat) -> None:
    answer = talk.ask("And when?", standalone="When did the ships wait?")
    assert talk.turns[-1].answer.standalone == answer.standalone == "When did the ships wait?"


def test_a_turn_is_stored_before_it_is_done_and_not_when_it_is_broken_off(
    assistant: Assistant,
) -> None:
    chat = assistant.conversation(owner="kit")
    events = chat.stream(QUESTION)
    next(events)
    events.close()
    assert (chat.id, chat.turns, assistant.conversations.list("kit")) == ("", (), [])
    for event in chat.stream(QUESTION):
        assert len(chat.turns) == isinstance(event, Done)
    with pytest.raises(InvalidInput):
        chat.ask(" ")
    assert len(chat.turns) == 1
    with pytest.raises(ConversationNotFound):
        assistant.conversation(chat.id)


def test_a_turn_that_is_asked_again_is_dropped_only_when_the_new_one_is_there(talk: Chat) -> None:
    talk.ask("And when?")
    first, second = talk.turns
    for _ in zip(range(2), talk.stream("And why?", instead_of=second.id), strict=False):
        pass
    assert talk.turns == (first, second)
    *_, last = talk.stream("And why?", instead_of=second.id)
    assert isinstance(last, Done)
    assert [turn.answer.question for turn in talk.turns] == [QUESTION, "And why?"]
    *_, last = talk.stream("And when?", instead_of=first.id)
    assert isinstance(last, Done)
    assert last.answer.standalone == "And when?"  # nothing came before it


def test_conversations_are_there_before_anything_is_added(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library", encoder=BagOfWords()) as empty:
        assert empty.conversations.list() == []
        with pytest.raises(LibraryNotFound):
            empty.conversation().ask(QUESTION)
        assert empty.conversations.list() == []


def test_a_conversation_goes_on_while_the_library_is_written(assistant: Assistant) -> None:
    with assistant.writing():
        assert assistant.conversation().ask(QUESTION).citations
    assert len(assistant.conversations.list()) == 1


# --- checked again


def test_what_still_stands_is_no_problem(assistant: Assistant, talk: Chat) -> None:
    assert assistant.conversations.verify(talk.id) == []
    stored = assistant.conversations.get(talk.id)
    assert assistant.conversations.checked(talk.id) == stored
    assert verify(stored.turns[0].answer, assistant.library) == []


def test_a_source_that_changed_is_told_and_the_citation_stays_as_given(
    assistant: Assistant, talk: Chat, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.write_text(source.read_text().replace("Monday", "Friday"))
    assistant.add([source])
    monkeypatch.delattr(LibraryReader, "documents")  # a list of all, for each citation
    problem = assistant.conversations.verify(talk.id)[0]
    assert (problem.turn_id, problem.citation, problem.kind) == (talk.turns[0].id, 1, "changed")
    assert problem.title == "Ice"
    answer = assistant.conversations.checked(talk.id).turns[0].answer
    assert answer.notice == "Changed since this answer: [1] Ice."
    assert answer.citations == talk.turns[0].answer.citations
    assert "Monday" in answer.citations[0].quote
    assert talk.turns[0].answer.notice == ""


def test_a_source_that_went_is_told_in_the_language_of_the_answer(
    assistant: Assistant, source: Path
) -> None:
    chat = assistant.conversation()
    chat.ask("Qu'a dit Kit Meier du harbour of Lorne ?")
    with assistant.writing() as library:
        library.remove([row.uri for row in library.sources()])
    assert {p.kind for p in assistant.conversations.verify(chat.id)} == {"gone"}
    answer = assistant.conversations.checked(chat.id).turns[0].answer
    assert answer.notice.startswith("Plus disponible : [1] Ice")


# --- handed on


def test_markdown_has_a_footnote_for_each_citation(assistant: Assistant, talk: Chat) -> None:
    talk.ask("And when?")
    text = assistant.conversations.export(talk.id)
    assert text.startswith(f"# {QUESTION}\n\n## {QUESTION}\n\n")
    marks = re.findall(r"(?<!\\)\[\^(\d+)\](?!:)", text)
    notes = re.findall(r"^\[\^(\d+)\]: (.+)$", text, re.MULTILINE)
    cited = [c for turn in talk.turns for c in turn.answer.citations]
    assert sorted(set(marks), key=int) == [n for n, _ in notes]
    assert len(notes) == len(cited) > 1
    for (_, note), citation in zip(notes, cited, strict=True):
        assert note.startswith(f"“{citation.quote}” — Ice, Gazette, ")
        assert note.endswith(f"characters {citation.start}–{citation.end}")


def test_json_is_all_that_is_stored(assistant: Assistant, talk: Chat) -> None:
    told = json.loads(assistant.conversations.export(talk.id, "json"))
    assert told == assistant.conversations.get(talk.id).to_dict()
    assert Answer.from_dict(told["turns"][0]["answer"]) == talk.turns[0].answer
    with pytest.raises(InvalidInput, match="expected markdown or json, found 'pdf'"):
        assistant.conversations.export(talk.id, "pdf")


def conversation(quote: str, title: str = "Ice") -> Conversation:
    cited = DocumentRef(id="owl", sha256="0" * 64, title=title)
    answer = Answer(
        question="Who?",
        standalone="Who?",
        language="en",
        abstained=False,
        confidence=0.5,
        text=f"{quote} [1]",
        statements=(Statement(f"{quote} [1]", (1,)),),
        citations=(Citation(n=1, document=cited, start=0, end=len(quote), quote=quote),),
    )
    turn = StoredTurn(id="t", asked_at="2026", answer=answer)
    return Conversation(id="c", title="Who?", created_at="", updated_at="", turns=(turn,))


def test_a_source_cannot_write_markdown_of_its_own() -> None:
    text = to_markdown(conversation("# Hoot! <b>[x](http://x)</b> [2] `a`\n\n- 1. b\n1. c", "*T*"))
    assert r"\# Hoot\! \<b\>\[x\](http://x)\</b\> \[2\] \`a\`" in text
    assert "\n\\- 1. b\n1\\. c[^1]" in text
    assert "— \\*T\\*, characters" in text


@given(st.text(st.characters(codec=None), min_size=1), st.text(st.characters(codec=None)))
def test_any_text_can_be_exported(quote: str, title: str) -> None:
    told = conversation(quote, title)
    text = to_markdown(told)
    text.encode("utf-8")
    assert re.sub(r"\\.", "", text, flags=re.DOTALL).count("[^1]") == 2
    assert json.loads(to_json(told).encode("utf-8")) == told.to_dict()


# --- judged


def test_feedback_becomes_a_suite_that_the_evals_can_load(
    assistant: Assistant, talk: Chat, tmp_path: Path
) -> None:
    conversations = assistant.conversations
    talk.ask("And when?")
    talk.ask("Why?")
    first, second, _ = talk.turns
    conversations.feedback(first.id, "up")
    conversations.feedback(second.id, "down", "It was on Friday.")
    assert conversations.write_feedback_suite(tmp_path / "suite") == 2
    praised, faulted = load_suite(tmp_path / "suite").questions
    assert (praised.qid, praised.type, praised.answerable) == (first.id, "praised", True)
    assert [span.text for span in praised.gold] == [c.quote for c in first.answer.citations]
    assert (faulted.type, faulted.gold, faulted.answerable) == ("faulted", (), True)
    assert [(t.question, t.answer) for t in faulted.history] == [(QUESTION, first.answer.text)]
    assert faulted.standalone == second.answer.standalone
    line = json.loads(conversations.feedback_suite().splitlines()[1])
    assert line["feedback"]["comment"] == "It was on Friday."
    with pytest.raises(InvalidInput, match="expected an empty folder"):
        conversations.write_feedback_suite(tmp_path / "suite")


def test_praise_for_what_no_longer_stands_is_no_test(
    assistant: Assistant, talk: Chat, source: Path
) -> None:
    assistant.conversations.feedback(talk.turns[0].id, "up")
    source.write_text(source.read_text().replace("Monday", "Friday"))
    assistant.add([source])
    assert assistant.conversations.feedback_suite() == ""


def test_praised_abstention_is_a_question_without_an_answer(assistant: Assistant) -> None:
    chat = assistant.conversation(owner="kit")
    answer = chat.ask("Combien coûte un croissant ?")
    assert answer.abstained
    assistant.conversations.feedback(chat.turns[0].id, "up", owner="kit")
    assert json.loads(assistant.conversations.feedback_suite())["answerable"] is False
    assert assistant.conversations.feedback_suite("meier") == ""
