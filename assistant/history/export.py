"""A conversation → Markdown with footnotes, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from assistant.answer import MARK
from assistant.datatypes import Answer, Citation, Conversation
from assistant.language import own_language

__all__ = ["to_json", "to_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&!^])")
_BLOCK = re.compile(r"^(\s*)([-+=>]|\d+[.)])", re.MULTILINE)  # what begins a list, a rule, a quote
_UNSAID = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NOTE = {"en": "Note", "fr": "Remarque"}
_SHORT = {"en": "Short answer: {}", "fr": "En bref : {}"}
_PLACE = {"en": "characters {}–{}", "fr": "caractères {}–{}"}
_PAGE = {"en": "page {}", "fr": "page {}"}


def to_json(conversation: Conversation) -> str:
    """Write all that is stored; each answer in its one JSON form."""
    text = json.dumps(conversation.to_dict(), ensure_ascii=False, indent=2)
    # A lone surrogate has no UTF-8 form.
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def to_markdown(conversation: Conversation) -> str:
    """Write questions and answers, with a footnote for each citation: quote, source and place.

    Text of sources stays text: no character of it is Markdown.
    """
    parts = [f"# {_plain(conversation.title)}"]
    notes: list[str] = []
    for turn in conversation.turns:
        answer = turn.answer
        numbers = {c.n: len(notes) + i for i, c in enumerate(answer.citations, start=1)}
        notes += (_note(numbers[c.n], c, answer.language) for c in answer.citations)
        parts += _turn(answer, numbers)
    return "\n\n".join(part for part in (*parts, *notes) if part) + "\n"


def _turn(answer: Answer, numbers: dict[int, int]) -> Iterator[str]:
    language = own_language(answer.language)
    yield f"## {_plain(answer.question)}"
    yield "".join(_marked(answer, numbers))
    if answer.short_answer:
        yield f"*{_SHORT[language].format(_plain(answer.short_answer))}*"
    if answer.notice:
        yield f"*{_NOTE[language]}: {_plain(answer.notice)}*"
    yield "\n".join(f"- {_plain(choice)}" for choice in answer.choices)


def _marked(answer: Answer, numbers: dict[int, int]) -> Iterator[str]:
    """Make footnotes of the marks of each statement; a quote's own brackets are none."""
    at = 0
    for statement in answer.statements:
        found = answer.text.find(statement.text, at)
        if found < 0:
            continue
        yield _text(answer.text[at:found])
        done = 0
        for mark in MARK.finditer(statement.text):
            n = int(mark[1])
            if n in statement.citations and n in numbers:
                yield _text(statement.text[done : mark.start()]).rstrip(" ")
                yield f"[^{numbers[n]}]"
                done = mark.end()
        yield _text(statement.text[done:])
        at = found + len(statement.text)
    yield _text(answer.text[at:])


def _note(number: int, citation: Citation, language: str) -> str:
    language = own_language(language)
    document = citation.document
    place = [_PLACE[language].format(citation.start, citation.end)]
    if citation.page:
        place.insert(0, _PAGE[language].format(citation.page))
    known = (document.title, document.publisher, document.author, document.published, document.uri)
    origin = [_plain(part) for part in known if part]
    return f"[^{number}]: “{_plain(citation.quote)}” — {', '.join([*origin, *place])}"


def _plain(text: str) -> str:
    """Put foreign text on one line."""
    return _text(" ".join(text.split()))


def _text(text: str) -> str:
    """Take from every character what Markdown would make of it; paragraphs stay."""
    safe = _SPECIAL.sub(r"\\\1", _UNSAID.sub("\N{REPLACEMENT CHARACTER}", text))
    return _BLOCK.sub(_escaped_block, safe)


def _escaped_block(found: re.Match[str]) -> str:
    sign = found[2]
    if sign[0].isdigit():
        return f"{found[1]}{sign[:-1]}\\{sign[-1]}"
    return f"{found[1]}\\{sign}"
