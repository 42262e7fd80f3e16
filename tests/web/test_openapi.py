"""The OpenAPI file is right, and no request that it allows, or does not allow, brings an error of the server."""

import contextlib

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import TOKEN
from truceline.web import app
from truceline.web.guard import LOOPBACK


@pytest.fixture
def api(still):
    asked_as = (*LOOPBACK, "testserver")
    return schemathesis.openapi.from_asgi("/api/openapi.json", app.create(still.room, hosts=asked_as, token=TOKEN))


def test_every_operation_answers_as_described(api):
    asked = [found.ok() for found in api.get_all_operations()]
    for operation in asked:
        answers(operation.as_strategy())
        with contextlib.suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
            answers(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    assert "POST /judgements" in {operation.label for operation in asked}
    assert len(asked) > 15


def answers(cases):
    """Send these requests, and hold what comes back against the description."""
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

    @settings(max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def each(case):
        case.headers = {**(case.headers or {}), "x-truceline-token": TOKEN}
        case.call_and_validate(checks=checks)

    each()


def test_every_data_route_is_described(still):
    found = still.get("/api/openapi.json").json()["paths"]
    for path in (
        "/api/mission",
        "/api/incidents",
        "/api/findings",
        "/ogc/collections/{collection}/items",
        "/judgements",
        "/judgements/preview",
    ):
        assert path in found
    named = {p["name"] for p in found["/api/incidents"]["get"]["parameters"]}
    assert {"from", "to", "grade", "kind", "party", "agreement", "q", "bbox", "sort", "page"} <= named
