"""JUnit XML, which CI systems show: a test per gate and a test per question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from evals.gate import Check
from evals.outcome import Outcome
from evals.run_folder import Run

__all__ = ["explanation", "junit_xml"]

# XML 1.0 has no place for most control characters, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run, checks: Sequence[Check]) -> str:
    """Write gates and questions as two test suites.

    A question that is not right is a failure with the reason; one that could not be judged, an
    error. Whether the build fails is for the gates to say, by the exit code.
    """
    root = ET.Element("testsuites", name=_clean(run.results["suite"]))
    gates = _suite(root, f"{run.results['suite']}: gates", len(checks))
    for check in checks:
        case = _case(gates, "gate", check.name)
        if not check.passed:
            _problem(case, "failure", check.figures, str(check))
    questions = _suite(root, f"{run.results['suite']}: questions", len(run.outcomes))
    for outcome in run.outcomes:
        name = f"{outcome.qid}: {outcome.question}"
        case = _case(questions, outcome.type or "question", name)
        case.set("time", f"{(outcome.response.elapsed_ms or 0) / 1000:.4f}")
        if outcome.status == "failed":
            _problem(case, "error", outcome.response.failure, explanation(outcome))
        elif not outcome.right:
            _problem(case, "failure", f"{outcome.loss}: {outcome.why}", explanation(outcome))
    for suite in (gates, questions):
        for kind in ("failure", "error"):
            suite.set(f"{kind}s", str(len(suite.findall(f"testcase/{kind}"))))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def explanation(outcome: Outcome) -> str:
    """Say in plain text what was asked, what was answered, and every score with its reason."""
    answer = outcome.answer
    given = answer.text if answer else f"(failed: {outcome.response.failure})"
    lines = [
        f"question: {outcome.question}",
        f"answer:   {given}",
        f"lost:     {outcome.loss}{f': {outcome.why}' if outcome.why else ''}",
        *(f"{n:>19} {score.value:.3f}  {score.reason}" for n, score in outcome.scores.items()),
    ]
    return "\n".join(lines)


def _suite(root: ET.Element, name: str, tests: int) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=_clean(name), tests=str(tests))


def _case(suite: ET.Element, classname: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_clean(classname), name=_clean(name))


def _problem(case: ET.Element, kind: str, message: str, text: str) -> None:
    ET.SubElement(case, kind, message=_clean(message)).text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
