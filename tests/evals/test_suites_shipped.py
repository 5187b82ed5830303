"""The project's own suites: built from their source, true to the articles, of every type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from evals.loader import load_suite
from evals.suite import SuiteDocument, SuiteError
from evals.suites.build import SUITES, build, locate, read_articles

SHIPPED = ("demo_corpus", "putin_call")
TYPES = {"who_said", "said_what", "factoid", "why_how", "multi", "follow_up", "unanswerable"}


@pytest.fixture(scope="module")
def articles() -> Mapping[str, SuiteDocument]:
    return read_articles()


@pytest.mark.parametrize("name", [*SHIPPED, "follow_ups"])
def test_the_built_files_are_up_to_date(name: str, articles: Mapping[str, SuiteDocument]) -> None:
    for file, content in build(SUITES / name / "questions.toml", articles).items():
        committed = (SUITES / name / file).read_text("utf-8")
        assert committed == content, "run `python -m evals.suites.build`"


@pytest.mark.parametrize(("name", "least"), [("demo_corpus", 80), ("putin_call", 30)])
def test_every_gold_text_is_its_slice_and_every_type_occurs_in_both_languages(
    name: str, least: int
) -> None:
    suite = load_suite(SUITES / name)  # refuses a gold text that is not its slice
    assert suite.name == name
    count = Counter((question.type, question.lang) for question in suite.questions)
    assert count.total() >= least
    assert set(count) == {(kind, lang) for kind in TYPES for lang in ("en", "fr")}
    assert min(count.values()) >= 3


@pytest.mark.parametrize("name", SHIPPED)
def test_questions_have_what_their_type_needs(name: str) -> None:
    for question in load_suite(SUITES / name).questions:
        assert bool(question.history) == (question.type == "follow_up"), question.qid
        assert bool(question.standalone) == bool(question.history), question.qid
        assert question.answerable or not (question.answers or question.speakers), question.qid
        assert question.answerable != (question.type == "unanswerable") or question.history
        if question.type == "who_said":
            assert question.speakers and question.stance and question.answers, question.qid


def test_follow_ups_need_their_history_and_change_topic_and_language() -> None:
    questions = load_suite(SUITES / "follow_ups").questions
    assert len(questions) >= 30
    assert all(q.history and q.standalone and q.gold for q in questions)
    kinds = {"ellipsis", "pronoun", "topic_switch", "language_switch"}
    assert {(q.type, q.lang) for q in questions} == {
        (k, lang) for k in kinds for lang in ("en", "fr")
    }


def test_both_suites_ask_across_languages() -> None:
    for name in SHIPPED:
        suite = load_suite(SUITES / name)
        pairs = Counter(
            (question.lang, suite.documents[span.doc_id].lang)
            for question in suite.questions
            for span in question.gold
        )
        assert {("en", "fr"), ("fr", "en")} <= set(pairs)


PAGE = {"tale": SuiteDocument(doc_id="tale", text="Le chat a dit «\xa0miaou\xa0». L’os a dit non.")}


def test_a_quote_is_found_whatever_its_typography_and_may_leave_out_its_middle() -> None:
    assert locate(("tale", "Le chat […] « miaou »."), PAGE).text == "Le chat a dit «\xa0miaou\xa0»."
    assert locate(("tale", "L'os a dit non."), PAGE).text == "L’os a dit non."


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        (("tale", "Le chien"), "found it 0 times"),
        (("tale", "a dit"), "found it 2 times"),
        (("tale", "L'os […] miaou"), "found it nowhere"),
        (("saga", "Le chat"), "expected an article of the suite, found 'saga'"),
    ],
)
def test_a_quote_that_is_missing_or_occurs_twice_is_refused(
    quote: tuple[str, str], why: str
) -> None:
    with pytest.raises(SuiteError, match=why):
        locate(quote, PAGE)


def test_a_misspelt_field_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "questions.toml"
    source.write_text('[[question]]\nid = "a"\ntype = "factoid"\nen = "?"\nfr = "?"\nanswer = []\n')
    with pytest.raises(SuiteError, match="answer"):
        build(source, PAGE)
