"""The assistant itself on the tiny suite, with an encoder that costs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bag_of_words import BagOfWords

from assistant import Query, ScoredPassage
from assistant.errors import InvalidInput
from assistant.retrieval import Retriever
from evals.assistant_run import digest_of, run_assistant, settings_of
from evals.options import RunOptions
from evals.run_folder import read_run
from evals.suite import Suite


def test_runs_are_the_same_and_the_index_is_made_once(suite: Suite, tmp_path: Path) -> None:
    encoder = BagOfWords()
    cache = tmp_path / "cache"
    told: list[int] = []
    for name, workers in (("a", 1), ("b", 2)):
        options = RunOptions(cache=cache, workers=workers, set_=["top=5"])
        run_assistant(
            suite,
            options,
            tmp_path / name,
            encoder=encoder,
            on_progress=lambda _, more, total: told.append(more * (total == 3)),
        )
    assert sum(told) == 6
    a, b = (tmp_path / name / "scores.csv" for name in "ab")
    assert a.read_bytes() == b.read_bytes()
    embedded = len(encoder.embedded)
    assert 0 < embedded <= 6  # each passage once: the second run found the index
    results = json.loads((tmp_path / "a" / "results.json").read_text())
    assert results["settings"]["top"] == 5
    assert results["failed"] == {}
    assert results["measures"]["verbatim"]["mean"] == 1.0
    assert results["measures"]["r_20"]["mean"] == 1.0
    assert results["measures"]["latency_p50_ms"]["n"] == 3
    assert {place.doc_id for place in read_run(tmp_path / "a").outcomes[0].response.ranking or ()}


def test_a_finished_run_is_not_asked_again(suite: Suite, tmp_path: Path) -> None:
    options = RunOptions(cache=tmp_path / "cache", limit=2)
    first = run_assistant(suite, options, tmp_path / "run", encoder=BagOfWords())
    again = run_assistant(suite, options, tmp_path / "run", encoder=BagOfWords())
    asked, taken = ([one.to_dict() for one in run.outcomes] for run in (first, again))
    assert taken == asked  # timings too
    assert "queries_per_second" in first.results["timing"]
    assert "queries_per_second" not in again.results["timing"]
    changed = RunOptions(cache=tmp_path / "cache", set_=["top=7"])
    with pytest.raises(InvalidInput, match="settings"):
        run_assistant(suite, changed, tmp_path / "run", encoder=BagOfWords())
    fresh = RunOptions(cache=tmp_path / "cache", set_=["top=7"], fresh=True)
    done = run_assistant(suite, fresh, tmp_path / "run", encoder=BagOfWords())
    assert len(done.outcomes) == 3


def test_the_ranking_is_the_answer_s_own(
    suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[int] = []
    retrieve = Retriever.retrieve

    def counted(self: Retriever, query: Query, *, limit: int) -> list[ScoredPassage]:
        limits.append(limit)
        return retrieve(self, query, limit=limit)

    monkeypatch.setattr(Retriever, "retrieve", counted)
    options = RunOptions(cache=tmp_path / "cache", set_=["top=2"])
    run = run_assistant(suite, options, tmp_path / "run", encoder=BagOfWords())
    assert limits == [2] * 4  # the first question is asked twice: once to warm up
    assert [len(one.response.ranking or ()) for one in run.outcomes] == [2] * 3


def test_a_few_questions_take_no_whole_run_s_place(
    suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    whole, few = (RunOptions(cache=tmp_path / "cache", limit=limit) for limit in (None, 1))
    run = run_assistant(suite, whole, None, encoder=BagOfWords())
    with pytest.raises(InvalidInput, match="questions '1', found one with '3'"):
        run_assistant(suite, few, run.path, encoder=BagOfWords())
    assert run_assistant(suite, few, None, encoder=BagOfWords()).path != run.path
    assert len(read_run(run.path).outcomes) == 3


def test_another_page_makes_no_other_index(tmp_path: Path) -> None:
    def digests() -> tuple[str, str]:
        return digest_of(tmp_path), digest_of(tmp_path, without=["ui", "models/reader"])

    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "page.css").write_text("a")
    (tmp_path / "passages.py").write_text("a")
    state, index = digests()
    (tmp_path / "ui" / "page.css").write_text("b")
    assert digests()[0] != state
    assert digests()[1] == index
    (tmp_path / "passages.py").write_text("b")
    assert digests()[1] != index


@pytest.mark.parametrize("pair", ["top", "top=many", "colour=blue"])
def test_settings_that_are_none_are_refused(pair: str) -> None:
    with pytest.raises(InvalidInput):
        settings_of([pair])
