"""Sources added and forgotten over REST, where that is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.integrations.app import build_api
from tests.integrations.conftest import opened

OWL = b"# The owl\n\nMusk denied the call.\n"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[TestClient]:
    with opened(tmp_path / "library", api_writes=True, upload_mb=1) as assistant:
        yield TestClient(build_api(assistant), base_url="http://localhost")


def test_a_file_is_added_replaced_and_forgotten(api: TestClient, tmp_path: Path) -> None:
    added = api.put("/v1/files/owl.md", content=OWL).json()
    assert [source["status"] for source in added["sources"]] == ["added"]
    [its] = added["documents"]
    assert "Musk denied" in api.get(f"/v1/sources/{its}").json()["text"]
    replaced = api.put("/v1/files/owl.md", content=b"Musk confirmed the call.").json()
    assert [source["status"] for source in replaced["sources"]] == ["updated"]
    assert api.get(f"/v1/sources/{its}").status_code == 404
    [its] = replaced["documents"]
    assert api.delete(f"/v1/sources/{its}").json()["sources"][0]["status"] == "removed"
    assert api.get("/v1/sources").json()["total"] == 0
    assert not [path for path in (tmp_path / "library" / "uploads").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("owl.exe", OWL, 415, "unsupported_source"),
        ("owl.md", b" ", 422, "source_error"),
        ("owl.md", b"x" * 1_000_001, 413, "source_too_large"),
        (".owl.md", OWL, 422, "invalid_request"),
        ("..%2Fowl.md", OWL, 404, "not_found"),
        ("%2e%2e", OWL, 422, "invalid_request"),
        ("a%00.md", OWL, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_added_is_told(
    api: TestClient, tmp_path: Path, name: str, content: bytes, status: int, code: str
) -> None:
    response = api.put(f"/v1/files/{name}", content=content)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not (tmp_path / "owl.md").exists()
    assert not (tmp_path / "library" / "owl.md").exists()


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://127.0.0.1:9/owl", 422),
        ("http://169.254.169.254/latest", 422),
        ("file:///etc/passwd", 422),
        ("/etc/passwd", 422),
    ],
)
def test_neither_a_file_nor_a_private_address_is_fetched(
    api: TestClient, url: str, status: int
) -> None:
    assert api.post("/v1/sources", json={"url": url}).status_code == status


def test_a_document_among_others_of_its_source_stays(api: TestClient) -> None:
    rows = b'{"doc_id": "a", "text": "The owl sleeps."}\n{"doc_id": "b", "text": "It rains."}\n'
    added = api.put("/v1/files/rows.jsonl", content=rows).json()
    assert len(added["documents"]) == 2
    refused = api.delete("/v1/sources/a")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
    assert api.get("/v1/sources").json()["total"] == 2


def test_of_documents_of_one_id_the_named_one_is_forgotten(api: TestClient, tmp_path: Path) -> None:
    for name in ("one", "two"):
        row = f'{{"doc_id": "1", "text": "The owl sleeps in {name}."}}'
        assert api.put(f"/v1/files/{name}.jsonl", content=row.encode()).status_code == 200
    one, two = api.get("/v1/sources").json()["documents"]
    assert one["id"] == two["id"]
    assert api.delete(f"/v1/sources/{one['sha256']}").status_code == 200
    [left] = api.get("/v1/sources").json()["documents"]
    assert left["sha256"] == two["sha256"]
    assert len(list((tmp_path / "library" / "uploads").rglob("*.jsonl"))) == 1


def test_nothing_is_written_unless_that_is_allowed(tmp_path: Path) -> None:
    with opened(tmp_path / "library") as assistant:
        api = TestClient(build_api(assistant), base_url="http://localhost")
        assert api.put("/v1/files/owl.md", content=OWL).status_code == 404
        assert api.post("/v1/sources", json={"url": "https://owl.example"}).status_code == 405
        assert api.delete("/v1/sources/a").status_code == 405
        paths = api.get("/v1/openapi.json").json()["paths"]
        assert set(paths["/sources"]) == {"get"}
        assert "/files/{name}" not in paths
    assert not (tmp_path / "library").exists()
