"""What reading a language model's reply costs, per token, beside the model itself.

    python benchmarks/writing.py

The reply is 200 sentences with marks, quotations and lists, cut into tokens of four characters as
models do. `marks` tells text from marks, `sentences` cuts what it gives; both run for every token.
`check` runs once for each sentence, with the shipped encoder, on ten passages of four sentences
(their embedding, once for each answer, apart); `orders` looks once through those ten passages.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable

from assistant.datatypes import DocumentRef, Evidence, Passage
from assistant.models.encoders import load_encoder
from assistant.sentences import sentences
from assistant.writing.checks import Grounds, load_support_model
from assistant.writing.instructions import addresses_model
from assistant.writing.marks import MarkReader
from assistant.writing.statements import StatementReader

SENTENCES = (
    "Elon Musk denied on Tuesday that he had spoken with Vladimir Putin about the war [1].",
    "The Kremlin's spokesman, Dmitri Peskov, called the reports “absolutely false” [2, 3].",
    "- In a statement of 12 October 2022 he said that there had been one call, in 2021 [1][4].",
    "Nobody at the company would say whether “the matter [5] was closed” for good.",
)
REPLY = "\n".join(" ".join(SENTENCES) for _ in range(50))
TOKENS = [REPLY[at : at + 4] for at in range(0, len(REPLY), 4)]


def each(work: Callable[[str], object], items: Iterable[str]) -> list[float]:
    took = []
    for item in items:
        started = time.perf_counter()
        work(item)
        took.append(1000 * (time.perf_counter() - started))
    return took


def show(name: str, took: list[float]) -> None:
    ordered = sorted(took)
    most, p99 = ordered[-1], ordered[int(0.99 * len(ordered))]
    mean = statistics.mean(took)
    print(f"{name:22} n={len(took):5} mean {mean:.4f} ms  p99 {p99:.4f} ms  most {most:.3f} ms")


def main() -> None:
    marks, reader = MarkReader(10), StatementReader("en")
    show("marks, a token", each(marks.feed, TOKENS))
    marks = MarkReader(10)
    both = each(lambda token: list(reader.feed(marks.feed(token))), TOKENS)
    show("marks and sentences", both)
    text = " ".join(s.replace("- ", "") for s in SENTENCES)
    document = DocumentRef(id="d", sha256="0" * 64, language="en")
    spans = tuple(sentences(text, "en"))
    evidence = [Evidence(n, Passage(document, 0, len(text), text, spans)) for n in range(1, 11)]
    show("orders, a passage", each(addresses_model, [text + str(n) for n in range(200)]))
    encoder, model = load_encoder(), load_support_model()
    encoder.encode(["warm"])
    grounds = Grounds(evidence, encoder, language="en")
    show("check, the first", each(lambda s: grounds.check(s, (1, 2), model), SENTENCES[:1]))
    show("check, a sentence", each(lambda s: grounds.check(s, (1, 2), model), SENTENCES * 20))


if __name__ == "__main__":
    main()
