"""What the OpenAPI document allows is served, what it forbids is refused: by schemathesis."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from assistant.assistant import Assistant
from assistant.integrations.app import build_api

EXAMPLES = 10  # of each operation and mode: all in all some seconds


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_the_server_does_as_the_document_says(owls: Assistant, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", build_api(owls))
    seen = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: schemathesis.Case) -> None:
            case.call_and_validate()

        holds()
        seen += 1
    assert seen >= 5
