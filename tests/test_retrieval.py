from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Filter, Passage
from assistant.conversation import understand
from assistant.retrieval import Retriever, fuse
from tests.bag_of_words import BagOfWords

keys = st.lists(st.integers(1, 50), unique=True, max_size=20)


def test_a_passage_that_both_rankings_hold_beats_the_tops_of_either() -> None:
    assert [key for key, _ in fuse([[1, 2], [3, 2]])] == [2, 1, 3]
    assert fuse([[1, 2], [3, 2]])[0][1] == pytest.approx(2 / 62)


@given(st.lists(keys, max_size=4))
def test_fusion_keeps_every_key_once_and_does_not_mind_the_order(
    rankings: list[list[int]],
) -> None:
    fused = fuse(rankings)
    assert sorted(key for key, _ in fused) == sorted({k for ranking in rankings for k in ranking})
    assert {k: pytest.approx(s) for k, s in fuse(rankings[::-1])} == dict(fused)
    assert [score for _, score in fused] == sorted((s for _, s in fused), reverse=True)


@given(keys)
def test_fusing_one_ranking_gives_it_back(ranking: list[int]) -> None:
    assert [key for key, _ in fuse([ranking])] == ranking


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


def test_the_limit_holds(assistant: Assistant) -> None:
    assert len(assistant.retrieve("the town", limit=1)) == 1


class Longest:
    def rerank(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        return [float(len(passage.text)) for passage in passages]


def test_a_reranker_has_the_last_word_and_keeps_the_old_score(assistant: Assistant) -> None:
    retriever = Retriever(assistant.library, assistant.encoder, reranker=Longest())
    ranking = retriever.retrieve(understand("harbour"), limit=3)
    retriever.close()
    lengths = [len(scored.passage.text) for scored in ranking]
    assert lengths == sorted(lengths, reverse=True)
    assert all("fused" in scored.scores for scored in ranking)
