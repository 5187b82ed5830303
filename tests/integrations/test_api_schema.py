"""What the OpenAPI document allows is served, what it forbids is refused: by schemathesis."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from assistant.assistant import Assistant
from assistant.integrations.app import build_api

EXAMPLES = 8  # of each operation and mode: all in all some seconds

REFUSALS = [400, 404, 405, 413, 422]
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
)
# A schema cannot say that one of the messages has to be the user's.
SAYS_TOO_LITTLE = {"POST /chat/completions": [positive_data_acceptance]}

# Nothing is sent, or any text will do.
NEVER_WRONG = {"GET /models", "GET /models/{id}", "GET /conversations"}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_the_server_does_as_the_document_says(owls: Assistant, mode: GenerationMode) -> None:
    app = build_api(owls)
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=CONFIG)
    seen = set()
    for found in schema.get_all_operations():
        operation = found.ok()
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
    assert {"POST /ask", "GET /sources/{id}", *SAYS_TOO_LITTLE} < seen
