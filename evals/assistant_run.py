"""Running the assistant on a suite: its index cached, its answers through the public API."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import assistant
from assistant import Assistant, Done, EvidenceFound, ScoredPassage, Settings
from assistant.errors import InvalidInput, SourceError
from assistant.models.encoders import Encoder
from evals.options import RunOptions
from evals.outcome import score_responses
from evals.responses import RankedPassage
from evals.results import RunInfo
from evals.run_folder import Run, write_run, write_whole
from evals.runner import Ask, Asked, Reply, ask_all, claim, forget
from evals.suite import Question, Suite

__all__ = [
    "assistant_version",
    "cache_folder",
    "digest_of",
    "indexed",
    "opened_on",
    "ranked",
    "run_assistant",
    "settings_of",
]

INDEXING_SECONDS = 3600.0

_READY = "ready"

# The settings that decide what is in an index, and what an answer is.
_OF_AN_INDEX = frozenset({"encoder", "chroma"})
_OF_AN_ANSWER = _OF_AN_INDEX | {"reranker", "top", "llm", "support"}


_PACKAGE = Path(assistant.__file__).parent

# What is on the right of `ingest` in tests/test_architecture.py: another page makes no other index.
_AFTER_AN_INDEX = "cli conversation history integrations models/reader ui writing".split()


def run_assistant(
    suite: Suite,
    options: RunOptions,
    folder: Path | None,
    *,
    encoder: Encoder | None = None,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Run:
    """Ask the assistant all questions of a suite, score the answers, write the run.

    Args:
        folder: of the run; by default one under ``runs/`` per suite, number of questions and state
            of the assistant.
        encoder: in place of the one that the settings name.
        on_progress: told the stage, how many questions are answered now, and of how many.

    Raises:
        InvalidInput, SourceError: a setting is off, or the folder another run's; or a document.
    """
    settings = settings_of(options.set_ or ())
    plain = settings.model_dump(mode="json", include=set(_OF_AN_ANSWER))
    state = assistant_version()
    shown = replace(suite, questions=suite.questions[: options.limit])
    identity = {
        "suite": suite.sha256,
        "version": state,
        "settings": json.dumps(plain),
        "questions": str(len(shown.questions)),  # fewer would replace the answers of a whole run
    }
    folder = folder or _default_folder(identity, suite, options)
    if options.fresh:
        forget(folder)
    claim(folder, identity)
    started = time.perf_counter()
    on_progress(f"indexing {suite.name}", 0, len(shown.questions))
    with indexed(suite, settings, cache=options.cache or cache_folder(), encoder=encoder) as ask:
        index_s = time.perf_counter() - started
        on_progress(f"asking {suite.name}", 0, len(shown.questions))
        asked = ask_all(
            suite,
            ask,
            folder,
            questions=shown.questions,
            workers=options.workers,
            on_done=lambda n: on_progress(f"asking {suite.name}", n, len(shown.questions)),
        )
    timing = _timing(asked, index_s, options.workers)
    info = _info(suite, options.system, state, plain, timing)
    return write_run(folder, score_responses(shown, asked.responses), info)


def _info(
    suite: Suite, system: str, state: str, settings: dict[str, Any], timing: dict[str, float]
) -> RunInfo:
    return RunInfo(
        suite=suite.name,
        system=system,
        suite_path=str(suite.path),
        suite_sha256=suite.sha256,
        versions={"assistant": state, "python": platform.python_version()},
        settings=settings,
        timing=timing,
    )


def _default_folder(identity: dict[str, str], suite: Suite, options: RunOptions) -> Path:
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
    return Path("runs") / suite.name / f"{options.system}-{digest[:8]}"


def settings_of(overrides: Sequence[str]) -> Settings:
    """Make settings of ``key=value`` pairs; raises InvalidInput for an unknown or bad one."""
    given: dict[str, Any] = {}
    for pair in overrides:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput(f"expected key=value after --set, found {pair!r}")
        given[key.strip()] = value.strip()
    return Settings(**given)


def _timing(asked: Asked, index_s: float, workers: int) -> dict[str, float]:
    """Time what was asked now; a run that was taken over whole has no rate."""
    timing = {"index_s": round(index_s, 3), "ask_s": round(asked.seconds, 3), "workers": workers}
    if asked.asked and asked.seconds:
        timing["queries_per_second"] = round(asked.asked / asked.seconds, 3)
    return timing


@cache
def assistant_version() -> str:
    """Name the version, and by a digest of code and weights which state of it."""
    return f"{version('source-assistant')}+{digest_of(_PACKAGE)}"


@cache
def _index_version() -> str:
    return digest_of(_PACKAGE, without=_AFTER_AN_INDEX)


def digest_of(package: Path, *, without: Sequence[str] = ()) -> str:
    """Digest a package's files but those of some folders; compiled ones do not count."""
    apart = [package / name for name in without]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if any(path.is_relative_to(folder) for folder in apart):
            continue
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def cache_folder() -> Path:
    """Give the folder where indexes are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "source-assistant" / "evals"


@contextmanager
def indexed(
    suite: Suite, settings: Settings, *, cache: Path, encoder: Encoder | None = None
) -> Iterator[Ask]:
    """Open what asks the assistant on an index of the suite's documents.

    Raises:
        SourceError: a document of the suite could not be indexed.
    """
    with opened_on(suite, settings, cache=cache, encoder=encoder) as opened:
        yield _asking(opened)


@contextmanager
def opened_on(
    suite: Suite, settings: Settings, *, cache: Path, encoder: Encoder | None = None
) -> Iterator[Assistant]:
    """Open the assistant on an index of the suite's documents, made where there is none yet.

    Raises:
        SourceError: a document of the suite could not be indexed.
    """
    folder = cache / _index_key(suite, settings, encoder)
    # Another process may be indexing the same suite: then its work is waited for and used.
    settings = settings.model_copy(update={"wait": max(settings.wait, INDEXING_SECONDS)})
    with Assistant.open(folder / "library", settings=settings, encoder=encoder) as opened:
        if not (folder / _READY).exists():
            _add(opened, suite, folder)
        yield opened


def _add(opened: Assistant, suite: Suite, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    corpus = folder / "corpus.jsonl"
    lines = (document.model_dump_json() for document in suite.documents.values())
    write_whole(corpus, "".join(f"{line}\n" for line in lines))
    report = opened.add([corpus])
    if not report.ok:
        failed = report.having("failed")
        raise SourceError(
            f"expected all {len(suite.documents)} documents of {suite.name} indexed, "
            f"{len(failed)} failed: {failed[0].uri}: {failed[0].reason}"
        )
    (folder / _READY).touch()


def _asking(opened: Assistant) -> Ask:
    def ask(question: Question) -> Reply:
        started = time.perf_counter()
        ranking: Sequence[ScoredPassage] = ()  # a courtesy needs none
        for event in opened.stream(question.question, history=question.history):
            if isinstance(event, EvidenceFound):
                ranking = event.ranking
        assert isinstance(event, Done)
        elapsed_ms = 1000 * (time.perf_counter() - started)
        return Reply(event.answer, ranked(ranking), round(elapsed_ms, 3))

    return ask


def ranked(ranking: Sequence[ScoredPassage]) -> tuple[RankedPassage, ...]:
    """Give a ranking of the assistant in the evals' form."""
    return tuple(
        RankedPassage(
            doc_id=scored.passage.document.id,
            sha256=scored.passage.document.sha256,
            start=scored.passage.start,
            end=scored.passage.end,
            score=scored.score,
        )
        for scored in ranking
    )


def _index_key(suite: Suite, settings: Settings, encoder: Encoder | None) -> str:
    decisive = settings.model_dump(mode="json", include=set(_OF_AN_INDEX))
    named = {
        "corpus": suite.corpus_sha256,
        "version": _index_version(),
        "settings": decisive,
        "encoder": str(encoder.identity) if encoder else "",
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()[:16]
