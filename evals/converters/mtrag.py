"""MTRAG's generation tasks: conversations, the passages an answer rests on, human rewrites.

A task holds the turns so far and its reference passages, each of which becomes a document that is
gold as a whole. Turns that need no source (small talk) are left out and noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from assistant.datatypes import Turn
from evals.converters.writing import Converted
from evals.loader import read_lines, read_record
from evals.suite import GoldSpan, Question, Record, SuiteDocument

__all__ = ["convert_mtrag"]


class _Said(Record):
    speaker: str
    text: str


class _Context(Record):
    document_id: str
    text: str
    title: str = ""


class _Target(Record):
    text: str


class _Task(Record):
    task_id: str
    input: tuple[_Said, ...]
    targets: tuple[_Target, ...] = ()
    contexts: tuple[_Context, ...] = ()
    answerability: tuple[str, ...] = ()
    capital_answerability: tuple[str, ...] = Field(default=(), alias="Answerability")
    question_type: tuple[str, ...] | float = Field(default=(), alias="Question Type")


class _Rewrite(Record):
    id: str = Field(default="", alias="_id")
    qid: str = ""
    rewrite: str = ""
    text: str = ""


def convert_mtrag(tasks: Path, rewrites: Path | None = None) -> Converted:
    """Convert a file of tasks, and the standalone questions where given.

    Raises:
        SuiteError: a line is not of the form.
    """
    standalone = _standalone(rewrites) if rewrites else {}
    documents: dict[str, SuiteDocument] = {}
    questions: list[Question] = []
    notes: list[str] = []
    for number, line in read_lines(tasks):
        task = read_record(_Task, line, f"{tasks}:{number}")
        kinds = task.answerability or task.capital_answerability
        *before, turn = task.input
        if "CONVERSATIONAL" in kinds or turn.speaker != "user":
            notes.append(f"{task.task_id}: no question to the sources: left out")
            continue
        for context in task.contexts:
            documents.setdefault(
                context.document_id,
                SuiteDocument(
                    doc_id=context.document_id, title=context.title, text=context.text, lang="en"
                ),
            )
        answerable = "UNANSWERABLE" not in kinds and bool(task.contexts)
        names = dict.fromkeys(context.document_id for context in task.contexts)
        questions.append(
            Question(
                qid=task.task_id,
                question=turn.text,
                lang="en",
                type=_first(task.question_type),
                answerable=answerable,
                answers=tuple(target.text for target in task.targets) if answerable else (),
                gold=tuple(GoldSpan(doc_id=name) for name in names) if answerable else (),
                history=_turns(before),
                standalone=standalone.get(_key(task.task_id), ""),
            )
        )
    return Converted(list(documents.values()), questions, notes)


def _turns(said: list[_Said]) -> tuple[Turn, ...]:
    """Pair what the user asked with what was answered; the last of several answers counts."""
    turns: list[Turn] = []
    for one in said:
        if one.speaker == "user":
            turns.append(Turn(one.text, ""))
        elif turns:
            turns[-1] = Turn(turns[-1].question, one.text)
    return tuple(turns)


def _standalone(path: Path) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for number, line in read_lines(path):
        rewrite = read_record(_Rewrite, line, f"{path}:{number}")
        text = (rewrite.rewrite or rewrite.text).removeprefix("|user|:").strip()
        found[_key(rewrite.id or rewrite.qid)] = text
    return found


def _key(name: str) -> str:
    """Make one of the two ways in which the files write a turn's name."""
    return name.replace("<::>", "::")


def _first(kinds: tuple[str, ...] | float) -> str:
    return kinds[0] if isinstance(kinds, tuple) and kinds else ""
