"""Holds the API to its own description: whatever fits it, and what does not, gets an answer that is described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema
from serving import Server


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApiSchema]:
    server = Server(tmp_path_factory.mktemp("data"), "--workers", "1")
    yield schemathesis.openapi.from_url(f"{server.address}/openapi.json")
    server.stop()


OPERATIONS = [
    "POST /v1/classify", "GET /v1/types", "GET /v1/model", "GET /v1/batch", "POST /v1/batch", "GET /v1/batch/{job}", "DELETE /v1/batch/{job}",
    "POST /v1/batch/{job}/start", "POST /v1/batch/{job}/cancel", "GET /v1/batch/{job}/{name}", "GET /healthz", "GET /metrics",
]  # fmt: skip


def test_all_operations_are_tried(described: OpenApiSchema) -> None:
    assert sorted(result.ok().label for result in described.get_all_operations()) == sorted(OPERATIONS)


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_is_described(described: OpenApiSchema, label: str) -> None:
    operation = next(found.ok() for found in described.get_all_operations() if found.ok().label == label)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        # That a file is a table, and that the model knows a type, no schema can say.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()
