from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.visitors import await_ready


def test_a_server_that_ended_is_not_waited_for() -> None:
    server = subprocess.Popen([sys.executable, "-S", "-c", "raise SystemExit(3)"])
    with pytest.raises(SystemExit, match="did not start"):
        await_ready(server, "http://127.0.0.1:9")
