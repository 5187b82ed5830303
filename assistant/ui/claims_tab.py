"""Who says what about a topic: as a table, contradictions first, and on a timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import gradio as gr

from assistant.assistant import Assistant
from assistant.claims import Claim, Claims
from assistant.conversation import MAX_QUESTION
from assistant.datatypes import Filter
from assistant.errors import AssistantError
from assistant.ui.chips import stance_html
from assistant.ui.i18n import TRANSLATIONS
from assistant.ui.links import citation_link
from assistant.ui.problems import problem_html, sayable
from assistant.ui.render import notice_html, source_html
from assistant.ui.text import element, shown
from assistant.ui.turnstile import Turnstile
from assistant.ui.visitors import words_for

__all__ = ["build_claims", "claims_html"]

Words = Mapping[str, str]


def build_claims(assistant: Assistant, filters: gr.State, turnstile: Turnstile) -> None:
    """Make the tab's components where it is called."""

    def show(topic: str, chosen: Filter | None, request: gr.Request) -> str:
        words = words_for(request)
        try:
            with turnstile.passing():
                found = assistant.claims(topic, filters=chosen)
        except AssistantError as error:
            return problem_html(sayable(error, assistant.settings.library), words)
        return claims_html(found, words)

    gr.Markdown(TRANSLATIONS("claims_about"), elem_id="claims-about")
    with gr.Row(elem_id="claims-ask"):
        topic = gr.Textbox(
            label=TRANSLATIONS("topic"),
            placeholder=TRANSLATIONS("topic_hint"),
            max_length=MAX_QUESTION,
            elem_id="topic",
            scale=4,
        )
        button = gr.Button(TRANSLATIONS("show_claims"), variant="primary", scale=0, min_width=240)
    found = gr.Markdown(elem_id="claims", sanitize_html=True, latex_delimiters=[])
    gr.on([topic.submit, button.click], show, [topic, filters], found, api_visibility="private")


def claims_html(claims: Claims, words: Words) -> str:
    """Give the table and the timeline of what was found; each citation opens its source."""
    if not claims.rows:
        return notice_html(words["claims_none"])
    rows = _numbered(claims.rows)
    parts = [_timeline(rows, words)]
    for heading, contested in (("contested", True), ("uncontested", False)):
        some = [row for row in rows if row.contested is contested]
        if some:
            parts.insert(-1, _table(words[heading], some, words))
    return f'<div class="claims">{"".join(parts)}</div>'


def _numbered(rows: Sequence[Claim]) -> list[Claim]:
    """Number the citations through the whole table."""
    numbered, n = [], 0
    for row in rows:
        marks = tuple(replace(c, n=n + i) for i, c in enumerate(row.citations, start=1))
        numbered.append(replace(row, citations=marks))
        n += len(marks)
    return numbered


def _table(caption: str, rows: Sequence[Claim], words: Words) -> str:
    heads = "".join(
        f'<th scope="col">{shown(words[name])}</th>'
        for name in ("speaker", "stance", "date", "passages")
    )
    body = "".join(_row(row, words) for row in rows)
    return (
        f'<h3>{shown(caption)} ({len(rows)})</h3><div class="scroll"><table><thead><tr>{heads}</tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Claim, words: Words) -> str:
    title = element("span", "role", shown(row.title)) if row.title else ""
    via = f"{words['via']} {', '.join(row.via)}" if row.via else ""
    reserve = words["hedged"] if row.hedged else ""
    notes = "".join(element("span", "note", shown(note)) for note in (via, reserve) if note)
    first, *others = (source_html(citation, words) for citation in row.citations)
    passages = first
    if others:
        more = words["more"].format(count=len(others))
        passages += f"<details><summary>{shown(more)}</summary>{''.join(others)}</details>"
    return (
        f'<tr><th scope="row">{element("span", "speaker", shown(row.speaker))}{title}</th>'
        f"<td>{stance_html(row.stance, words)}{notes}</td><td>{_date(row.date, words)}</td>"
        f"<td>{passages}</td></tr>"
    )


def _timeline(rows: Sequence[Claim], words: Words) -> str:
    dated = sorted(rows, key=lambda row: (not row.date, row.date))
    items = "".join(
        f'<li class="{row.stance}">{_date(row.date, words)} '
        f"{element('span', 'speaker', shown(row.speaker))} {stance_html(row.stance, words)} "
        f"{''.join(map(citation_link, row.citations))}</li>"
        for row in dated
    )
    return f'<h3>{shown(words["timeline"])}</h3><ol class="timeline">{items}</ol>'


def _date(date: str, words: Words) -> str:
    if not date:
        return element("span", "undated", shown(words["undated"]))
    return f'<time datetime="{shown(date)}">{shown(date)}</time>'
