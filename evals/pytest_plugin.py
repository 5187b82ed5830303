"""A pytest plugin: ``pytest --assistant-suite PATH`` runs each question of a suite as a test.

A question passes when its answer is right: it abstains where no document answers, and else cites
the gold passages (citation F1 of one half or more). The failure message explains every score.
This module is imported by every pytest run of the environment, so all else is imported when used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evals.outcome import Outcome
    from evals.suite import Question, Suite

__all__: list[str] = []


class WrongAnswer(Exception):
    """A question that was not answered rightly; the message is the explanation."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("assistant", "eval suites of source-assistant")
    group.addoption(
        "--assistant-suite",
        action="append",
        default=[],
        metavar="PATH",
        help="run the questions of this suite as tests; repeatable",
    )
    group.addoption(
        "--assistant-set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting of the assistant; repeatable",
    )
    group.addoption(
        "--assistant-answers",
        metavar="FILE",
        help="stored answers to judge, in place of asking the assistant",
    )


def pytest_configure(config: pytest.Config) -> None:
    suites = config.getoption("--assistant-suite")
    if suites and config.args_source is not pytest.Config.ArgsSource.ARGS:
        # Nothing else was asked for: not the project's own tests, then.
        config.args = list(suites)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    suites = parent.config.getoption("--assistant-suite")
    if any(path.resolve() == Path(suite).resolve() for suite in suites):
        return SuiteFolder.from_parent(parent, path=path)
    return None


class SuiteFolder(pytest.Directory):
    """A suite, and whatever answers its questions."""

    def collect(self) -> Iterator[pytest.Item]:
        for question in self.suite.questions:
            yield QuestionItem.from_parent(self, name=question.qid, question=question)

    @cached_property
    def suite(self) -> Suite:
        from evals.loader import load_suite

        return load_suite(self.path)

    @cached_property
    def judge(self) -> Callable[[Question], Outcome]:
        """Stored answers where they are given, else the assistant, opened for the session."""
        answers = self.config.getoption("--assistant-answers")
        return self._stored(Path(answers)) if answers else self._live()

    def _stored(self, answers: Path) -> Callable[[Question], Outcome]:
        from evals.outcome import score_responses
        from evals.responses import read_responses

        outcomes = score_responses(self.suite, read_responses(answers, self.suite))
        by_qid = {outcome.qid: outcome for outcome in outcomes}
        return lambda question: by_qid[question.qid]

    def _live(self) -> Callable[[Question], Outcome]:
        from evals.assistant_run import cache_folder, indexed, settings_of
        from evals.outcome import score_responses
        from evals.runner import respond

        opened = ExitStack()
        self.config.add_cleanup(opened.close)
        settings = settings_of(self.config.getoption("--assistant-set"))
        ask = opened.enter_context(indexed(self.suite, settings, cache=cache_folder()))

        def judge(question: Question) -> Outcome:
            alone = replace(self.suite, questions=(question,))
            (outcome,) = score_responses(alone, [respond(question, ask)])
            return outcome

        return judge


class QuestionItem(pytest.Item):
    """A question as a test."""

    def __init__(self, *, question: Question, **rest: Any) -> None:
        super().__init__(**rest)
        self.question = question

    def runtest(self) -> None:
        from evals.junit import explanation

        assert isinstance(self.parent, SuiteFolder)
        outcome = self.parent.judge(self.question)
        if not outcome.right:
            raise WrongAnswer(explanation(outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, WrongAnswer):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.name}: {self.question.question}"
