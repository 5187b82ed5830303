from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from builders import pdf

from assistant.errors import SourceError, SourceTooLarge, SourceUnreachable, UnsupportedSource
from assistant.sources import Part, ReadOptions, SourceItem, SourceReader, find
from assistant.sources.web import fetch

PAGE = "<html lang='fr'><body><p>Le pont est fermé depuis mardi.</p></body></html>"
PRIVATE = ReadOptions(allow_private=True)


class Handler(BaseHTTPRequestHandler):
    """Serves what the path names."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])
        getattr(self, self.path.strip("/").partition("?")[0].partition(".")[0])()

    def answer(self, body: bytes, kind: str = "", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page(self) -> None:
        self.answer(PAGE.encode(), "text/html; charset=utf-8")

    def latin(self) -> None:
        self.answer(PAGE.encode("latin-1"), "text/html; charset=ISO-8859-1")

    def report(self) -> None:
        self.answer(pdf([["Le pont."]]), "application/pdf")

    def rows(self) -> None:
        self.answer(b'{"text": "Un."}\n{"text": "Deux."}', "application/octet-stream")

    def zipped(self) -> None:
        self.answer(gzip.compress(PAGE.encode()), "text/html", Content_Encoding="gzip")

    def bomb(self) -> None:
        self.answer(gzip.compress(b"x" * 5_000_000), "text/plain", Content_Encoding="gzip")

    def missing(self) -> None:
        self.answer(b"no", "text/html", 404)

    def photo(self) -> None:
        self.answer(b"GIF89a", "image/gif")

    def untyped(self) -> None:
        self.answer(b"?")

    def moved(self) -> None:
        self.answer(b"", status=302, Location="/page")

    def inside(self) -> None:
        self.answer(b"", status=302, Location="http://169.254.169.254/latest/meta-data")

    def file(self) -> None:
        self.answer(b"", status=302, Location="file:///etc/passwd")

    def round(self) -> None:
        self.answer(b"", status=302, Location="/round")

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in range(50):
            self.wfile.write(b"mot ")
            time.sleep(0.1)

    def slow(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(50):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server that is used to readers who hang up."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    server = Server(("127.0.0.1", 0), Handler)
    server.hosts = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def url(server: ThreadingHTTPServer) -> Callable[[str], str]:
    return lambda path: f"http://127.0.0.1:{server.server_port}/{path}"


@pytest.fixture(scope="module")
def private_reader() -> Iterator[SourceReader]:
    with SourceReader(PRIVATE) as reader:
        yield reader


@pytest.mark.parametrize("path", ["page", "latin", "zipped", "moved"])
def test_a_page_is_read(path: str, url: Callable[[str], str], private_reader: SourceReader) -> None:
    [item] = find([url(path)])
    assert isinstance(item, SourceItem)
    [part] = private_reader.read(item)
    assert isinstance(part, Part)
    assert part.document.text == "Le pont est fermé depuis mardi."
    assert part.document.ref.uri == url(path)
    assert part.document.ref.media_type == "text/html"


@pytest.mark.parametrize(
    ("path", "name"),
    [("page", "page.html"), ("report", "page.pdf"), ("rows.jsonl?x=1", "page.jsonl")],
)
def test_the_type_of_the_content_chooses_the_reader(
    path: str, name: str, url: Callable[[str], str]
) -> None:
    assert fetch(url(path), PRIVATE).name == name


@pytest.mark.parametrize("path", ["photo", "untyped", "rows"])
def test_content_without_a_reader_is_refused(path: str, url: Callable[[str], str]) -> None:
    with pytest.raises(UnsupportedSource, match="no reader for"):
        fetch(url(path), PRIVATE)


def test_no_success_is_an_error(url: Callable[[str], str]) -> None:
    with pytest.raises(SourceUnreachable, match="HTTP 404"):
        fetch(url("missing"), PRIVATE)


def test_loopback_is_refused_unless_allowed(
    url: Callable[[str], str], server: ThreadingHTTPServer
) -> None:
    server.hosts.clear()
    with pytest.raises(SourceUnreachable, match="which is not on the public internet"):
        fetch(url("page"), ReadOptions())
    assert server.hosts == []


PRIVATE_ADDRESSES = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "[::1]",
    "[fe80::1]",
    "[fc00::1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::a00:1]",
    "[2002:a00:1::]",
    "2130706433",  # 127.0.0.1 as one number
    "0x7f.1",
    "localhost",
]


@pytest.mark.parametrize("host", PRIVATE_ADDRESSES)
def test_private_addresses_are_refused_however_they_are_written(host: str) -> None:
    with pytest.raises(SourceUnreachable):
        fetch(f"http://{host}/", ReadOptions())


def test_a_redirect_leads_nowhere_private(
    url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server itself is given a public name: only the second step is private."""
    import ipaddress

    real = ipaddress.IPv4Address.is_global.fget
    monkeypatch.setattr(
        ipaddress.IPv4Address,
        "is_global",
        property(lambda ip: str(ip) == "127.0.0.1" or real(ip)),
    )
    assert fetch(url("page"), ReadOptions()).data == PAGE.encode()
    with pytest.raises(SourceUnreachable, match=r"169\.254\.169\.254 is at 169"):
        fetch(url("inside"), ReadOptions())


def test_the_connection_goes_to_the_address_that_was_checked(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when checked and private when used gains nothing: it is asked once."""
    asked: list[object] = []
    real = socket.getaddrinfo

    def resolve(host: object, port: object, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "pont.example" else host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    server.hosts.clear()
    fetch(f"http://pont.example:{server.server_port}/page", PRIVATE)
    assert asked.count("pont.example") == 1
    assert server.hosts == [f"pont.example:{server.server_port}"]


@pytest.mark.parametrize("path", ["file", "round"])
def test_redirects_stay_http_and_end(path: str, url: Callable[[str], str]) -> None:
    with pytest.raises(SourceUnreachable):
        fetch(url(path), PRIVATE)


@pytest.mark.parametrize(
    ("path", "limits", "reason"),
    [
        ("bomb", {"max_bytes": 100_000}, "expected at most 100,000 bytes"),
        ("drip", {"seconds": 0.5}, r"took more than 0\.5 s"),
        ("slow", {"seconds": 0.5}, r"took more than 0\.5 s"),
    ],
)
def test_size_and_time_are_bounded(
    path: str, limits: dict[str, Any], reason: str, url: Callable[[str], str]
) -> None:
    with pytest.raises(SourceTooLarge, match=reason):
        fetch(url(path), ReadOptions(allow_private=True, **limits))


@pytest.mark.parametrize(
    "url", ["http://", "http://:80/", "http://a b/", "https://no.such.name.invalid/", "http://[::1"]
)
def test_a_url_that_leads_nowhere_is_an_error(url: str) -> None:
    with SourceReader(PRIVATE) as reader, pytest.raises(SourceError):
        list(reader.read(SourceItem(url, url)))


def test_proxies_of_the_environment_are_not_used(
    url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert fetch(url("page"), PRIVATE).data == PAGE.encode()
