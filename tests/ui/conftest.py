"""A real server on a free loopback port, in a thread of the test run."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvicorn

from assistant.assistant import Assistant
from assistant.ui.server import build_app

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"

# What another page would run: as HTML, Markdown, template, link, LaTeX, JavaScript escape.
HOSTILE = (
    "<img src=x onerror=window.ran=1> ${window.ran=2} {{window.ran=3}} "
    "<script>window.ran=4</script> [x](javascript:window.ran=5) ![x](http://example.org/x.png) "
    r"**bold** `code` $x^2$ C:\new\table \u12 \x3cb> & &lt; 'quoted' said the weather."
)


@contextmanager
def run_server(assistant: Assistant) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build_app(assistant), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="session")
def serving() -> Callable[[Assistant], AbstractContextManager[str]]:
    return run_server


@pytest.fixture(scope="session")
def corpus() -> Path:
    return CORPUS


@pytest.fixture(scope="session")
def hostile() -> str:
    return HOSTILE
