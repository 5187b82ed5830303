from __future__ import annotations

import http.client
import runpy
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.config import Settings
from assistant.errors import InvalidInput
from assistant.ui import serve
from assistant.ui.auth import Users, password_line
from assistant.ui.server import build_app
from tests.bag_of_words import BagOfWords

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret.txt").write_text("The owl sleeps at noon.", "utf-8")
    return folder / "library"


@pytest.fixture(scope="module")
def address(
    library: Path, serving: Callable[[Assistant], AbstractContextManager[str]]
) -> Iterator[str]:
    settings = Settings(library=library, chroma="off", hosts=("news.example",))
    with Assistant.open(settings=settings, encoder=BagOfWords()) as assistant:
        assistant.add([library.parent / "secret.txt"])
        with serving(assistant) as url:
            yield urlsplit(url).netloc


def get(address: str, path: str = "/", **headers: str) -> http.client.HTTPResponse:
    """Send the path as it is written: other clients would tidy `..` away."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in {"Host": address, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]  # the connection ends here
    connection.close()
    return response


OWN, NAMED, FOREIGN = "127.0.0.1", "news.example", "evil.example"


@pytest.mark.parametrize("host", [OWN, "localhost", "[::1]", NAMED, FOREIGN, f"{OWN}.{FOREIGN}"])
@pytest.mark.parametrize("origin", [None, "own", FOREIGN, "null"])
def test_only_own_names_are_answered_and_only_own_pages(
    address: str, host: str, origin: str | None
) -> None:
    port = address.rpartition(":")[2]
    headers = {"Host": f"{host}:{port}"}
    if origin is not None:
        headers["Origin"] = {
            "own": f"http://{host}:{port}",
            "null": "null",
            FOREIGN: f"http://{FOREIGN}:{port}",
        }[origin]
    response = get(address, "/config", **headers)
    same = origin in (None, "own") or (host, origin) == (FOREIGN, FOREIGN)
    expected = 403 if not same else 400 if FOREIGN in host else 200
    assert response.status == expected
    if expected != 200:
        assert response.getheader("access-control-allow-origin") is None


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/nowhere"])
def test_every_response_carries_the_safeguards(address: str, path: str) -> None:
    response = get(address, path)
    policy = response.getheader("content-security-policy") or ""
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert response.getheader("x-content-type-options") == "nosniff"
    assert response.getheader("referrer-policy") == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "....//....//etc/passwd",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "{library}/catalog.sqlite",
        "{library}/../secret.txt",
        "{root}/assistant/config.py",
        "{root}/app.py",
        "app.py",
    ],
)
@pytest.mark.parametrize("route", ["/gradio_api/file=", "/file=", "/static/", "/assets/"])
def test_no_file_is_served(address: str, library: Path, route: str, path: str) -> None:
    target = route + path.format(library=library, root=ROOT)
    response = get(address, target)
    assert response.status in (403, 404), target
    assert b"root:" not in response.body  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "https://example.org/", "file:///etc"])
def test_nothing_is_fetched_on_a_visitors_behalf(address: str, url: str) -> None:
    assert get(address, f"/gradio_api/proxy={url}").status == 404


def test_gradio_takes_no_files(address: str) -> None:
    connection = http.client.HTTPConnection(address, timeout=60)
    boundary = "owl"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        f"hoo\r\n--{boundary}--\r\n"
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    connection.request("POST", "/gradio_api/upload", body, headers)
    assert connection.getresponse().status == 404
    connection.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "news.example", ""])
def test_other_machines_are_not_served_without_passwords(tmp_path: Path, host: str) -> None:
    assistant = Assistant.open(tmp_path, encoder=BagOfWords())
    with pytest.raises(InvalidInput, match=r"local host .* was expected .*--insecure"):
        serve(assistant, host=host, port=0)


def test_a_password_in_two_places_is_refused(tmp_path: Path) -> None:
    (tmp_path / "users").write_text(password_line("owl", "hoo"), "utf-8")
    settings = Settings(library=tmp_path, auth_file=tmp_path / "users")
    assistant = Assistant.open(settings=settings, encoder=BagOfWords())
    with pytest.raises(InvalidInput, match="found both"):
        serve(assistant, port=0, credentials="owl:hoo")


@pytest.mark.parametrize(("settings", "credentials"), [({"insecure": True}, ""), ({}, "owl:hoo")])
def test_other_machines_are_served_where_that_was_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, bool],
    credentials: str,
) -> None:
    monkeypatch.setenv("ASSISTANT_AUTH", credentials)
    assistant = Assistant.open(
        settings=Settings(library=tmp_path, **settings), encoder=BagOfWords()
    )
    served: list[str] = []

    def run(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        served.append(sockets[0].getsockname()[0])

    monkeypatch.setattr(uvicorn.Server, "run", run)
    serve(assistant, host="0.0.0.0", port=0)
    assert served == ["0.0.0.0"]


@pytest.mark.parametrize(
    "path", ["/", "/config", "/source?id=owl", "/conversation/x/json", "/v1/sources", "/mcp"]
)
def test_with_passwords_nothing_is_open(tmp_path: Path, path: str) -> None:
    settings = Settings(library=tmp_path / "library", chroma="off")
    assistant = Assistant.open(settings=settings, encoder=BagOfWords())
    app = build_app(assistant, users=Users.from_plain("owl:hoo"))
    client = TestClient(app, base_url="http://localhost")
    assert client.get(path).status_code == 401
    assert client.post(path).status_code == 401
    assert client.get("/config", auth=("owl", "hoo")).status_code == 200


@pytest.mark.parametrize(
    ("host", "users", "read_only", "expected"),
    [
        ("127.0.0.1", None, False, 400),
        ("127.0.0.1", None, True, 404),
        ("192.168.1.4", None, False, 404),
        ("192.168.1.4", Users.from_plain("owl:hoo"), False, 400),
        ("192.168.1.4", Users.from_plain("owl:hoo"), True, 404),
    ],
)
def test_sources_are_added_on_this_machine_or_by_users_and_not_where_they_may_only_be_read(
    tmp_path: Path, host: str, users: Users | None, read_only: bool, expected: int
) -> None:
    settings = Settings(library=tmp_path / "library", chroma="off", read_only=read_only)
    app = build_app(Assistant.open(settings=settings, encoder=BagOfWords()), host=host, users=users)
    client = TestClient(app, base_url=f"http://{host}")
    # Without a batch: 400 where there is something that takes files
    posted = client.post("/uploads?name=a.txt", auth=("owl", "hoo") if users else None)
    assert posted.status_code in ({404, 405} if expected == 404 else {expected})


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    assistant = Assistant.open(tmp_path, encoder=BagOfWords())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=rf"Port {port} cannot be had \(Address already"):
            serve(assistant, port=port)


@pytest.mark.slow
def test_making_the_page_looks_nothing_up(tmp_path: Path) -> None:
    code = (
        "import socket, sys, threading\n"
        "looked_up = []\n"
        "socket.getaddrinfo = lambda *a, **k: looked_up.append(a) or []\n"
        "socket.socket.connect = lambda self, address: looked_up.append(address)\n"
        "from assistant import Assistant\n"
        "from assistant.ui.server import build_app\n"
        "from tests.bag_of_words import BagOfWords\n"
        "build_app(Assistant.open(sys.argv[1], encoder=BagOfWords()))\n"
        "[t.join() for t in threading.enumerate() if t is not threading.main_thread()]\n"
        "sys.exit(str(looked_up) if looked_up else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, cwd=ROOT, timeout=100)


def test_the_launcher_reports_a_wrong_setting_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "assistant.toml").write_text("top = 0", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
    assert str(stopped.value).startswith("app.py: assistant.toml, top: expected")
    assert "\n" not in str(stopped.value)
