"""HTML of the Sources tab: drop zone, list, what became of files. What is foreign is `shown`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from assistant.datatypes import Filter
from assistant.errors import AssistantError, LibraryLocked
from assistant.ingest import Progress, SourceOutcome, SyncReport
from assistant.library import Browsed, Listed
from assistant.ui.naming import name_of, place_of
from assistant.ui.shelf import Step
from assistant.ui.text import element, shown
from assistant.ui.uploads import source_key

__all__ = ["PER_PAGE", "drop_zone", "filter_line", "listing", "step_html"]

PER_PAGE = 50
_LISTED_OUTCOMES = 200
_SIGNS = {
    **{"added": "✓", "updated": "✓", "unchanged": "="},
    **{"removed": "−", "skipped": "!", "failed": "✗"},
}


def drop_zone(words: Mapping[str, str], *, megabytes: int) -> str:
    """Give the place where files are dropped; `sources.js` makes it work."""
    kinds = words["kinds"].format(mb=megabytes)
    return (
        f'<div class="drop shelf"><p><strong>{words["drop"]}</strong> {words["drop_or"]} '
        f'<button type="button" name="files">{words["choose_files"]}</button> '
        f'<button type="button" name="folder">{words["choose_folder"]}</button></p>'
        f'<p class="kinds">{kinds}</p><ul class="uploads" aria-live="polite"></ul></div>'
    )


def listing(
    found: Browsed,
    failures: Mapping[str, str],
    words: Mapping[str, str],
    *,
    chosen: Collection[str],
    page: int,
    writable: bool,
) -> str:
    """Give the table of sources, with boxes that narrow what is asked, and what failed."""
    if not found.rows:
        return f'<div class="shelf">{_unreadable(failures, words, writable=writable)}</div>'
    heads = ["col_only", "col_title", "col_publisher", "col_date", "col_language", "col_passages"]
    names = [*(words[head] for head in heads), *([words["manage"]] if writable else [])]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_row(row, words, chosen=chosen, writable=writable) for row in found.rows)
    first = page * PER_PAGE + 1
    span = f"{first}–{first + len(found.rows) - 1}"
    caption = words["count"].format(shown=span, total=found.total)
    if found.total == 1:
        caption = words["one_source"]
    return (
        f'<div class="shelf"><table><caption aria-live="polite">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"{_pager(found, words, page=page)}{_unreadable(failures, words, writable=writable)}</div>"
    )


def _row(row: Listed, words: Mapping[str, str], *, chosen: Collection[str], writable: bool) -> str:
    ref = row.ref
    key, name = shown(ref.sha256), shown(name_of(ref))
    checked = " checked" if ref.sha256 in chosen else ""
    box = f'<input type="checkbox" value="{key}" aria-label="{words["col_only"]}: {name}"{checked}>'
    place = f"#source={shown(ref.id)}&#38;sha256={key}&#38;start=0&#38;end=1"
    link = f'<a class="open" href="{place}" dir="auto">{name}</a>'
    manage = f'aria-label="{words["manage"]}: {name}"'
    button = (
        f'<button type="button" name="manage" value="{key}" {manage}>{words["manage"]}</button>'
    )
    facts = [
        ("col_publisher", ref.publisher),
        ("col_date", ref.published[:10]),
        ("col_language", ref.language),
        ("col_passages", str(row.passages)),
    ]
    cells = "".join(
        f'<td data-label="{words[label]}" dir="auto">{shown(fact)}</td>' for label, fact in facts
    )
    end = f"<td>{button}</td>" if writable else ""
    return f'<tr><td>{box}</td><th scope="row">{link}</th>{cells}{end}</tr>'


def _pager(found: Browsed, words: Mapping[str, str], *, page: int) -> str:
    def button(name: str, at: int) -> str:
        return f'<button type="button" name="page" value="{at}">{words[name]}</button>'

    newer = button("newer", page - 1) if page else ""
    older = button("older", page + 1) if (page + 1) * PER_PAGE < found.total else ""
    return f'<p class="pager">{newer}{older}</p>' if newer or older else ""


def _unreadable(failures: Mapping[str, str], words: Mapping[str, str], *, writable: bool) -> str:
    if not failures:
        return ""
    items = ""
    for uri, reason in list(failures.items())[:_LISTED_OUTCOMES]:
        name = element("span", "name", shown(place_of(uri)))
        label = f"{words['forget']}: {shown(place_of(uri))}"
        button = (
            f'<button type="button" name="forget" value="{source_key(uri)}" aria-label="{label}">'
            f"{words['forget']}</button>"
        )
        why = element("span", "why", shown(reason.replace(uri, place_of(uri))))
        items += f"<li>{name} {why} {button if writable else ''}</li>"
    title = words["unreadable"].format(count=len(failures))
    return f'<details class="failures"><summary>{title}</summary><ul>{items}</ul></details>'


def step_html(step: Step, words: Mapping[str, str]) -> str:
    """Tell how far adding is, or what became of each file."""
    if isinstance(step, LibraryLocked):
        return f'<div role="status"><p class="problem">{words["locked"]}</p></div>'
    if isinstance(step, AssistantError):
        return f'<div role="status">{element("p", "problem", shown(str(step)))}</div>'
    if isinstance(step, Progress):
        name = shown(place_of(step.uri)) if step.uri else ""
        told = words["adding"].format(
            done=step.done, total=step.total, name=name, passages=step.passages
        )
        bar = f'<progress max="{max(step.total, 1)}" value="{step.done}" aria-hidden="true">'
        return f'<div role="status"><p>{told}</p>{bar}</progress></div>'
    return f'<div role="status">{_report(step, words)}</div>'


def _report(report: SyncReport, words: Mapping[str, str]) -> str:
    order = ("failed", "skipped", "added", "updated", "removed", "unchanged")
    outcomes = sorted(report.outcomes, key=lambda one: order.index(one.status))
    items = "".join(_outcome(one, words) for one in outcomes[:_LISTED_OUTCOMES])
    told = words["done"].format(documents=report.documents, passages=report.passages)
    return f'<p>{told}</p><ul class="outcomes">{items}</ul>'


def _outcome(outcome: SourceOutcome, words: Mapping[str, str]) -> str:
    name = place_of(outcome.uri)
    why = outcome.reason.replace(outcome.uri, name)
    reason = f" – {element('span', 'why', shown(why))}" if why else ""
    return (
        f'<li class="{outcome.status}"><span aria-hidden="true">{_SIGNS[outcome.status]}</span> '
        f"{element('span', 'name', shown(name))} {words[outcome.status]}{reason}</li>"
    )


def filter_line(filter: Filter | None, words: Mapping[str, str]) -> str:
    """Say which sources are asked, for the chat and the Sources tab."""
    if not filter:
        return ""
    told = [shown(value) for value in (*filter.publisher, *filter.language)]
    if filter.document:
        told.insert(0, words["asking_documents"].format(count=len(filter.document)))
    if filter.published_from:
        told.append(words["asking_since"].format(date=shown(filter.published_from)))
    if filter.published_to:
        told.append(words["asking_until"].format(date=shown(filter.published_to)))
    line = words["asking"].format(what=", ".join(told))
    button = f'<button type="button" name="all">{words["ask_all"]}</button>'
    return f'<p class="shelf asking" role="status">{line} {button}</p>'
