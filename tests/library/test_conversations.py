from __future__ import annotations

import errno
import json
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.datatypes import Answer, Citation, DocumentRef, Statement
from assistant.errors import (
    ConversationNotFound,
    InvalidInput,
    LibraryCorrupt,
    LibraryIncompatible,
    LibraryLocked,
)
from assistant.library.conversations import ConversationStore
from assistant.library.locks import FileLock

OWL = DocumentRef(id="owl", sha256="0" * 64, title="The owl")


def answer(question: str = "Who denied it?", quote: str = "The owl denied it.") -> Answer:
    return Answer(
        question=question,
        standalone=question,
        language="en",
        abstained=False,
        confidence=0.5,
        text=f"{quote} [1]",
        statements=(Statement(f"{quote} [1]", (1,)),),
        citations=(Citation(n=1, document=OWL, start=0, end=len(quote), quote=quote),),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(tmp_path / "library")
    yield opened
    opened.close()


def test_what_was_answered_comes_back_as_it_was_given(store: ConversationStore) -> None:
    begun = store.create()
    turn = store.append(begun.id, answer())
    found = store.get(begun.id)
    assert found.turns == (turn,)
    assert found.turns[0].answer == answer()
    assert found.updated_at == turn.asked_at >= found.created_at == begun.created_at
    assert [t.question for t in found.history] == ["Who denied it?"]


def test_before_anything_is_stored_there_is_nothing_not_even_a_file(
    store: ConversationStore, tmp_path: Path
) -> None:
    assert store.list() == []
    assert store.with_feedback() == []
    with pytest.raises(ConversationNotFound, match="there is none"):
        store.get("0" * 32)
    assert not list(tmp_path.iterdir())


def test_the_list_has_the_one_asked_last_first_and_titles_by_first_questions(
    store: ConversationStore,
) -> None:
    first, second = store.create(), store.create(title="  Owls  at\nnight ")
    assert [s.title for s in store.list()] == ["Owls at night", ""]
    store.append(first.id, answer("Who\nhooted?"))
    store.append(first.id, answer("And when?"))
    assert [(s.id, s.title, s.turns) for s in store.list()] == [
        (first.id, "Who hooted?", 2),
        (second.id, "Owls at night", 0),
    ]
    assert store.get(first.id).title == "Who hooted?"


def test_a_long_first_question_is_cut_between_words(store: ConversationStore) -> None:
    begun = store.create()
    store.append(begun.id, answer("owl " * 40))
    assert store.get(begun.id).title == "owl " * 19 + "owl …"


def test_a_name_stays_until_it_is_taken_away(store: ConversationStore) -> None:
    begun = store.create()
    store.append(begun.id, answer())
    store.rename(begun.id, "Night")
    assert store.get(begun.id).title == "Night"
    store.rename(begun.id, " ")
    assert store.get(begun.id).title == "Who denied it?"
    with pytest.raises(InvalidInput, match="at most 200"):
        store.rename(begun.id, "x" * 201)


def test_a_turn_takes_the_place_of_one_and_those_behind_it(store: ConversationStore) -> None:
    begun = store.create()
    turns = [store.append(begun.id, answer(question)) for question in ("1?", "2?", "3?")]
    again = store.append(begun.id, answer("2 again?"), instead_of=turns[1].id)
    assert store.get(begun.id).turns == (turns[0], again)
    with pytest.raises(ConversationNotFound, match="No turn"):
        store.append(begun.id, answer("3 again?"), instead_of=turns[2].id)
    assert store.get(begun.id).turns == (turns[0], again)


def test_a_deleted_conversation_is_gone_with_its_turns(store: ConversationStore) -> None:
    begun = store.create()
    turn = store.append(begun.id, answer())
    store.delete(begun.id)
    assert store.list() == []
    with pytest.raises(ConversationNotFound):
        store.feedback(turn.id, "up")
    with pytest.raises(ConversationNotFound):
        store.append(begun.id, answer())


def test_an_id_may_be_shortened_where_no_other_begins_so(store: ConversationStore) -> None:
    begun = store.create()
    assert store.get(begun.id[:6]).id == begun.id
    for other in (begun.id[:5], "", "%" * 8, begun.id + "0", "\udc80" * 8):
        with pytest.raises(ConversationNotFound):
            store.get(other)


def test_what_is_one_owners_does_not_exist_for_another(store: ConversationStore) -> None:
    mine = store.create("me")
    turn = store.append(mine.id, answer(), "me")
    for other in ("you", "", "ME"):
        assert store.list(other) == []
        for forbidden in (
            lambda: store.get(mine.id, other),  # noqa: B023  # called at once
            lambda: store.append(mine.id, answer(), other),  # noqa: B023
            lambda: store.rename(mine.id, "Mine", other),  # noqa: B023
            lambda: store.delete(mine.id, other),  # noqa: B023
            lambda: store.append(mine.id, answer(), other, instead_of=turn.id),  # noqa: B023
            lambda: store.feedback(turn.id, "up", owner=other),  # noqa: B023
        ):
            with pytest.raises(ConversationNotFound):
                forbidden()
    assert store.get(mine.id, "me").turns == (turn,)


def test_feedback_replaces_what_was_noted_before(store: ConversationStore) -> None:
    mine, yours = store.create("me"), store.create("you")
    turn = store.append(mine.id, answer(), "me")
    store.append(yours.id, answer(), "you")
    store.feedback(turn.id, "down", "It was the cat.", owner="me")
    noted = store.get(mine.id, "me").turns[0]
    assert (noted.vote, noted.comment) == ("down", "It was the cat.")
    assert [c.id for c in store.with_feedback()] == [mine.id]
    assert store.with_feedback("you") == []
    store.feedback(turn.id, None, owner="me")
    assert store.with_feedback() == []
    with pytest.raises(InvalidInput, match="expected up, down or none"):
        store.feedback(turn.id, "sideways", owner="me")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="10000"):
        store.feedback(turn.id, "up", "x" * 10_001, owner="me")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.characters(codec=None), max_size=50),
    owner=st.text(st.characters(codec="utf-8"), max_size=10),
    quote=st.text(st.characters(codec=None), min_size=1, max_size=50),
)
def test_any_text_survives(store: ConversationStore, title: str, owner: str, quote: str) -> None:
    begun = store.create(owner, title)
    given = answer(quote, quote)
    store.append(begun.id, given, owner)
    assert store.get(begun.id, owner).turns[0].answer == given
    assert begun.id in {summary.id for summary in store.list(owner)}


