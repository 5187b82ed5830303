"""http(s) URLs that the user names → their bytes, without reaching into private networks."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assistant.errors import SourceTooLarge, SourceUnreachable, UnsupportedSource
from assistant.sources.items import ReadOptions
from assistant.sources.kinds import kind_of, suffix_for, suffix_of

if TYPE_CHECKING:
    import httpx

__all__ = ["Fetched", "fetch"]

_MAX_REDIRECTS = 5
_VAGUE = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/gzip")
_ALIASES = {
    "application/xhtml+xml": "text/html",
    "application/x-ndjson": "application/jsonl",
    "application/json-lines": "application/jsonl",
    "application/x-zip-compressed": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave, under a name whose suffix tells the reader."""

    name: str
    data: bytes


def fetch(url: str, options: ReadOptions) -> Fetched:
    """Fetch a URL, following redirects.

    Every connection is made to an address that was checked, so that neither a redirect nor a name
    that changes its address between check and use leads inside. Proxies of the environment are not
    used: they would resolve the name again.

    Raises:
        SourceUnreachable: no answer, an answer that is no success, or an address not allowed.
        SourceTooLarge: more bytes or more time than the options allow.
        UnsupportedSource: no reader for what came.
    """
    import httpx

    client = httpx.Client(
        transport=_transport(options),
        follow_redirects=True,
        max_redirects=_MAX_REDIRECTS,
        timeout=min(10.0, options.seconds),
        headers={"User-Agent": "source-assistant", "Accept-Encoding": "gzip"},
        trust_env=False,
    )
    overdue = threading.Event()

    def give_up() -> None:
        overdue.set()
        client.close()  # what is being read fails, be it a drop of the headers at a time

    clock = threading.Timer(options.seconds, give_up)
    clock.start()
    try:
        with client, client.stream("GET", url) as response:
            if not response.is_success:
                raise SourceUnreachable(f"expected success, got HTTP {response.status_code}")
            name = _name(response)
            data = b"".join(_bounded(response, options))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        if overdue.is_set():
            raise SourceTooLarge(f"took more than {options.seconds:g} s to arrive") from error
        raise SourceUnreachable(f"did not answer: {error or type(error).__name__}") from error
    finally:
        clock.cancel()
    return Fetched(name, _as_utf8(data, response.charset_encoding, name))


def _bounded(response: httpx.Response, options: ReadOptions) -> Iterator[bytes]:
    total = 0
    for chunk in response.iter_bytes():
        total += len(chunk)
        if total > options.max_bytes:
            raise SourceTooLarge(f"expected at most {options.max_bytes:,} bytes, found more")
        yield chunk


def _name(response: httpx.Response) -> str:
    """Name what came: by its media type, or by the URL's path where that says nothing."""
    declared = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    path = PurePosixPath(response.url.path).name
    if declared in _VAGUE and kind_of(path):
        return f"page{suffix_of(path)}"
    suffix = suffix_for(_ALIASES.get(declared, declared))
    if not suffix:
        raise UnsupportedSource(f"no reader for {declared or 'content without a type'}")
    return f"page{suffix}"


def _as_utf8(data: bytes, charset: str | None, name: str) -> bytes:
    """Heed the charset of the header, which the readers don't see."""
    kind = kind_of(name)
    if charset is None or kind is None or not kind.media_type.startswith("text/"):
        return data
    try:
        return data.decode(charset).encode()
    except (LookupError, UnicodeError):
        return data


def _transport(options: ReadOptions) -> httpx.BaseTransport:
    import httpx

    class Checked(httpx.HTTPTransport):
        """Connects to the address that was checked, under the name that was asked for."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            host = request.url.host
            address = _address(host, request.url.port, allow_private=options.allow_private)
            to_address = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # its Host is the name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            return super().handle_request(to_address)

    return Checked(limits=httpx.Limits(max_keepalive_connections=0))


def _address(host: str, port: int | None, *, allow_private: bool) -> str:
    """Resolve a name; every address that it has must be allowed."""
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceUnreachable(f"{host} has no address: {error.strerror}") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not (allow_private or _is_public(address)):
            raise SourceUnreachable(
                f"{host} is at {address}, which is not on the public internet; to read it "
                "nevertheless, allow private addresses"
            )
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 carries an IPv4 address
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        else:
            ip = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, ip))[1]
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
