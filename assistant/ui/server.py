"""The page behind its safeguards, on this machine only."""

from __future__ import annotations

import logging
import socket
import webbrowser
from contextlib import suppress
from importlib import resources
from threading import Thread

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.assistant import Assistant
from assistant.errors import InvalidInput
from assistant.ui.page import TRANSLATIONS, build_page

__all__ = ["build_app", "serve"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")

HEADERS = {
    # Gradio starts from inline scripts; whatever runs, nothing is loaded from or sent elsewhere.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


class SameOrigin:
    """Refuses what another site's page sends here, and adds `HEADERS` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":  # there are no web sockets here
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != headers.get("host"):
            refusal = PlainTextResponse("Requests from other sites are refused", 403)
            await refusal(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)


def build_app(assistant: Assistant) -> FastAPI:
    """Mount the page in an application that answers to local names only."""
    system = ("system-ui", "sans-serif")
    app = FastAPI(openapi_url=None)
    gr.mount_gradio_app(
        app,
        build_page(assistant),
        path="/",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        i18n=TRANSLATIONS,
        mcp_server=False,
        theme=gr.themes.Default(font=system, font_mono=("ui-monospace", "monospace")),
        css=resources.files(__package__).joinpath("page.css").read_text("utf-8"),
    )
    hosts = [*LOOPBACK, "[::1]", *assistant.settings.hosts]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SameOrigin)
    return app


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
) -> None:
    """Serve the page until interrupted.

    Args:
        port: 0 takes a free one.

    Raises:
        InvalidInput: the host is not this machine's own, or the port cannot be had.
    """
    listener = _listen(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    config = uvicorn.Config(build_app(assistant), host=host, port=port, access_log=False)
    logging.getLogger("uvicorn.error").info("The page is at %s (Ctrl-C ends it)", url)
    Thread(target=assistant.warm_up, name="warm-up", daemon=True).start()
    if open_browser:
        webbrowser.open(url)  # the listener holds the browser's request until the server runs
    with listener, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listener])


def _listen(host: str, port: int) -> socket.socket:
    if host not in LOOPBACK:
        raise InvalidInput(
            f"A local host ({', '.join(LOOPBACK)}) was expected, found {host!r}: the page has no "
            "passwords, so it is not offered to other machines"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidInput(
            f"Port {port} cannot be had ({error.strerror}): give another one, or 0 for a free one"
        ) from None
