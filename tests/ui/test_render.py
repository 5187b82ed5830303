from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.datatypes import Answer, Attribution, Citation, Document, Stance, Statement
from assistant.ui.render import answer_html, draft_html, notice_html, question_html
from assistant.ui.text import shown
from assistant.ui.wording import WORDS

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
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, "an element was left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        if tag == "input":
            return
        self._open.append(dict(attrs).get("class") or tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["mark"]:
            self.links.append(data)
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


def said(source: str, stance: Stance, citation: int) -> Attribution:
    return Attribution(source=source, stance=stance, cue="", content="", citation=citation)


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
    expected = Parsed(answer_html(harmless, turn="owl", suggestions=["a"])).elements
    html = answer_html(
        answered(cited(quote, title=title, publisher=publisher, language=title), short=publisher),
        turn="owl",
        suggestions=[title],
    )
    parsed = Parsed(html)
    assert parsed.elements == expected
    texts = {"quote": quote, "title": title, "short": publisher, "statement": f"{quote} [1]"}
    for kind, text in texts.items():
        assert parsed.text[kind] == text.replace("\0", "\ufffd"), kind


@given(texts)
def test_markdown_acts_on_nothing(text: str) -> None:
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    for html in (
        question_html(text),
        notice_html(text),
        answer_html(
            answered(cited(text, title=text, publisher=text), short=text),
            turn=text,
            suggestions=[text],
        ),
        draft_html([Statement(text, (1,))], [cited(text)], tail=text, state=text),
    ):
        assert rendered.render(html) == html


def test_only_a_statements_own_marks_are_set_off() -> None:
    html = answer_html(answered(cited("As an old footnote [3] says.")))
    assert Parsed(html).links == ["[1]", "[1]"]  # in the statement, and beside its source
    assert "&#91;3&#93;" in html


def test_each_quote_stands_with_its_source() -> None:
    html = answer_html(
        answered(
            cited("Peskov denied it.", title="The call", publisher="The Owl", published="2023-08"),
            cited("Musk l’a démenti.", n=2, title="L’appel", language="fr", page=3),
        )
    )
    assert html.index("The call") < html.index("The Owl") < html.index("2023")
    assert '<blockquote class="quote" dir="auto" lang="fr">Musk l’a démenti&#46;<' in html
    assert Parsed(html).text["facts"] == "The Owl\u00a0· 2023-08fr\u00a0· page 3"
    assert "Sources (2)" in html


def test_a_source_without_title_goes_by_its_id() -> None:
    citation = cited("It rains.")
    assert Parsed(answer_html(answered(citation))).text["title"] == citation.document.id


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Nearest passages (1)"), ("fr", "Passages les plus proches (1)")],
)
def test_an_abstention_shows_the_nearest_passages(language: str, heading: str) -> None:
    answer = abstained(cited("It rains."), language=language)
    parsed = Parsed(answer_html(answer, WORDS[language]))
    assert parsed.text["statement"] == "The sources do not answer."
    assert parsed.text["summary"] == heading
    assert parsed.text["quote"] == "It rains."


def test_an_abstention_without_passages_has_no_empty_list() -> None:
    assert "details" not in answer_html(abstained())


def test_a_mark_leads_to_the_very_characters() -> None:
    citation = replace(cited("It rains."), start=12, end=21)
    html = unescape(answer_html(answered(citation)))
    digest = citation.document.sha256
    assert f"#source={citation.document.id}&sha256={digest}&start=12&end=21" in html


def test_speakers_stand_as_chips_with_stance_in_words_and_all_their_marks() -> None:
    found = [
        said("Owl", "deny", 1),
        said("Owl", "deny", 2),
        said("Fox", "confirm", 2),
        said("", "deny", 1),
    ]
    answer = replace(answered(cited("A"), cited("B", n=2)), attributions=tuple(found))
    chips = unescape(re.search(r"<ul class=.chips.*?</ul>", answer_html(answer))[0])
    assert re.sub("<[^>]*>", "", chips) == "Owl ✕ denies [1][2]Fox ✓ confirms [2]"
    assert "dément" in answer_html(answer, WORDS["fr"])


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.9, "Well supported"), (0.6, "Likely"), (0.2, "Uncertain")],
)
def test_confidence_is_said_in_words(confidence: float, words: str) -> None:
    html = unescape(answer_html(replace(answered(cited("A")), confidence=confidence)))
    assert words in html
    assert str(confidence) not in html


def test_what_was_understood_is_shown_to_be_corrected_where_it_differs() -> None:
    answer = answered(cited("A"))
    assert "understood" not in answer_html(answer, turn="owl")
    other = replace(answer, standalone="Who denied the <theft>?")
    assert "Who denied the <theft>?" in unescape(answer_html(other, turn="owl"))
    assert "understood" not in answer_html(other)  # nothing can be asked again without a turn


def test_a_vote_shows_as_pressed() -> None:
    html = answer_html(answered(cited("A")), turn="owl", vote="down")
    assert 'class="down pressed" name="down" value="owl"' in html
    assert 'class="up" name="up"' in html


def test_notice_choices_and_writer_are_shown() -> None:
    answer = replace(
        answered(cited("A")), notice="Mind this", choices=("Which owl?",), model="parrot"
    )
    html = unescape(answer_html(answer))
    assert "Mind this" in html
    assert 'name="ask" value="Which owl?"' in html
    assert "Written by parrot" in html


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["en"].keys() == WORDS["fr"].keys()


def test_what_a_model_wrote_without_support_is_marked_in_words() -> None:
    answer = answered(cited("A"))
    assert "do not say this" not in answer_html(answer)
    unsupported = replace(answer, statements=(Statement("The moon is cheese.", (), False),))
    assert "the sources do not say this" in unescape(answer_html(unsupported))
