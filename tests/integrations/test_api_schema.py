"""What the OpenAPI document allows is served, what it forbids is refused: by schemathesis."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from assistant.assistant import Assistant
from assistant.integrations.app import build_api
from tests.integrations.conftest import opened

EXAMPLES = 8  # of each operation and mode: all in all some seconds

REFUSALS = [400, 404, 405, 413, 422]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
)
# A schema cannot say that one of the messages has to be the user's, which names have a kind that
# can be read, and at which addresses there is a page.
SAYS_TOO_LITTLE = {
    operation: [positive_data_acceptance]
    for operation in ("POST /chat/completions", "PUT /files/{name}", "POST /sources")
}
WRITING = {"PUT /files/{name}", "POST /sources", "DELETE /sources/{id}"}

# Nothing is sent, or any text will do.
NEVER_WRONG = {"GET /models", "GET /models/{id}", "GET /conversations", "DELETE /sources/{id}"}


both_modes = pytest.mark.parametrize("mode", list(GenerationMode), ids=str)


@both_modes
def test_the_server_does_as_the_document_says(owls: Assistant, mode: GenerationMode) -> None:
    seen = conforming(owls, mode)
    assert {"POST /ask", "GET /sources/{id}", "POST /conversations"} < seen
    assert not seen & WRITING


@both_modes
def test_so_does_one_that_may_be_written_to(tmp_path: Path, mode: GenerationMode) -> None:
    allowed = {"api_writes": True, "api_rate": "100000/minute", "hosts": ("testserver",)}
    with opened(tmp_path / "library", **allowed) as assistant:
        (tmp_path / "owl.md").write_text("The owl denied it.")
        assistant.add([tmp_path / "owl.md"])
        assert conforming(assistant, mode, only=WRITING) == WRITING


def conforming(
    assistant: Assistant, mode: GenerationMode, only: Collection[str] = ()
) -> frozenset[str]:
    """Try what the document says of each operation, and give the operations."""
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", build_api(assistant), config=CONFIG)
    seen = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if only and operation.label not in only:
            continue
        seen.add(operation.label)
        if mode is GenerationMode.NEGATIVE and operation.label in NEVER_WRONG:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=SAYS_TOO_LITTLE.get(case.operation.label))

        holds()
    return frozenset(seen)
