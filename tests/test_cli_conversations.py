"""Conversations from the command line: kept, gone on with, shown, checked, handed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from evals.loader import load_suite
from tests.bag_of_words import BagOfWords
from tests.cli_runner import assistant

HARBOUR = "Kit Meier said on Monday that the harbour of Lorne was frozen. Ships waited for a thaw."


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_CHROMA", "off")
    (tmp_path / "harbour.txt").write_text(HARBOUR)
    with Assistant.open(tmp_path / "library", encoder=BagOfWords()) as opened:
        opened.add([tmp_path / "harbour.txt"])
        talk = opened.conversation()
        talk.ask("What did Kit Meier say of the harbour of Lorne?")
        talk.ask("And when?")
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def change(library: Path) -> None:
    (library.parent / "harbour.txt").write_text(HARBOUR.replace("Monday", "Friday"))
    with Assistant.open(library, encoder=BagOfWords()) as opened:
        opened.add([library.parent / "harbour.txt"])


def test_kept_conversations_are_listed_named_and_forgotten(library: Path) -> None:
    (one,) = assistant("conversations", "list", "--json").json
    assert (one["title"], one["turns"]) == ("What did Kit Meier say of the harbour of Lorne?", 2)
    assert assistant("conversations", "rename", one["id"][:8], "Ice").out == "Ice\n"
    listed = assistant("conversations", "list").out.splitlines()
    assert listed[0].startswith(one["id"][:8])
    assert listed[0].endswith("2 turns  Ice")
    assert listed[-1] == "1 conversations"
    assert assistant("conversations", "delete", one["id"]).out == "Deleted: Ice\n"
    assert assistant("conversations", "list", "--json").json == []
    gone = assistant("conversations", "show", one["id"])
    assert (gone.code, gone.out) == (2, "")
    assert "there is none" in gone.err


def test_another_owners_conversation_is_not_found(library: Path) -> None:
    (one,) = assistant("conversations", "list", "--json").json
    assert assistant("conversations", "list", "--owner", "kit", "--json").json == []
    assert assistant("conversations", "show", one["id"], "--owner", "kit").code == 2


def test_shown_with_the_citations_given_and_checked_when_a_source_changes(library: Path) -> None:
    (one,) = assistant("conversations", "list", "--json").json
    whole = assistant("conversations", "show", one["id"], "--json").json
    cited = [c["quote"] for turn in whole["turns"] for c in turn["answer"]["citations"]]
    assert cited
    assert assistant("conversations", "verify", one["id"], "--json").json == {
        "turns": 2,
        "problems": [],
    }
    change(library)
    ran = assistant("conversations", "verify", one["id"])
    assert ran.code == 1
    assert ", changed: " in ran.out
    shown = assistant("conversations", "show", one["id"]).out
    assert "Note: Changed since this answer: [1] " in shown
    assert all(quote in shown for quote in cited)


def test_exported_as_markdown_or_json_and_nothing_is_overwritten(library: Path) -> None:
    (one,) = assistant("conversations", "list", "--json").json
    text = assistant("conversations", "export", one["id"]).out
    assert text.startswith("# What did Kit Meier say of the harbour of Lorne?\n")
    assert "[^1]: “" in text
    file = library.parent / "talk.json"
    export = ("conversations", "export", one["id"], "--format", "json", "--output", file)
    assert assistant(*export).code == 0
    assert '"turns"' in file.read_text()
    assert "expected no file there" in assistant(*export).err


def test_feedback_becomes_a_suite(library: Path) -> None:
    (one,) = assistant("conversations", "list", "--json").json
    first, second = (t["id"] for t in assistant("conversations", "show", one["id"], "--json").json["turns"])  # fmt: skip  # noqa: E501
    assert assistant("conversations", "feedback", first, "--vote", "up").out == "Noted.\n"
    assistant("conversations", "feedback", second, "--vote", "down", "--comment", "On Friday!")
    assert "expected a TURN" in assistant("conversations", "feedback", "--vote", "up").err
    wiping = assistant("conversations", "feedback", first)
    assert (wiping.code, wiping.out) == (2, "")
    both = assistant("conversations", "feedback", first, "--vote", "up", "--output", "suite")
    assert (both.code, both.out) == (2, "")
    assert assistant("conversations", "feedback").out.count("\n") == 2
    folder = library.parent / "suite"
    assert "2 questions" in assistant("conversations", "feedback", "--output", folder).out
    praised, faulted = load_suite(folder).questions
    assert praised.gold
    assert (faulted.type, faulted.gold, len(faulted.history)) == ("faulted", (), 1)


def test_chat_is_kept_gone_on_with_and_takes_a_choice_by_its_number(demo: Assistant) -> None:
    folder = ("--library", demo.settings.library)
    ran = assistant("chat", *folder, typed="Hello!\nWho denied the Putin call?\nAnd when?\n")
    assert ran.code == 0
    assert "Understood as: And when? (Who denied the Putin call? " in ran.out
    kept = assistant("conversations", "list", *folder, "--json").json[0]
    assert (kept["title"], kept["turns"]) == ("Hello!", 3)
    assert f"Kept as {kept['id'][:8]}" in ran.err
    ran = assistant("chat", "--resume", kept["id"][:8], *folder, typed="Why?\n")
    assert "Hello! (3 turns)" in ran.err
    assert "Who denied the Putin call?" in ran.out
    typed = "Who denied the Putin call?\nWhat did he say of it?\n1\n"
    ran = assistant("chat", "--resume", "last", *folder, typed=typed)
    assert "Which of these do you mean?\n  1. What did " in ran.out
    kept = assistant("conversations", "show", kept["id"], *folder, "--json").json
    asked, chosen = kept["turns"][-2:]
    assert chosen["answer"]["question"] == asked["answer"]["choices"][0]
    assert assistant("chat", "--resume", "123456", *folder, typed="Why?\n").code == 2
