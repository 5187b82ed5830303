"""Twenty visitors at once: how long each waits for the first word of an answer, over HTTP.

    python benchmarks/visitors.py --library FOLDER [--visitors 1 20] [--rounds 5]

Each visitor is a client of its own that does what the page's script does: it joins the queue with a
question and reads the stream of events until the first words of an answer are in it, then to its
end. The server runs in a process of its own, as `assistant serve` does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

QUESTIONS = (
    "Who denied the Putin call?",
    "Qui a démenti l’appel avec Poutine ?",
    "When was the Mona Lisa stolen?",
    "Who discovered the Higgs boson?",
)
FIRST_WORDS = "statement"


class Waited(NamedTuple):
    """Seconds from the question to the first words, and to the end."""

    first: float
    whole: float


@contextmanager
def served(library: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--library", library, "--port", port]
    server = subprocess.Popen([*map(str, command)])
    url = f"http://127.0.0.1:{port}"
    try:
        await_ready(server, url)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def await_ready(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/config", timeout=30)
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("The server did not start: what it says of that is above")


def asking(config: dict[str, Any]) -> tuple[int, list[Any]]:
    """Find what the question box starts: the number of its function, and what it is given."""
    boxes = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "question"]
    for dependency in config["dependencies"]:
        if [boxes[0], "submit"] in [list(target) for target in dependency["targets"]]:
            return dependency["id"], dependency["inputs"]
    raise SystemExit("The page has no question box any more: this script must follow it")


async def visit(url: str, question: str, place: tuple[int, list[Any]]) -> Waited:
    fn_index, inputs = place
    session = secrets.token_hex(6)
    data = [question, *["" for _ in inputs[1:]]]
    body = {"data": data, "fn_index": fn_index, "session_hash": session, "event_data": None}
    async with httpx.AsyncClient(base_url=url, timeout=120) as client:
        await client.get("/config")  # the cookie of a visitor
        started, first = time.perf_counter(), 0.0
        await client.post("/gradio_api/queue/join", json=body)
        path = f"/gradio_api/queue/data?session_hash={session}"
        async with client.stream("GET", path) as stream:
            async for line in stream.aiter_lines():
                if not first and FIRST_WORDS in line:
                    first = time.perf_counter() - started
                if '"process_completed"' in line:
                    assert json.loads(line.removeprefix("data: "))["success"], line
                    break
        return Waited(first, time.perf_counter() - started)


async def crowd(url: str, visitors: int, place: tuple[int, list[Any]]) -> list[Waited]:
    asked = [QUESTIONS[n % len(QUESTIONS)] for n in range(visitors)]
    return await asyncio.gather(*(visit(url, question, place) for question in asked))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with served(given.library) as url:
        place = asking(httpx.get(f"{url}/config", timeout=60).json())
        asyncio.run(crowd(url, 2, place))  # what a first question pays is no matter of the crowd
        print("visitors  rounds  first words p50/p95 ms  whole answer p50/p95 ms")
        for visitors in given.visitors:
            rounds = [asyncio.run(crowd(url, visitors, place)) for _ in range(given.rounds)]
            waited = [one for each in rounds for one in each]
            first, whole = ([1000 * t for t in times] for times in zip(*waited, strict=True))
            told = [f"{statistics.median(x):6.0f} /{_p95(x):6.0f}" for x in (first, whole)]
            print(f"{visitors:8}  {given.rounds:6}  {told[0]:>22}  {told[1]:>23}")


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


if __name__ == "__main__":
    main()
