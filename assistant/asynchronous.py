"""Events of a synchronous stream → the same, awaited: the one step from threads to asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from assistant.events import Event

__all__ = ["awaited"]


async def awaited(begin: Callable[[], Iterator[Event]]) -> AsyncIterator[Event]:
    """Run a stream in a thread of its own, one event at a time, and give its events.

    Whoever stops listening, or is cancelled, does not wait: the thread closes the stream and ends
    as soon as the event is there that it was working on.
    """
    loop = asyncio.get_running_loop()
    events = _begun(begin)
    thread = ThreadPoolExecutor(1, thread_name_prefix="assistant")
    try:
        while (event := await loop.run_in_executor(thread, next, events, None)) is not None:
            yield event
    finally:
        thread.submit(events.close)
        thread.shutdown(wait=False)


def _begun(begin: Callable[[], Iterator[Event]]) -> Generator[Event, None, None]:
    """Begin with the first event, so that all of the work is done where the events are."""
    yield from begin()
