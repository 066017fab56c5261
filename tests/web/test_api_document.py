"""Requests made up from the OpenAPI document: no fault of ours, and no answer that the document does not tell."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from remit.web.accounts import api_doors
from remit.web.accounts.models import ApiToken, User
from remit.web.accounts.roles import Duty, Role, may, side_of
from remit.web.api import api, document
from remit.web.shared.api.limits import Limit
from remit.web.wsgi import application
from tests.lib.web_api import ROOT, key_of
from tests.lib.web_contracts import agreed
from tests.lib.web_loads import CASES, loaded
from tests.lib.web_world import World

pytestmark = pytest.mark.django_db
OPERATIONS = sorted(f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods)
DOORS = {f"{one.method} {ROOT}{re.sub('{[a-z]+:', '{', one.path)}": one.access for one in api.declared()}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@cache
def made_up() -> Any:
    """Requests by the document, asked of the site in this process."""
    schema: Any = schemathesis.openapi.from_dict(document())
    schema.app = application
    return schema


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """As with the framework's own test client, the end of a request is not the end of the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def as_often_as_one_likes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(api_doors, "_asked", Limit())
    settings.API_REQUESTS_A_MINUTE = 10**9


def try_out(operation: str, person: User, *, examples: int) -> None:
    """Send made-up requests to an operation of the northern engagement, and hold each answer against the document."""
    method, path = operation.split()
    schema, key = made_up(), key_of(person)
    limits = settings(max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck))

    # The same requests at every run, and others for each person.
    @seed(crc32(f"{operation} {person.email}".encode()))
    @limits
    @given(case=schema[path][method].as_strategy())
    def requests_made_up(case: Any) -> None:
        if "engagement" in case.path_parameters:
            case.path_parameters["engagement"] = "care-north"
        ApiToken.objects.update(revoked_at=None)
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        case.validate_response(response, checks=CHECKS)

    requests_made_up()


def roles_that_differ() -> list[Role]:
    """One role of those with the same duties on the same side."""
    found = {(side_of(role), tuple(may(role, duty) for duty in Duty)): role for role in reversed(Role)}
    return sorted(found.values(), key=list(Role).index)


def may_ask(role: Role, operation: str) -> bool:
    access = DOORS[operation]
    return access is None or access.duty is None or may(role, access.duty)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_few_made_up_requests_are_answered_as_the_document_tells(world: World, operation: str) -> None:
    try_out(operation, world.person(Role.BPO_MANAGER), examples=4)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
def test_many_made_up_requests_are_answered_as_the_document_tells_to_every_role(world: World, operation: str) -> None:
    agreed(world)
    loaded(world, {"cases.csv": CASES})
    let_in = [role for role in roles_that_differ() if may_ask(role, operation)]
    for role in roles_that_differ():
        # Some hundred requests an operation, most of them by those whom its door lets in.
        try_out(operation, world.person(role), examples=max(10, 120 // len(let_in)) if role in let_in else 3)
