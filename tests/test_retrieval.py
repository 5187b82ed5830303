from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Filter, Passage
from assistant.conversation import understand
from assistant.datatypes import PassageReading, Query, SentenceReading
from assistant.retrieval import Retriever, combine, fuse
from tests.bag_of_words import BagOfWords

keys = st.integers(1, 50)
hits = st.dictionaries(keys, st.integers(0, 20).map(float), max_size=20)


def test_a_passage_that_both_searches_find_beats_the_best_of_either() -> None:
    dense, lexical = {1: 0.6, 2: 0.5, 9: 0.2}, {3: 10.0, 2: 9.0}
    combined = combine(dense, lexical, lexical_weight=1.0)
    assert [key for key, _ in combined] == [2, 1, 3, 9]
    assert dict(combined)[2] == pytest.approx(0.75 + 0.9)


def test_words_in_common_count_less_where_the_weight_is_less() -> None:
    assert [key for key, _ in combine({1: 0.6, 3: 0.5, 2: 0.3}, {2: 5.0}, lexical_weight=0.4)] == [
        1,
        3,
        2,
    ]


@given(hits, hits, st.floats(0.0, 1.0))
def test_combining_keeps_every_key_once_best_first_and_within_bounds(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    combined = combine(dense, lexical, lexical_weight=weight)
    assert sorted(key for key, _ in combined) == sorted({*dense, *lexical})
    scores = [score for _, score in combined]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + weight + 1e-9 for score in scores)


@given(hits)
def test_one_search_alone_keeps_its_order(found: dict[int, float]) -> None:
    order = sorted(found, key=lambda key: -found[key])
    for combined in (
        combine(found, {}, lexical_weight=1.0),
        combine({}, found, lexical_weight=1.0),
    ):
        assert [found[key] for key, _ in combined] == [found[key] for key in order]


@given(hits, hits, st.floats(0.0, 1.0))
def test_fusing_keeps_every_key_once_best_first_and_the_best_score(
    meant: dict[int, float], typed: dict[int, float], weight: float
) -> None:
    fused = fuse(list(meant.items()), list(typed.items()), weight=weight)
    assert sorted(key for key, _ in fused) == sorted({*meant, *typed})
    scores = [score for _, score in fused]
    assert scores == sorted(scores, reverse=True)
    assert max(scores, default=0) <= max([*meant.values(), *typed.values()], default=0) + 1e-9
    same = fuse(list(meant.items()), list(meant.items()), weight=weight)
    assert dict(same) == pytest.approx(meant)


ARTICLES = {
    "harbour": ("en", "Gazette", "The harbour froze and the ships waited for spring."),
    "pont": ("fr", "Courrier", "Le pont de la ville est fermé et le maire a démenti."),
    "bridge": ("en", "Courrier", "The bridge of the town is closed, said the mayor."),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("retrieval")
    for name, (language, publisher, text) in ARTICLES.items():
        front = f"---\nlanguage: {language}\npublisher: {publisher}\n---\n"
        (folder / f"{name}.md").write_text(front + text)
    with Assistant.open(folder / "library", encoder=BagOfWords()) as assistant:
        assistant.add([folder / f"{name}.md" for name in ARTICLES])
        yield assistant


def found(assistant: Assistant, question: str, **filters: tuple[str, ...]) -> list[str]:
    ranking = assistant.retrieve(question, filters=Filter(**filters))
    return [Path(scored.passage.document.uri).stem for scored in ranking]


def test_the_passage_that_shares_the_words_comes_first(assistant: Assistant) -> None:
    assert found(assistant, "Which ships waited in the harbour?")[0] == "harbour"
    assert found(assistant, "Le pont est-il fermé ?")[0] == "pont"


def test_both_retrievers_leave_their_scores(assistant: Assistant) -> None:
    best = assistant.retrieve("ships in the harbour")[0]
    assert {"dense", "lexical"} <= set(best.scores)


def test_a_filter_leaves_only_what_matches(assistant: Assistant) -> None:
    assert set(found(assistant, "bridge", publisher=("Courrier",))) == {"pont", "bridge"}
    assert found(assistant, "bridge", publisher=("Courrier",), language=("fr",)) == ["pont"]
    assert found(assistant, "bridge", publisher=("Nobody",)) == []


class Silent:
    """Reads, and finds that nothing answers."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        nothing = [tuple(SentenceReading(-9, span, -9) for span in p.sentences) for p in passages]
        return [PassageReading(-9, sentences) for sentences in nothing]


class Fond:
    """Reads, and holds that one word answers."""

    def __init__(self, word: str) -> None:
        self._word = word

    def read(self, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        return [
            PassageReading(9.0 if self._word in p.text else -9.0, read.sentences)
            for p, read in zip(passages, Silent().read(question, passages), strict=True)
        ]


def test_what_the_reader_holds_to_answer_rises(assistant: Assistant) -> None:
    retriever = Retriever(assistant.library, BagOfWords(), reader=Fond("bridge"))
    ranking = retriever.retrieve(understand("harbour"), limit=3)
    retriever.close()
    assert [s.score for s in ranking] == sorted((s.score for s in ranking), reverse=True)
    for scored in ranking:
        assert scored.reading is not None
        gained = scored.score - scored.scores["combined"]
        assert gained == pytest.approx(1.0 if "bridge" in scored.passage.text else 0.0, abs=0.001)


def test_a_follow_up_is_found_by_what_it_means_first_and_as_typed_too(assistant: Assistant) -> None:
    retriever = Retriever(assistant.library, BagOfWords(), reader=Silent())
    ships, bridge = "Which ships waited in the harbour?", "Who closed the bridge of the town?"
    query = Query(text=bridge, standalone=ships, language="en")
    ranking = retriever.retrieve(query, limit=3)
    names = [Path(scored.passage.document.uri).stem for scored in ranking]
    assert names[:2] == ["harbour", "bridge"]
    alone = retriever.retrieve(Query(text=ships, standalone=ships, language="en"), limit=3)
    assert ranking[1].score > {Path(s.passage.document.uri).stem: s.score for s in alone}["bridge"]
    retriever.close()


def test_the_limit_holds(assistant: Assistant) -> None:
    assert len(assistant.retrieve("the town", limit=1)) == 1


class Longest:
    def rerank(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        return [float(len(passage.text)) for passage in passages]


def test_a_reranker_has_the_last_word_and_keeps_the_old_score(assistant: Assistant) -> None:
    retriever = Retriever(
        assistant.library, assistant.encoder, reader=assistant.reader, reranker=Longest()
    )
    ranking = retriever.retrieve(understand("harbour"), limit=3)
    retriever.close()
    lengths = [len(scored.passage.text) for scored in ranking]
    assert lengths == sorted(lengths, reverse=True)
    assert all("combined" in scored.scores for scored in ranking)
