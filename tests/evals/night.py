"""A tiny suite: one night in the wood, in two languages, with a copied document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.responses import Response, parse_responses
from evals.suite import Suite

OWL = "The owl denied it. The fox confirmed it. The hare slept."
HIBOU = "Le hibou a nié. Le renard a confirmé."


def span(doc_id: str, text: str, of: str = OWL) -> dict[str, Any]:
    start = of.index(text)
    return {"doc_id": doc_id, "start": start, "end": start + len(text), "text": text}


def cite(doc_id: str, text: str, of: str = OWL, **more: Any) -> dict[str, Any]:
    place = span(doc_id, text, of)
    citation = {"start": place["start"], "end": place["end"], "quote": text}
    return citation | {"document": {"id": doc_id}} | more


CORPUS: list[dict[str, Any]] = [
    {"doc_id": "owl", "title": "The owl", "text": OWL, "lang": "en"},
    {"doc_id": "hibou", "title": "Le hibou", "text": HIBOU, "lang": "fr"},
    {"doc_id": "owl-again", "title": "A copy", "text": OWL, "lang": "en"},
]

QUESTIONS: list[dict[str, Any]] = [
    {
        "qid": "who",
        "question": "Who denied it?",
        "lang": "en",
        "type": "who_said",
        "answerable": True,
        "answers": ["the owl"],
        "gold": [span("owl", "The owl denied it."), span("hibou", "Le hibou a nié.", HIBOU)],
        "also_ok": [span("owl", "The fox confirmed it.")],
        "speakers": [{"name": "the owl", "aliases": ["le hibou"]}],
        "stance": "deny",
        "history": [],
    },
    {
        "qid": "slept",
        "question": "Qui dormait ?",
        "lang": "fr",
        "type": "factoid",
        "answerable": True,
        "answers": ["the hare", "le lièvre"],
        "gold": [span("owl-again", "The hare slept.")],
        "history": [{"question": "Who denied it?", "answer": "The owl."}],
    },
    {
        "qid": "moon",
        "question": "Who flew to the moon?",
        "lang": "en",
        "type": "unanswerable",
        "answerable": False,
        "answers": [],
        "gold": [],
        "history": [],
    },
]


def write_lines(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def response(data: Mapping[str, Any], suite: Suite) -> Response:
    """Read one stored answer."""
    line = json.dumps(data).encode()
    return parse_responses([(1, line)], suite, "answers.jsonl")[data["qid"]]


WriteSuite = Callable[..., Path]
