"""Each route refuses a caller who administers one organisation, because services do not serve organisations yet (threats J-16)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.domain.access.tenancy import Organisation
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.world import World

REFUSED = "Organisations are not supported yet. This can be done for the whole deployment only."
TABLES = ("directory", "state", "keys")


@pytest.fixture
def organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers of the admin API administer one organisation from now on."""
    monkeypatch.setattr("idp.http.admin.principal.determine_scope", lambda _: Organisation("acme"))


def stored(world: World) -> dict[str, list[str]]:
    """Return all items except the events of refusals."""
    scanned = {table: [json.dumps(item, sort_keys=True, default=repr) for item in world.services.database.scan(table)] for table in TABLES}
    return {table: sorted(item for item in items if "EVENT#" not in item) for table, items in scanned.items()}


def test_each_route_refuses_an_organisation_and_writes_nothing(world: World, organisation: None) -> None:
    for method, path, _, name in operations(world):
        target = filled(world, path)
        before = stored(world)
        answer = world.call(method, target, json=BODIES.get(name))
        assert (answer.status_code, answer.json()["detail"]) == (403, REFUSED), (method, path, answer.text)
        assert stored(world) == before, (method, path)


def test_an_organisation_gets_no_stored_answer_of_the_deployment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key under which an answer is stored contains the organisation, so that the same token with less authority finds none."""
    request: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}, "json": {"email": "ada@example.com"}}
    assert world.call("POST", "/users", **request).status_code == 201
    assert world.call("POST", "/users", **request).headers["idempotency-replayed"] == "true"
    monkeypatch.setattr("idp.http.admin.principal.determine_scope", lambda _: Organisation("acme"))
    assert world.call("POST", "/users", **request).status_code == 403


def test_a_cursor_of_the_deployment_opens_nothing_for_an_organisation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        world.user()
    cursor = world.call("GET", "/users", params={"limit": "1"}).json()["next_cursor"]
    assert world.call("GET", "/users", params={"limit": "1", "cursor": cursor}).status_code == 200
    monkeypatch.setattr("idp.http.admin.principal.determine_scope", lambda _: Organisation("acme"))
    assert world.call("GET", "/users", params={"limit": "1", "cursor": cursor}).status_code == 400
