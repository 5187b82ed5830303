"""A language model that says what it is told to, behind OpenAI's chat protocol on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class ScriptedLLM(NamedTuple):
    spec: str
    """What `load_llm` takes."""
    asked: list[dict[str, Any]]
    """The bodies of the requests, as they came."""
    keys: list[str | None]


@contextmanager
def scripted_llm(*replies: str | int) -> Iterator[ScriptedLLM]:
    """Serve replies in turn, the last one for ever; a number is an HTTP status."""
    left = list(replies)
    asked: list[dict[str, Any]] = []
    keys: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            keys.append(self.headers["Authorization"])
            reply = left.pop(0) if len(left) > 1 else left[0]
            status = reply if isinstance(reply, int) else 200
            message = {"role": "assistant", "content": reply}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            body = {"id": "1", "object": "chat.completion", "created": 0, "model": "parrot"}
            sent = json.dumps(body | {"choices": [choice]} if status == 200 else {}).encode()
            self.send_response(status if self.path == "/v1/chat/completions" else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            spec = f"openai-like:parrot@http://127.0.0.1:{server.server_port}/v1"
            yield ScriptedLLM(spec, asked, keys)
        finally:
            server.shutdown()
