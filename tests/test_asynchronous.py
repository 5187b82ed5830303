"""Awaiting answers: the same events, other tasks go on, and who leaves leaves no thread behind."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from assistant import Assistant, Done, Event, Token
from assistant.asynchronous import awaited
from assistant.errors import InvalidInput

QUESTION = "Who denied the Putin call?"


def threads() -> int:
    return sum(thread.name.startswith("assistant") for thread in threading.enumerate())


def until_no_thread_is_left() -> None:
    deadline = time.monotonic() + 10
    while threads():
        assert time.monotonic() < deadline, threading.enumerate()
        time.sleep(0.01)


class Slow:
    """A stream without end that knows whether it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __call__(self) -> Iterator[Event]:
        try:
            while True:
                time.sleep(0.01)
                yield Token("tick")
        finally:
            self.closed.set()


def test_the_same_events_come(demo: Assistant) -> None:
    async def collect() -> list[Event]:
        return [event async for event in demo.astream(QUESTION)]

    *events, done = asyncio.run(collect())
    *expected, last = demo.stream(QUESTION)
    assert events == expected
    assert isinstance(done, Done)
    assert isinstance(last, Done)
    assert done.answer.citations == last.answer.citations
    until_no_thread_is_left()


def test_questions_are_answered_side_by_side(demo: Assistant) -> None:
    async def both() -> list[str]:
        asked = (demo.aask(QUESTION), demo.aask("Qui a démenti l'appel avec Poutine ?"))
        return [answer.language for answer in await asyncio.gather(*asked)]

    assert asyncio.run(both()) == ["en", "fr"]


def test_what_goes_wrong_is_raised_where_it_is_awaited(demo: Assistant) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        asyncio.run(demo.aask(" "))
    until_no_thread_is_left()


def test_other_tasks_run_meanwhile() -> None:
    async def count() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0)
                ticks += 1

        other = asyncio.create_task(tick())
        async with aclosing(awaited(Slow())) as events:
            await anext(events)
        other.cancel()
        return ticks

    assert asyncio.run(count()) > 5


def test_who_stops_listening_closes_the_stream() -> None:
    slow = Slow()

    async def listen() -> None:
        async with aclosing(awaited(slow)) as events:
            async for _ in events:
                break

    asyncio.run(listen())
    assert slow.closed.wait(10)
    until_no_thread_is_left()


def test_a_cancelled_task_closes_the_stream() -> None:
    slow = Slow()

    async def listen() -> None:
        async for _ in awaited(slow):
            pass

    async def cancel() -> None:
        task = asyncio.create_task(listen())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert slow.closed.wait(10)
    until_no_thread_is_left()


def test_a_stream_that_was_never_begun_needs_no_thread() -> None:
    async def leave() -> None:
        await awaited(Slow()).aclose()

    asyncio.run(leave())
    assert threads() == 0
