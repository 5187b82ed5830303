"""Questions and answers as HTML. Whatever comes from outside passes through `shown`.

What can be clicked is a link to a citation, or a button whose name is an action and whose value is
what the action needs; `page.js` carries both out. Gradio's sanitiser keeps these attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.datatypes import Answer, Citation, Statement, Vote
from assistant.ui.chips import chips_html
from assistant.ui.links import citation_link
from assistant.ui.naming import name_of
from assistant.ui.text import element, shown
from assistant.ui.wording import WORDS

__all__ = ["answer_html", "draft_html", "notice_html", "question_html", "shown"]

_SHOWN_MARK = re.compile(r"&#91;(\d+)&#93;")
_SURE, _LIKELY = 0.8, 0.5

Words = Mapping[str, str]


def question_html(question: str) -> str:
    """Give what the user typed, as text."""
    return element("div", "question", shown(question))


def notice_html(text: str) -> str:
    """Give a message of the program's own, such as an error's."""
    return element("div", "notice", shown(text))


def draft_html(
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    words: Words = WORDS["en"],
    *,
    tail: str,
    state: str,
) -> str:
    """Give an answer that is being written: what is checked, then what is not yet, then a state."""
    by_number = {citation.n: citation for citation in citations}
    done = "".join(_statement(statement, by_number, words) for statement in statements)
    rest = element("p", "statement tail", shown(tail)) if tail.strip() else ""
    return f'<div class="answer draft">{done}{rest}{element("p", "state", shown(state))}</div>'


def answer_html(
    answer: Answer,
    words: Words = WORDS["en"],
    *,
    turn: str = "",
    vote: Vote | None = None,
    suggestions: Sequence[str] = (),
) -> str:
    """Give the statements and, under them, each quote with its source; or the nearest passages.

    Args:
        words: those around the answer, in the interface's language.
        turn: its id, which the buttons for retry, edit and votes name; without it there are none.
        suggestions: questions that the sources can answer too.
    """
    by_number = {citation.n: citation for citation in answer.citations}
    speakers = {attribution.source for attribution in answer.attributions}
    tells_more = not {*answer.short_answer.split("; ")} <= speakers | {""}  # than the chips do
    short = element("p", "short", shown(answer.short_answer)) if tells_more else ""
    statements = "".join(
        _statement(statement, by_number, words)
        for statement in answer.statements or [Statement(answer.text, ())]
    )
    cited = answer.nearest if answer.abstained else answer.citations
    parts = (
        notice_html(answer.notice) if answer.notice else "",
        short,
        chips_html(answer, words),
        statements,
        _questions("choices", "", answer.choices),
        _confidence(answer, words),
        _understood(answer, words, turn),
        _sources(cited, heading=words["nearest" if answer.abstained else "sources"], words=words),
        _questions("suggestions", words["suggestions"], suggestions),
        _actions(words, turn=turn, vote=vote) if turn else "",
    )
    return f'<div class="answer" lang="{shown(answer.language)}">{"".join(parts)}</div>'


def _confidence(answer: Answer, words: Words) -> str:
    if not answer.citations:
        return ""
    sure = answer.confidence
    level = "sure" if sure >= _SURE else "likely" if sure >= _LIKELY else "unsure"
    writer = words["written_by"].format(model=answer.model) if answer.model else ""
    told = (element("span", "fact", shown(fact)) for fact in (words[level], writer) if fact)
    return f'<p class="confidence {level}">{"&#160;· ".join(told)}</p>'


def _understood(answer: Answer, words: Words, turn: str) -> str:
    """Show what was searched for where it is not what was typed, to be corrected."""
    same = answer.standalone.strip() == answer.question.strip()
    if not turn or same or answer.choices:  # these ask back already
        return ""
    return (
        f'<div class="understood"><label><span>{shown(words["understood"])}</span>'
        f'<input type="text" value="{shown(answer.standalone)}"></label>'
        f"{_button('correct', turn, words['ask_again'])}</div>"
    )


def _questions(kind: str, heading: str, questions: Sequence[str]) -> str:
    if not questions:
        return ""
    buttons = (_button("ask", question, question) for question in questions)
    items = "".join(f"<li>{button}</li>" for button in buttons)
    head = f'<p class="heading">{shown(heading)}</p>' if heading else ""
    return f'<div class="{kind}">{head}<ul>{items}</ul></div>'


def _actions(words: Words, *, turn: str, vote: Vote | None) -> str:
    buttons = (
        _button("copy", turn, words["copy"]),
        _button("retry", turn, words["retry"]),
        _button("edit", turn, words["edit"]),
        _button("up", turn, words["good"], pressed=vote == "up"),
        _button("down", turn, words["bad"], pressed=vote == "down"),
    )
    return f'<div class="actions" role="toolbar">{"".join(buttons)}</div>'


def _button(action: str, value: str, label: str, *, pressed: bool = False) -> str:
    kind = f"{action} pressed" if pressed else action
    return (
        f'<button type="button" class="{kind}" name="{action}" value="{shown(value)}" '
        f'title="{shown(label)}"><span>{shown(label)}</span></button>'
    )


def _sources(citations: Iterable[Citation], *, heading: str, words: Words) -> str:
    items = [source_html(citation, words) for citation in citations]
    if not items:
        return ""
    return (
        f'<details class="sources" open><summary>{shown(heading)} ({len(items)})</summary>'
        f"{''.join(items)}</details>"
    )


def source_html(citation: Citation, words: Words) -> str:
    """Give a quote with its mark and where it is from."""
    document = citation.document
    facts = [
        document.publisher,
        document.published,
        document.language,
        "" if citation.page is None else f"{words['page']} {citation.page}",
    ]
    line = "&#160;· ".join(element("span", "fact", shown(fact)) for fact in facts if fact)
    return (
        f'<div class="source"><div class="reference">{citation_link(citation)} '
        f"{element('cite', 'title', shown(name_of(document)))} "
        f'<span class="facts">{line}</span></div>'
        f"{element('blockquote', 'quote', shown(citation.quote), document.language)}</div>"
    )


def _statement(statement: Statement, citations: Mapping[int, Citation], words: Words) -> str:
    """Link the statement's own marks: a source may contain a `[3]` that is none of ours."""

    def mark(match: re.Match[str]) -> str:
        n = int(match[1])
        return citation_link(citations[n]) if n in own else match[0]

    own = set(statement.citations) & citations.keys()
    text = _SHOWN_MARK.sub(mark, shown(statement.text))
    if statement.supported:
        return element("p", "statement", text)
    warning = element("span", "warning", f"⚠ {shown(words['unsupported'])}")
    return element("p", "statement unsupported", f"{text} {warning}")
