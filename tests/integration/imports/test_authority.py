"""Who may import, and what a job may never do (threats R-10, R-19)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict
from idp.services.audit.recorder import SYSTEM
from idp.services.imports.choices import choices_of
from idp.services.imports.jobs import ImportJobService, NewImport
from tests.integration.imports.conftest import Importing, csv


@pytest.mark.parametrize("scopes", [("imports:read",), ("imports:write",), ("users:write",), ("users:read", "imports:read")])
def test_creating_needs_both_scopes(importing: Importing, scopes: tuple[str, ...]) -> None:
    """imports:write alone makes no people, and users:write alone does not either."""
    token = importing.world.service_token(importing.world.root, *scopes)
    answer = importing.world.call("POST", "/imports", token=token, json={"format": "csv", "size": 1})
    assert answer.status_code == 403
    job_id = importing.create(csv(1, 2))["id"]
    assert importing.world.call("POST", f"/imports/{job_id}/start", token=token).status_code == 403


def test_roles_need_their_own_scope(importing: Importing) -> None:
    """Otherwise an import would be a way around roles:write."""
    body = {"format": "csv", "size": 1, "options": {"with_roles": True}}
    token = importing.world.service_token(importing.world.root, "imports:write", "users:write")
    refused = importing.world.call("POST", "/imports", token=token, json=body)
    assert (refused.status_code, "roles:write" in refused.text) == (403, True)
    allowed = importing.world.service_token(importing.world.root, "imports:write", "users:write", "roles:write")
    assert importing.world.call("POST", "/imports", token=allowed, json=body).status_code == 201


def test_starting_a_job_that_gives_roles_needs_their_scope_too(importing: Importing) -> None:
    """Also if another admin made the job and sent its file."""
    made = importing.create(csv(1, 2), options={"with_roles": True})
    token = importing.world.service_token(importing.world.root, "imports:write", "users:write")
    refused = importing.world.call("POST", f"/imports/{made['id']}/start", token=token)
    assert (refused.status_code, "roles:write" in refused.text) == (403, True)


@pytest.mark.parametrize("name", ["with_admins", "own", "code_key", "admin", "__class__"])
def test_no_option_of_a_job_makes_an_admin(importing: Importing, name: str) -> None:
    """The options that could are refused, and left out of a job that was stored with them."""
    body = {"format": "csv", "size": 1, "options": {name: True}}
    assert importing.world.call("POST", "/imports", json=body).status_code == 400
    choices = choices_of({name: True})
    assert (choices.with_admins, choices.own, choices.code_key) == (False, False, b"")


def test_a_link_needs_a_connection_that_exists(importing: Importing) -> None:
    """A job cannot link people to an issuer of the file."""
    body = {"format": "csv", "size": 1, "options": {"links": {"google": "nowhere"}}}
    assert importing.world.call("POST", "/imports", json=body).status_code == 400


def test_jobs_that_wait_are_few(importing: Importing) -> None:
    """Ten. A cancelled one makes room."""
    made = [importing.create(csv(1, 2))["id"] for _ in range(10)]
    assert importing.world.call("POST", "/imports", json={"format": "csv", "size": 1}).status_code == 409
    assert importing.world.call("POST", f"/imports/{made[0]}/cancel").status_code == 200
    importing.create(csv(1, 2))


def test_a_deployment_without_a_bucket_has_no_jobs(importing: Importing) -> None:
    """It says how to get one."""
    it = importing.world.services
    service = ImportJobService(it.import_jobs, None, it.wake_import, it.connections, it.audit, it.clock, it.new_id)
    with pytest.raises(Conflict, match="imports=on"):
        service.create(NewImport("csv", {"people": 1}, {}), scope=DEPLOYMENT, by=SYSTEM)


def test_the_same_request_again_makes_one_job(importing: Importing) -> None:
    """With its Idempotency-Key: the answer is the first one, with the addresses."""
    asked: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}, "json": {"format": "csv", "size": 5}}
    first, second = (importing.world.call("POST", "/imports", **asked) for _ in range(2))
    assert first.json() == second.json()
    assert len(importing.world.call("GET", "/imports").json()["items"]) == 1
