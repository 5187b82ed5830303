"""The page behind its safeguards: for this machine, or for others where that was asked for."""

from __future__ import annotations

import logging
import os
import socket
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import resources
from threading import Thread

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount, Route
from starlette.types import Lifespan

from assistant.assistant import Assistant
from assistant.errors import InvalidInput
from assistant.integrations.app import build_api
from assistant.ui.auth import Users
from assistant.ui.exports import export_routes
from assistant.ui.guards import Entrance, OurRoutes, Safeguards
from assistant.ui.page import TRANSLATIONS, build_page, page_head
from assistant.ui.uploads import upload_route
from assistant.ui.viewer import viewer_routes

__all__ = ["build_app", "serve"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to
_CREDENTIALS = "ASSISTANT_AUTH"
_FAREWELL = 2  # seconds: a page that is open holds a connection for ever

_log = logging.getLogger("uvicorn.error")


def build_app(
    assistant: Assistant, *, host: str = "127.0.0.1", users: Users | None = None
) -> FastAPI:
    """Mount the page, and the API beside it, in an application that answers to its own names only.

    The API has guards of its own; without keys it is served on this machine only, to the users.
    """
    settings = assistant.settings
    is_local = host in LOOPBACK
    app = build_api(assistant, host=host) if settings.api_keys or is_local else FastAPI()
    if users is not None and not settings.api_keys:
        for route in app.routes:
            if isinstance(route, Mount | Route):
                route.app = Entrance(route.app, users=users)
    writable = not settings.read_only and (is_local or users is not None)
    site = _site(assistant, writable=writable)
    app.router.lifespan_context = _both(app, site)
    names = {*LOOPBACK, *settings.hosts} | ({host} - set(_ANY))
    entrance = Entrance(site, users=users)
    app.mount("/", Safeguards(entrance, names=names, any_address=host in _ANY))
    return app


def _site(assistant: Assistant, *, writable: bool) -> FastAPI:
    """Make what people see: the page, and what it fetches beside Gradio."""
    site = FastAPI(openapi_url=None)
    site.include_router(viewer_routes(assistant))
    site.include_router(export_routes(assistant))
    if writable:
        site.router.routes.append(upload_route(assistant.settings))
    page = build_page(assistant, writable=writable)
    gr.mount_gradio_app(
        site,
        page,
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
        theme=_theme(),
        head=page_head(),
        css=_style(),
    )
    # Browsers give a server six connections; a tab that held one for its heartbeat would leave the
    # fifth tab none to load by. That a visitor left, the stream of his answer tells.
    page.config["connect_heartbeat"] = False
    mounted = site.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = OurRoutes(mounted.app)
    return site


def _theme() -> gr.Theme:
    """Fonts of the reader's own machine, and colours that stand out by 4.5 to 1 (WCAG 2.2 AA)."""
    theme = gr.themes.Default(
        primary_hue=gr.themes.colors.blue,
        font=("system-ui", "sans-serif"),
        font_mono=("ui-monospace", "monospace"),
    )
    return theme.set(
        color_accent="*primary_700",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_cancel_background_fill="#b91c1c",
        button_cancel_background_fill_hover="#991b1b",
        button_cancel_background_fill_dark="#b91c1c",
        button_cancel_background_fill_hover_dark="#991b1b",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_300",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
    )


def _style() -> str:
    folder = resources.files(__package__)
    return "".join(
        folder.joinpath(f"{name}.css").read_text("utf-8") for name in ("page", "sources")
    )


def _both(first: FastAPI, second: FastAPI) -> Lifespan[FastAPI]:
    """Start and stop an application with another: what is mounted is not told by itself."""
    outer, inner = first.router.lifespan_context, second.router.lifespan_context

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with outer(first), inner(second):
            yield

    return running


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    credentials: str | None = None,
) -> None:
    """Serve the page until interrupted.

    Args:
        port: 0 takes a free one.
        credentials: ``user:password`` that lets in; by default of the variable `ASSISTANT_AUTH`.

    Raises:
        InvalidInput: the host is another than this machine's own and nobody needs a password, the
            credentials are none, or the port cannot be had.
    """
    users = _users(assistant, credentials)
    if host not in LOOPBACK:
        _check_open_to_others(host, users=users, insecure=assistant.settings.insecure)
    app = build_app(assistant, host=host, users=users)
    listener = _listen(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_FAREWELL,
    )
    _log.info("The page is at %s (Ctrl-C ends it)", url)
    Thread(target=assistant.warm_up, name="warm-up", daemon=True).start()
    if open_browser:
        webbrowser.open(url)  # the listener holds the browser's request until the server runs
    with listener, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listener])


def _users(assistant: Assistant, credentials: str | None) -> Users | None:
    if credentials is not None:
        _log.warning(
            "Others on this machine can read a password on a command line: put it into the "
            "variable %s, or use --auth-file",
            _CREDENTIALS,
        )
    credentials = credentials or os.environ.get(_CREDENTIALS, "")
    file = assistant.settings.auth_file
    if credentials and file:
        raise InvalidInput("Expected either user:password or a password file, found both")
    if credentials:
        return Users.from_plain(credentials)
    return Users.from_file(file) if file else None


def _check_open_to_others(host: str, *, users: Users | None, insecure: bool) -> None:
    if users is None and not insecure:
        raise InvalidInput(
            f"A local host ({', '.join(LOOPBACK)}) was expected without passwords, found {host!r}: "
            "give --auth or --auth-file, or --insecure to let anybody ask who reaches this machine"
        )
    _log.warning(
        "Other machines are served at %r over plain HTTP: what travels can be read on the way; put "
        "a proxy with TLS before it",
        host,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidInput(
            f"Port {port} cannot be had ({error.strerror}): give another one, or 0 for a free one"
        ) from None
