"""What stands before every request: names, origins, users, visitors, and Gradio's own routes."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from collections.abc import Collection, MutableMapping
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.ui.auth import TooManyAttempts, Users

__all__ = ["HEADERS", "OWNER", "Entrance", "OurRoutes", "Safeguards"]

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

OWNER = "x-assistant-owner"
"""Header that `Entrance` sets on every request: whose conversations and uploads it is about."""

_COOKIE = "assistant-visitor"
_TOKEN = re.compile(r"[\w-]{43}")
_A_YEAR = 365 * 24 * 3600

# Of all that Gradio answers, the page needs these. Files, uploads, proxies, deep links, the API
# and its description, monitoring and the rest are not there.
_NEEDED = re.compile(
    r"/(?:|config|theme\.css|favicon\.ico|manifest\.json|robots\.txt)"
    r"|/(?:assets|static)/.+"
    r"|/gradio_api/(?:queue/(?:join|data)|run/predict|cancel|reset|startup-events"
    r"|theme\.css)"
)


class Safeguards:
    """Answers to its own names only, refuses what another site's page sends, adds `HEADERS`."""

    def __init__(self, app: ASGIApp, *, names: Collection[str], any_address: bool = False) -> None:
        self._app = app
        self._names = {name.lower() for name in names}
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":  # there are no web sockets here
            await send({"type": "websocket.close"})
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        app = self._app
        if origin is not None and origin.partition("://")[2] != host:
            app = PlainTextResponse("Requests from other sites are refused", 403)
        elif not self._is_ours(host):
            app = PlainTextResponse("This name is not served here", 400)
        await app(scope, receive, send_with_headers)

    def _is_ours(self, host: str) -> bool:
        """Tell whether a ``Host`` is a name of ours.

        Another site can let its own name resolve to this machine, but not an address: where any
        address of the machine is listened on, any address is answered to.
        """
        name = re.sub(r":\d*$", "", host.lower()) if host.count(":") == 1 or "]" in host else host
        name = name.strip("[]").lower()
        if name in self._names:
            return True
        try:
            return self._any_address and bool(ipaddress.ip_address(name))
        except ValueError:
            return False


class Entrance:
    """Lets users in, or where there are none anybody, and notes whose request it is (`OWNER`)."""

    def __init__(self, app: ASGIApp, *, users: Users | None) -> None:
        self._app = app
        self._users = users

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._users is None:
            await self._visit(scope, receive, send)
        else:
            await self._log_in(scope, receive, send, users=self._users)

    async def _visit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Know a browser by its cookie; the owner is a digest of it, which opens nothing."""
        token = _visitor(Headers(scope=scope).get("cookie", ""))
        given = token or secrets.token_urlsafe(32)
        _set_owner(scope, hashlib.sha256(given.encode()).hexdigest()[:32])

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and token is None:
                cookie = f"{_COOKIE}={given}; HttpOnly; SameSite=Lax; Path=/; Max-Age={_A_YEAR}"
                if scope["scheme"] == "https":
                    cookie += "; Secure"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    async def _log_in(self, scope: Scope, receive: Receive, send: Send, *, users: Users) -> None:
        client = (scope.get("client") or ("",))[0]
        authorization = Headers(scope=scope).get("authorization", "")
        try:
            user = await run_in_threadpool(users.admit, authorization, client=client)
        except TooManyAttempts as error:
            wait = {"retry-after": str(int(error.seconds) + 1)}
            await PlainTextResponse(str(error), 429, wait)(scope, receive, send)
            return
        if user is None:
            asks = {"www-authenticate": 'Basic realm="source-assistant", charset="UTF-8"'}
            await PlainTextResponse("A name and a password are needed", 401, asks)(
                scope, receive, send
            )
            return
        _set_owner(scope, f"user:{user}")
        await self._app(scope, receive, send)


class OurRoutes:
    """Lets through to Gradio what the page needs, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _NEEDED.fullmatch(scope["path"]):
            await Response(status_code=404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _visitor(cookies: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel and _TOKEN.fullmatch(morsel.value) else None


def _set_owner(scope: MutableMapping[str, object], owner: str) -> None:
    """Write `OWNER`, and the state that the API asks; what a client sent as such is dropped."""
    headers = MutableHeaders(scope=scope)
    headers[OWNER] = owner
    scope["headers"] = headers.raw
    state = scope.get("state")
    scope["state"] = {**(state if isinstance(state, dict) else {}), "owner": owner}
