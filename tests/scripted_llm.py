"""Language models that say what they are told to, behind the protocols of OpenAI and Ollama."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NamedTuple


@dataclass(frozen=True)
class Reply:
    """What a model says, and what goes wrong with it."""

    text: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: Literal["", "quiet", "abrupt", "garbage"] = ""
    """How a stream ends before its end: closed, torn off, or with what is no JSON."""
    pause_s: float = 0.0
    """Before each word."""
    finish: str = "stop"


Says = str | int | Reply | Callable[[str], str]
"""A text, an HTTP status, a reply that goes wrong, or what makes a text of the prompt."""


class ScriptedLLM(NamedTuple):
    spec: str
    """What `load_llm` takes."""
    asked: list[dict[str, Any]]
    """The bodies of the requests, as they came."""
    keys: list[str | None]
    hung_up: threading.Event
    """Set when a client left before the reply was whole."""

    @property
    def prompts(self) -> list[str]:
        return ["\n".join(m["content"] for m in body["messages"]) for body in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    left: list[Says]
    told: ScriptedLLM

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.told.asked.append(body)
        self.told.keys.append(self.headers["Authorization"])
        says = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if callable(says):
            says = says("\n".join(message["content"] for message in body["messages"]))
        reply = says if isinstance(says, Reply) else _reply(says)
        try:
            self._send(reply, streams=body.get("stream", False))
        except OSError:
            self.told.hung_up.set()

    def _send(self, reply: Reply, *, streams: bool) -> None:
        known = self.path in ("/v1/chat/completions", "/api/chat")
        self.send_response(reply.status if known else 404)
        for name, value in reply.headers:
            self.send_header(name, value)
        if streams and known and reply.status == 200:
            self._stream(reply)
            return
        sent = json.dumps(_whole(reply.text) if reply.status == 200 else {}).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def _stream(self, reply: Reply) -> None:
        openai = self.path.startswith("/v1")
        self.send_header("Content-Type", "text/event-stream" if openai else "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        words = re.findall(r"\s*\S{1,5}", reply.text)
        for word in words[: len(words) // 2 + 1] if reply.cut else words:
            time.sleep(reply.pause_s)
            self._chunk(_piece(word, openai=openai))
        if reply.cut == "garbage":
            self._chunk("data: {nothing\n\n" if openai else "{nothing\n")
        if not reply.cut:
            self._chunk(_piece("", finish=reply.finish, openai=openai))
        if openai and not reply.cut:
            self._chunk("data: [DONE]\n\n")
        if reply.cut != "abrupt":
            self._chunk("")
        self.close_connection = True

    def _chunk(self, text: str) -> None:
        sent = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(sent), sent))

    def log_message(self, *_: object) -> None: ...


@contextmanager
def scripted_llm(
    *replies: Says, protocol: Literal["openai-like", "ollama"] = "openai-like"
) -> Iterator[ScriptedLLM]:
    """Serve replies in turn, the last one for ever."""
    told = ScriptedLLM("", [], [], threading.Event())
    handler = type("Handler", (_Handler,), {"left": list(replies), "told": told})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True  # closing it waits for none that hangs
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    path = "/v1" if protocol == "openai-like" else ""
    try:
        yield told._replace(spec=f"{protocol}:parrot@http://127.0.0.1:{server.server_port}{path}")
    finally:
        server.shutdown()
        server.server_close()


def _reply(says: str | int) -> Reply:
    return Reply(status=says) if isinstance(says, int) else Reply(says)


def _whole(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "parrot"}
    return body | {"choices": [choice]}


def _piece(text: str, *, openai: bool, finish: str | None = None) -> str:
    if not openai:
        message = {"role": "assistant", "content": text}
        done = {"done": finish is not None, "done_reason": finish}
        return json.dumps({"model": "parrot", "message": message, **done}) + "\n"
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "parrot"}
    return f"data: {json.dumps(head | {'choices': [choice]})}\n\n"
