"""An answer as a chat shows it: its text, then a footnote for each citation."""

from __future__ import annotations

import re

from assistant.datatypes import Answer, Citation

__all__ = ["closing", "defused", "without_footnotes", "written"]

_RULE = "\n\n---\n\n"

# Chats read Markdown, and documents may hold any: a space keeps `![x](http://…)`, `[x]: …` and
# `<img …>` from becoming what a browser fetches or follows.
_ACTIVE = re.compile(r"(?<=\])(?=[(\[:])|(?<=<)(?=[A-Za-z/!?])")


def defused(text: str) -> str:
    """Keep foreign text from acting as Markdown: no link, image or element comes of it.

    >>> defused("![owl](http://owl.example/steal) <img src=x>")
    '![owl] (http://owl.example/steal) < img src=x>'
    """
    return _ACTIVE.sub(" ", text)


def written(answer: Answer) -> str:
    """Write an answer with its footnotes."""
    return defused(answer.text) + closing(answer)


def closing(answer: Answer) -> str:
    """Write what follows the text of an answer: choices, a notice, the footnotes."""
    choices = "".join(f"\n- {defused(_line(choice))}" for choice in answer.choices)
    notice = f"\n\n{defused(answer.notice)}" if answer.notice else ""
    notes = "\n\n".join(_footnote(citation) for citation in answer.citations)
    return (f"\n{choices}" if choices else "") + notice + (_RULE + notes if notes else "")


def without_footnotes(text: str) -> str:
    """Give back the text of an earlier answer: what it said, not where it was from."""
    return text.partition(_RULE)[0]


def _footnote(citation: Citation) -> str:
    document = citation.document
    page = "" if citation.page is None else f"p. {citation.page}"
    link = document.uri if document.uri.startswith(("http://", "https://")) else ""
    told = (document.title or document.id, document.publisher, document.published, page, link)
    where = ", ".join(_line(part) for part in told if part)
    return defused(f"[{citation.n}] “{_line(citation.quote)}” ({where})")


def _line(text: str) -> str:
    return " ".join(text.split())
