"""Who computes next: a few at a time, in the order they came, and people before suggestions."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Turnstile"]


class Turnstile:
    """Lets so many through at a time. Safe to share between threads.

    Questions that share the processors are all answered late; of those that take turns, half are
    answered in half the time, and the last not a moment later.
    """

    def __init__(self, width: int) -> None:
        self._free = width
        self._waiting: list[tuple[bool, int]] = []  # a heap: who comes later, then who came later
        self._numbers = itertools.count()
        self._changed = threading.Condition()

    @contextmanager
    def passing(self, *, later: bool = False) -> Iterator[None]:
        """Wait for one's turn, and have it while the block runs.

        Args:
            later: behind all who are not, whenever they came.
        """
        with self._changed:
            ticket = (later, next(self._numbers))
            heapq.heappush(self._waiting, ticket)
            self._changed.wait_for(lambda: self._free > 0 and self._waiting[0] == ticket)
            heapq.heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()
