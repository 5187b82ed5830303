"""Answers that are being made, and can be stopped."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Run", "Runs"]

_PATIENCE = 1.0  # seconds for an answer to notice that it was stopped


class Run:
    """One answer that is being made."""

    def __init__(self, question: str) -> None:
        self.id = secrets.token_urlsafe(16)
        self.question = question
        self.stopped = threading.Event()
        self.ended = threading.Event()
        self.abandoned = False
        """Nobody waits for its end any more, and others speak for it."""


class Runs:
    """The answers that are being made just now. Safe to share between threads.

    Gradio's own `cancels` leaves what it has sent already to arrive after the answer to the click.
    """

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    @contextmanager
    def run(self, question: str) -> Iterator[Run]:
        """Keep a run as long as the block lasts."""
        run = Run(question)
        self._runs[run.id] = run
        try:
            yield run
        finally:
            run.ended.set()
            del self._runs[run.id]

    def stop(self, id: str) -> Run | None:
        """Stop a run; give it back where it does not end by itself, as it hears nothing."""
        run = self._runs.get(id)
        if run is None:
            return None
        run.stopped.set()
        if run.ended.wait(_PATIENCE):
            return None
        run.abandoned = True
        return run
