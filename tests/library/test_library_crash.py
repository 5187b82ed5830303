"""Killed at any moment, on a full disk too: what was acknowledged is there, whole and once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).with_name("crash.py")


def harness(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HARNESS), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.timeout(900)
def test_a_dozen_kills_lose_nothing() -> None:
    told = harness("--rounds", 12, "--seed", 7, "--dense-every", 12, "--patience", 3)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("arguments", [("--seed", 1), ("--seed", 2, "--disk-full")], ids=str)
def test_fifty_kills_lose_nothing(arguments: tuple[object, ...]) -> None:
    """Fifty keep CI short; `python -m tests.library.crash --rounds 200` is the long form."""
    told = harness("--rounds", 50, *arguments)
    assert told.returncode == 0, told.stdout + told.stderr
