"""Who may ask: own host names, own origins, a key where one is needed, no more than so often."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import InvalidInput
from assistant.integrations.api.problems import Refused, respond

if TYPE_CHECKING:
    from assistant.config import Settings

__all__ = ["LOOPBACK", "Access", "guarded", "new_limiter", "owner_of"]

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")

_WILD = ("0.0.0.0", "::", "", "[]", "[::]", "[0.0.0.0]")  # noqa: S104 - no name of anything
_MAX_JSON = 1 << 20
_SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What is asked of a request before it is served."""

    hosts: tuple[str, ...]
    """Names that may stand in `Host`, without a port: with any other, a page of a name that was
    bound anew to this machine could read what is here (DNS rebinding)."""
    origins: tuple[str, ...] = ()
    """Other sites whose pages may call: scheme, name and port, as browsers send them."""
    key_digests: tuple[bytes, ...] = ()
    """SHA-256 of each key; none: no key is asked for."""
    rate: RateLimitItem = field(default_factory=lambda: parse("60/minute"))
    """Requests of one key, or of one address where there are no keys."""

    @classmethod
    def of(cls, settings: Settings, host: str) -> Self:
        """Take what the settings say for a server that listens on an address.

        Raises:
            InvalidInput: no key for an address that others can reach, a key that is too short, or
                a rate that is none.
        """
        keys = [key.get_secret_value() for key in settings.api_keys]
        if any(len(key) < _SHORTEST_KEY for key in keys):
            raise InvalidInput(
                f"ASSISTANT_API_KEYS: expected keys of {_SHORTEST_KEY} characters or more, found a "
                'shorter one: python -c "import secrets; print(secrets.token_urlsafe())" makes one'
            )
        if not keys and host not in LOOPBACK:
            raise InvalidInput(
                f"A key in ASSISTANT_API_KEYS was expected, found none: {host!r} is reached from "
                "other machines, and without a key anyone there could ask"
            )
        try:
            rate = parse(settings.api_rate)
        except ValueError as error:
            raise InvalidInput(
                f"api_rate: expected a rate such as 60/minute, found {settings.api_rate!r}"
            ) from error
        return cls(
            hosts=tuple({*LOOPBACK, *settings.hosts, host, f"[{host}]"} - set(_WILD)),
            origins=settings.api_origins,
            key_digests=tuple(hashlib.sha256(key.encode()).digest() for key in keys),
            rate=rate,
        )


def guarded(app: ASGIApp, access: Access, limiter: MovingWindowRateLimiter) -> ASGIApp:
    """Put an application behind all that is asked of a request, the cheapest first."""
    inner: ASGIApp = _Admitting(_Bounded(app), access, limiter)
    if access.origins:  # preflights carry no key, so they are answered before one is asked for
        inner = CORSMiddleware(
            inner,
            allow_origins=access.origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "Mcp-Protocol-Version"],
        )
    return _OwnNames(inner, access)


def new_limiter() -> MovingWindowRateLimiter:
    """Make what counts requests, in this process."""
    return MovingWindowRateLimiter(MemoryStorage())


def owner_of(request: Request) -> str:
    """Name the caller whose request this is, after it was admitted; empty where nobody is told."""
    return str(request.state.owner)


class _OwnNames:
    """Refuses foreign names in `Host`, and what another site's page sends."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._names = {name.lower() for name in access.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # there are no web sockets here
            await send({"type": "websocket.close"})
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        try:
            if name.lower() not in self._names:
                raise Refused(421, "foreign_host", "This server does not answer to that name")
            own = origin is None or origin.partition("://")[2] == host
            if not own and origin not in self._access.origins:
                raise Refused(403, "foreign_origin", "Requests from other sites are refused")
        except Refused as refusal:
            await respond(refusal.problem)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Admitting:
    """Asks for a key where there are any, and counts what each caller sends."""

    def __init__(self, app: ASGIApp, access: Access, limiter: MovingWindowRateLimiter) -> None:
        self._app = app
        self._access = access
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            owner = self._admit(scope)
        except Refused as refusal:
            await respond(refusal.problem, refusal.headers)(scope, receive, send)
        else:
            scope["state"] = {**scope.get("state", {}), "owner": owner}
            await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> str:
        """Name the caller: by key where keys are asked for, else as nobody in particular."""
        address = (scope.get("client") or ("", 0))[0]
        digests = self._access.key_digests
        if not digests:
            self._count(f"address {address}")
            return str(scope.get("state", {}).get("owner", ""))  # who was let in before this
        digest = hashlib.sha256(_key(Headers(scope=scope)).encode()).digest()
        # All are compared: how long it takes tells nothing of which was right.
        if sum(hmac.compare_digest(digest, known) for known in digests):
            owner = digest.hex()[:32]
            self._count(f"key {owner}")
            return owner
        self._count(f"stranger {address}")  # guessing is no faster than asking
        raise Refused(
            401,
            "key_expected",
            "A key was expected: send `Authorization: Bearer KEY` or `X-API-Key: KEY`",
            headers=[("WWW-Authenticate", "Bearer")],
        )

    def _count(self, caller: str) -> None:
        rate = self._access.rate
        if not self._limiter.hit(rate, caller):
            reset = self._limiter.get_window_stats(rate, caller).reset_time
            seconds = str(max(1, round(reset - time.time())))
            raise Refused(
                429,
                "too_many_requests",
                f"At most {rate} are served: try again in {seconds} s",
                headers=[("Retry-After", seconds)],
            )


class _Bounded:
    """Refuses long bodies but those of PUT: who takes a file counts for itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "PUT":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > _MAX_JSON:
                refusal = Refused(413, "too_large", f"At most {_MAX_JSON:,} bytes are read")
                await respond(refusal.problem)(scope, receive, send)
                return
        read: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return read.pop() if read else await receive()

        await self._app(scope, replay, send)


def _key(headers: Headers) -> str:
    """Find the key that a request carries, in whichever of the two headers."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
