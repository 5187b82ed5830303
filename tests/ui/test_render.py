from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.datatypes import Answer, Citation, Document, Statement
from assistant.ui.render import answer_html, notice_html, question_html, shown

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "${alert(1)} {{alert(1)}} `alert(1)`",
    "</div></details><script>alert(1)</script>",
    "\n\n# heading\n\n1. one\n    code\n<b>\n\n[a](javascript:alert(1)) **b** $x^2$ www.a.example",
    r"C:\new\table \u12 \x3cb>",
    "&lt;b&gt; &#60; &amp;",
    "\r\n\t \u2028 \u202eright to left\u202c \x85 \x1b",
]
texts = st.one_of(st.text(), st.sampled_from(HOSTILE))


class Parsed(HTMLParser):
    """What a browser makes of it: elements with their attributes, and text by class."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, "an element was left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self._open.append(dict(attrs).get("class") or tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for kind in self._open or [""]:
            self.text[kind] = self.text.get(kind, "") + data


def cited(quote: str, *, n: int = 1, page: int | None = None, **fields: str) -> Citation:
    ref = Document.of(quote, **fields).ref
    return Citation(n=n, document=ref, start=0, end=len(quote), quote=quote, page=page)


def answered(*citations: Citation, language: str = "en", short: str = "") -> Answer:
    statements = tuple(Statement(f"{c.quote} [{c.n}]", (c.n,)) for c in citations)
    return Answer(
        question="?",
        standalone="?",
        language=language,
        abstained=False,
        confidence=0.9,
        text=" ".join(s.text for s in statements),
        short_answer=short,
        statements=statements,
        citations=citations,
    )


def abstained(*nearest: Citation, language: str = "en") -> Answer:
    return Answer(
        question="?",
        standalone="?",
        language=language,
        abstained=True,
        confidence=0.1,
        text="The sources do not answer.",
        nearest=nearest,
    )


@given(texts)
def test_text_is_shown_character_for_character(text: str) -> None:
    parsed = Parsed(shown(text))
    assert parsed.elements == []
    assert parsed.text.get("", "") == text.replace("\0", "\ufffd")


@pytest.mark.parametrize("unwritable", ["\0", "\ud800", "\udfff"])
def test_what_html_cannot_hold_is_shown_as_the_replacement_character(unwritable: str) -> None:
    assert shown(f"a{unwritable}b") == "a\ufffdb"


@given(texts.filter(bool), texts.filter(bool), texts.filter(bool))
@example(*["<img src=x onerror=alert(1)>"] * 3)
def test_no_field_of_a_source_makes_an_element_or_an_attribute(
    quote: str, title: str, publisher: str
) -> None:
    harmless = answered(cited("a", title="a", publisher="a", language="en"), short="a")
    html = answer_html(
        answered(cited(quote, title=title, publisher=publisher, language=title), short=publisher)
    )
    parsed = Parsed(html)
    assert parsed.elements == Parsed(answer_html(harmless)).elements
    expected = {"quote": quote, "title": title, "short": publisher, "statement": f"{quote} [1]"}
    for kind, text in expected.items():
        assert parsed.text[kind] == text.replace("\0", "\ufffd"), kind


@given(texts)
def test_markdown_acts_on_nothing(text: str) -> None:
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    for html in (
        question_html(text),
        notice_html(text),
        answer_html(answered(cited(text, title=text, publisher=text))),
    ):
        assert rendered.render(html) == html


def test_only_a_statements_own_marks_are_set_off() -> None:
    html = answer_html(answered(cited("As an old footnote [3] says.")))
    assert '<span class="mark">&#91;1&#93;</span>' in html
    assert Parsed(html).text["statement"] == "As an old footnote [3] says. [1]"
    assert html.count('class="mark"') == 2  # in the statement, and beside its source


def test_each_quote_stands_with_its_source() -> None:
    html = answer_html(
        answered(
            cited("Peskov denied it.", title="The call", publisher="The Owl", published="2023-08"),
            cited("Musk l’a démenti.", n=2, title="L’appel", language="fr", page=3),
        )
    )
    assert html.index("The call") < html.index("The Owl") < html.index("2023")
    assert '<blockquote class="quote" dir="auto" lang="fr">Musk l’a démenti&#46;<' in html
    assert Parsed(html).text["facts"] == "The Owl2023-08frpage 3"
    assert "Sources (2)" in html


def test_a_source_without_title_goes_by_its_id() -> None:
    citation = cited("It rains.")
    assert Parsed(answer_html(answered(citation))).text["title"] == citation.document.id


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Nearest passages (1)"), ("fr", "Passages les plus proches (1)")],
)
def test_an_abstention_shows_the_nearest_passages(language: str, heading: str) -> None:
    parsed = Parsed(answer_html(abstained(cited("It rains."), language=language)))
    assert parsed.text["statement"] == "The sources do not answer."
    assert parsed.text["summary"] == heading
    assert parsed.text["quote"] == "It rains."


def test_an_abstention_without_passages_has_no_empty_list() -> None:
    assert "details" not in answer_html(abstained())
