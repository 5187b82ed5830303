"""Turns with feedback → an eval suite: what was praised or faulted becomes a test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.datatypes import Citation, Conversation, StoredTurn
from assistant.errors import InvalidInput
from assistant.library import Library
from assistant.verify import verify

__all__ = ["questions", "write_suite"]

_DESCRIPTION = """\
name = "feedback"
description = "Questions of conversations, with what the readers thought of the answers"
"""


def questions(conversations: Iterable[Conversation], library: Library) -> str:
    """Write a line of `questions.jsonl` for each turn with a vote or a comment."""
    lines = (
        json.dumps(_question(turn, conversation.turns[:n]), ensure_ascii=True)
        for conversation in conversations
        for n, turn in enumerate(conversation.turns)
        if (turn.vote or turn.comment) and not (turn.vote == "up" and verify(turn.answer, library))
    )
    return "".join(f"{line}\n" for line in lines)


def write_suite(folder: Path, asked: str, library: Library) -> int:
    """Write the suite's folder: the questions, and all documents of the library.

    Raises:
        InvalidInput: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(f"{folder}: expected an empty folder, found files: name another")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "suite.toml").write_text(_DESCRIPTION, encoding="utf-8")
    (folder / "questions.jsonl").write_text(asked, encoding="utf-8")
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(_documents(library))
    return asked.count("\n")


def _question(turn: StoredTurn, before: Sequence[StoredTurn]) -> dict[str, Any]:
    answer = turn.answer
    praised = turn.vote == "up"
    history = [earlier.answer.as_turn() for earlier in before]
    return {
        "qid": turn.id,
        "question": answer.question,
        "lang": answer.language,
        "type": {"up": "praised", "down": "faulted", None: "commented"}[turn.vote],
        # Who faults an abstention expects an answer, who praises one does not.
        "answerable": not (praised and answer.abstained),
        "answers": [answer.short_answer] if praised and answer.short_answer else [],
        "gold": [_gold(citation) for citation in answer.citations] if praised else [],
        "history": [{"question": each.question, "answer": each.answer} for each in history],
        "standalone": answer.standalone if history else "",
        # Not of the suite's form, and left aside by it: for whoever fills in the gold.
        "feedback": {"vote": turn.vote, "comment": turn.comment, "asked_at": turn.asked_at},
        "given": answer.to_dict(),
    }


def _gold(citation: Citation) -> dict[str, Any]:
    return {
        "doc_id": citation.document.sha256,  # ids may be declared twice in a library
        "start": citation.start,
        "end": citation.end,
        "text": citation.quote,
    }


def _documents(library: Library) -> Iterator[str]:
    for sha256 in dict.fromkeys(ref.sha256 for ref in library.documents()):
        document = library.document(sha256)
        ref = document.ref
        meta = {
            "publisher": ref.publisher,
            "author": ref.author,
            "date": ref.published,
            "url": ref.uri,
        }
        line = {
            "doc_id": sha256,
            "title": ref.title,
            "text": document.text,
            "lang": ref.language,
            "meta": {name: value for name, value in meta.items() if value},
        }
        yield json.dumps(line, ensure_ascii=True) + "\n"
