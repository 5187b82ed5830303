"""Named places where the crash harness may kill the process; inert unless armed."""

from __future__ import annotations

import os
import signal
from collections import Counter

__all__ = ["reach"]

_passed: Counter[str] = Counter()


def reach(name: str) -> None:
    """Die here by SIGKILL if ``ASSISTANT_FAILPOINT=name:n`` and this is the n-th pass."""
    armed, _, count = os.environ.get("ASSISTANT_FAILPOINT", "").partition(":")
    if armed == name:
        _passed[name] += 1
        if _passed[name] == int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
