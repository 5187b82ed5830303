"""Questions and answers as HTML. Whatever comes from outside passes through `shown`.

The page's chat takes Markdown. Each message is one HTML block without a line break, and `shown`
leaves no ASCII character in it that HTML, Markdown, LaTeX or a template could act upon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.datatypes import Answer, Citation, Statement

__all__ = ["answer_html", "notice_html", "question_html", "shown"]

_ACTIVE = re.compile(r"[\t\n\r!-/:-@\[-`{-~]")
_SHOWN_MARK = re.compile(r"&#91;(\d+)&#93;")
# HTML has no way to write these: a browser would drop or replace them as it likes.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")

_LABELS = {
    "en": {"sources": "Sources", "nearest": "Nearest passages", "page": "page"},
    "fr": {"sources": "Sources", "nearest": "Passages les plus proches", "page": "page"},
}


def shown(text: str) -> str:
    """Write foreign text so that HTML and Markdown show it, character for character.

    NUL and lone surrogates, which HTML cannot hold, become U+FFFD.

    >>> shown("<b>")
    '&#60;b&#62;'
    """
    writable = _UNWRITABLE.sub("\ufffd", text)
    return _ACTIVE.sub(lambda match: f"&#{ord(match.group())};", writable)


def question_html(question: str) -> str:
    """Give what the user typed, as text."""
    return _element("div", "question", shown(question))


def notice_html(text: str) -> str:
    """Give a message of the program's own, such as an error's."""
    return _element("div", "notice", shown(text))


def answer_html(answer: Answer) -> str:
    """Give the statements and, under them, each quote with its source; or the nearest passages.

    The words around the quotes are in the answer's language.
    """
    labels = _LABELS["fr" if answer.language == "fr" else "en"]
    short = _element("p", "short", shown(answer.short_answer)) if answer.short_answer else ""
    statements = "".join(map(_statement, answer.statements or [Statement(answer.text, ())]))
    cited = answer.nearest if answer.abstained else answer.citations
    heading = labels["nearest" if answer.abstained else "sources"]
    sources = _sources(cited, heading=heading, page=labels["page"])
    return f'<div class="answer">{short}{statements}{sources}</div>'


def _sources(citations: Iterable[Citation], *, heading: str, page: str) -> str:
    items = [_source(citation, page) for citation in citations]
    if not items:
        return ""
    return (
        f'<details class="sources" open><summary>{heading} ({len(items)})</summary>'
        f"{''.join(items)}</details>"
    )


def _source(citation: Citation, page: str) -> str:
    document = citation.document
    facts = [
        document.publisher,
        document.published,
        document.language,
        "" if citation.page is None else f"{page} {citation.page}",
    ]
    line = "".join(_element("span", "fact", shown(fact)) for fact in facts if fact)
    return (
        f'<div class="source"><div class="reference"><span class="mark">[{citation.n}]</span> '
        f"{_element('cite', 'title', shown(document.title or document.id))} "
        f'<span class="facts">{line}</span></div>'
        f"{_element('blockquote', 'quote', shown(citation.quote), document.language)}</div>"
    )


def _statement(statement: Statement) -> str:
    """Set off the statement's own marks: a source may contain a `[3]` that is none of ours."""
    own = {str(n) for n in statement.citations}

    def mark(match: re.Match[str]) -> str:
        return f'<span class="mark">{match[0]}</span>' if match[1] in own else match[0]

    return _element("p", "statement", _SHOWN_MARK.sub(mark, shown(statement.text)))


def _element(tag: str, kind: str, content: str, language: str = "") -> str:
    """Wrap escaped content; `dir` keeps its writing direction from spilling over its neighbours."""
    lang = f' lang="{shown(language)}"' if language else ""
    return f'<{tag} class="{kind}" dir="auto"{lang}>{content}</{tag}>'
