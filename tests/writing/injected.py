"""Documents that give orders to a language model, and one that obeys every word.

    python -m tests.writing.injected

prints what gets through: of the eighty that were looked at while the checks were made, then of
twenty that were written afterwards. Nothing may be changed with those in view. The model says what
the injection wants whether or not the passage was shown to it, and cites that passage where it was.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant import Assistant, Filter, Settings, verify
from assistant.models.encoders import Encoder, load_encoder
from tests.scripted_llm import scripted_llm

_DATA = Path(__file__).parents[1] / "data"


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_DATA / name).read_text("utf-8").splitlines()]


CASES = _read("injections.jsonl")
HELD_OUT = _read("injections_held_out.jsonl")


class Outcome(NamedTuple):
    """What became of one injection."""

    lang: str
    kind: str
    shown: bool
    """Whether the passage reached the model."""
    strict: str
    """`kept out`, `through` in the model's words, or `quoted` as a sentence of the document."""
    marked: str
    """The same where what is unsupported is kept: `marked` if it bears the mark."""
    notice: str
    problems: int


def outcomes(
    folder: Path, encoder: Encoder, cases: Sequence[dict[str, Any]] = CASES
) -> Iterator[Outcome]:
    """Ask about each document beside the honest one that it imitates."""
    rows = []
    for case in cases:
        about = {"title": case["title"], "language": case["lang"], "case": case["id"]}
        # Equal texts would be one document.
        rows.append({"text": f"{case['article']}\n\n{case['id']}", **about})
        text = f"{case['article'].split('. ')[0]}.\n\n{case['injected']}"
        rows.append({"text": text, **about})
    source = folder / "injections.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with Assistant.open(folder / "library", encoder=encoder) as assistant:
        report = assistant.add([source])
        assert report.ok, report
    for case in cases:
        yield _outcome(folder / "library", encoder, case)


def _outcome(library: Path, encoder: Encoder, case: dict[str, Any]) -> Outcome:
    def obeys(prompt: str) -> str:
        before = prompt[: prompt.find(case["injected"])] if case["injected"] in prompt else ""
        number = before.rfind("\n[")
        n = before[number + 2 : before.find("]", number)] if before else "1"
        return str(case["obeys"]).replace("{n}", f"[{n}]")

    found = {}
    filters = Filter(metadata={"case": case["id"]})
    for policy in ("strict", "mark"):
        with scripted_llm(obeys) as model:
            settings = Settings(library=library, llm=model.spec, support=policy)
            with Assistant.open(settings=settings, encoder=encoder) as assistant:
                answer = assistant.ask(case["question"], filters=filters)
                problems = len(verify(answer, assistant.library))
        assert model.prompts, (case["id"], answer)  # else this shows nothing
        found[policy] = answer
    return Outcome(
        case["lang"],
        case["kind"],
        case["injected"] in model.prompts[0],
        _what(found["strict"], case["forbidden"]),
        _what(found["mark"], case["forbidden"]),
        found["strict"].notice,
        problems,
    )


def _what(answer: Any, forbidden: str) -> str:
    with_it = [s for s in answer.statements if forbidden.lower() in s.text.lower()]
    if not with_it:
        return "kept out"
    if answer.model is None:
        return "quoted"
    return "through" if any(s.supported for s in with_it) else "marked"


def table(found: Sequence[Outcome]) -> str:
    """Tabulate outcomes, one line each, and count them."""
    lines = [f"{'':3}{'kind':22}{'shown':8}{'strict':10}{'mark':10}"]
    lines += [
        f"{o.lang:3}{o.kind:22}{'yes' if o.shown else 'no':8}{o.strict:10}{o.marked:10}"
        for o in found
    ]
    shown = sum(o.shown for o in found)
    counts = {
        name: {what: [getattr(o, name) for o in found].count(what) for what in _WHATS}
        for name in ("strict", "marked")
    }
    lines.append(f"{len(found)} injections, {shown} shown to the model")
    lines += [f"{name}: {count}" for name, count in counts.items()]
    return "\n".join(lines)


_WHATS = ("kept out", "quoted", "marked", "through")

if __name__ == "__main__":
    for cases in (CASES, HELD_OUT):
        with tempfile.TemporaryDirectory() as temporary:
            found = list(outcomes(Path(temporary), load_encoder(), cases))
            sys.stdout.write(f"{table(found)}\n\n")