def test_threads_do_not_lose_turns(store: ConversationStore) -> None:
    begun = store.create()

    def ask() -> None:
        for _ in range(5):
            store.append(begun.id, answer())
            assert store.get(begun.id).turns

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.get(begun.id).turns) == 20


def _append(folder: Path, id: str) -> None:
    store = ConversationStore(folder)
    for _ in range(5):
        store.append(id, answer())


def test_processes_do_not_lose_turns(store: ConversationStore, tmp_path: Path) -> None:
    begun = store.create()
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=_append, args=(tmp_path / "library", begun.id)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    _append(tmp_path / "library", begun.id)
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(store.get(begun.id).turns) == 15


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "library" / "conversations.sqlite"


def test_a_file_that_is_no_database_is_told_with_the_remedy(
    store: ConversationStore, tmp_path: Path
) -> None:
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_bytes(b"owl" * 2000)
    with pytest.raises(LibraryCorrupt, match=r"conversations or is damaged .* a copy"):
        store.list()
    with pytest.raises(LibraryCorrupt, match=r"conversations or is damaged .* a copy"):
        store.create()


def test_an_answer_that_is_none_is_told(store: ConversationStore, tmp_path: Path) -> None:
    begun = store.create()
    turn = store.append(begun.id, answer())
    store.close()
    with sqlite3.connect(file_of(tmp_path)) as connection:
        connection.execute("update turns set answer = ?", (json.dumps({"text": "hoot"}),))
    connection.close()
    with pytest.raises(LibraryCorrupt, match=f"an answer in turn {turn.id}"):
        store.get(begun.id)
    assert len(store.list()) == 1
    store.delete(begun.id)
    assert store.list() == []


def test_a_file_of_a_newer_program_is_left_alone(store: ConversationStore, tmp_path: Path) -> None:
    store.create()
    store.close()
    connection = sqlite3.connect(file_of(tmp_path))
    connection.execute("pragma user_version = 99")
    connection.close()
    for use in (store.list, store.create):
        with pytest.raises(LibraryIncompatible, match="layout 99"):
            use()


def test_who_waited_in_vain_is_told_of_no_option(
    store: ConversationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library.conversations._WAIT", 0.0)
    store.create()
    lock = FileLock(next(tmp_path.rglob("conversations.lock")))
    lock.acquire()
    try:
        with pytest.raises(LibraryLocked, match="try again") as told:
            store.create()
    finally:
        lock.release()
    assert "--wait" not in str(told.value)


def test_a_file_system_without_locks_costs_no_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    def refuses(fd: int, operation: int) -> None:
        opened.append(fd)
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuses)
    lock = FileLock(tmp_path / "lock")
    with pytest.raises(OSError, match="No locks"):
        lock.try_acquire()
    assert not lock.held
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
