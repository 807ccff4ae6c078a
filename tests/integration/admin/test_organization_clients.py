"""Machine clients that an organisation makes for itself: what they get, and what they never get (threats J-05, Q-02)."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from idp.services.delegation.machine_clients import MachineClients
from tests.support.organising import admin_of, organisation, role
from tests.support.world import World

GIVEN = {"client_name": "Acme sync", "scope": "orders"}


def made(world: World, org_id: str, **given: Any) -> dict[str, Any]:
    answer = world.call("POST", f"/organizations/{org_id}/clients", json={**GIVEN, **given})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def asked(world: World, client_id: str, secret: str) -> httpx.Response:
    """A token request of this client."""
    return world.http.post("/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret))


def said(answer: httpx.Response) -> dict[str, Any]:
    """What the access token of this answer says."""
    payload = answer.json()["access_token"].split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def offering(world: World, **settings: Any) -> MachineClients:
    """The service of a deployment with these settings."""
    s = world.services
    return MachineClients(replace(s.settings, **settings), s.client_service, s.clients, s.organisations, s.new_id)


def test_its_token_is_for_the_organisation(world: World) -> None:
    it = organisation(world.services)
    granted = role(world.services, it, "sync", "orders:write")
    client = made(world, it.id, roles=[granted.name])
    assert client["client_id"].startswith(f"{it.id}.")
    answer = asked(world, client["client_id"], client["client_secret"])
    assert answer.status_code == 200, answer.text
    stored = world.services.clients.get(client["client_id"])
    assert stored
    assert (stored.org_id, stored.grant_types, dict(stored.roles or {})) == (it.id, ("client_credentials",), {"sync": granted.id})
    told = said(answer)
    assert (told["org_id"], told["org_name"], told["scope"], told["sub"]) == (it.id, it.slug, "orders", client["client_id"])


def test_a_secret_is_rotated_and_a_deleted_client_gets_no_token(world: World) -> None:
    it = organisation(world.services)
    client = made(world, it.id)
    path = f"/organizations/{it.id}/clients/{client['client_id']}"
    again = world.call("POST", f"{path}/rotate-secret", json={"overlap_seconds": 60})
    assert again.status_code == 200, again.text
    secrets = (client["client_secret"], again.json()["client_secret"])
    assert [asked(world, client["client_id"], each).status_code for each in secrets] == [200, 200]
    assert world.call("POST", f"{path}/rotate-secret").status_code == 200
    assert asked(world, client["client_id"], secrets[0]).status_code == 401
    assert world.call("PATCH", path, json={"disabled": True}, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("PATCH", path, json={"disabled": True}).json()["disabled"] is True
    assert world.call("DELETE", path).status_code == 204
    assert world.call("GET", path).status_code == 404
    assert asked(world, client["client_id"], secrets[1]).status_code == 401


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"scope": "orders invoices"}, Invalid), ({"scope": "users:write"}, Invalid), ({"resources": ["https://api.example"]}, Invalid),
        ({"roles": ["admin"]}, Invalid), ({"org_id": "org_other"}, Invalid), ({"grant_types": ["authorization_code"]}, Invalid),
        ({"claim_mappings": {}}, Invalid), ({"introspects": []}, Invalid), ({"client_id": "mine"}, Invalid),
    ],
)  # fmt: skip
def test_it_gets_nothing_that_the_deployment_does_not_offer(world: World, given: dict[str, Any], error: type[Exception]) -> None:
    it = organisation(world.services)
    scope, by = admin_of(it.id)
    service = world.services.machine_clients
    with pytest.raises(error):
        service.create(it.id, {**GIVEN, **given}, scope=scope, by=by)
    client, _ = service.create(it.id, GIVEN, scope=scope, by=by)
    with pytest.raises(error):
        service.patch(it.id, client.id, given, scope=scope, by=by)
    assert world.services.clients.get(client.id) == client


def test_without_the_setting_organisations_make_none(world: World) -> None:
    it = organisation(world.services)
    scope, by = admin_of(it.id)
    with pytest.raises(Conflict) as refused:
        offering(world, organization_client_scopes="").create(it.id, GIVEN, scope=scope, by=by)
    assert refused.value.message.id == "organisation.clients_off"


def test_a_client_is_disabled_also_after_the_deployment_took_its_offer_back(world: World) -> None:
    """Else a leaked secret could be ended by deleting the client only. It is not enabled again then."""
    it = organisation(world.services)
    scope, by = admin_of(it.id)
    client, _ = world.services.machine_clients.create(it.id, GIVEN, scope=scope, by=by)
    off = offering(world, organization_client_scopes="")
    for more in ({"disabled": False}, {"disabled": True, "client_name": "Other"}):
        with pytest.raises(Conflict):
            off.patch(it.id, client.id, more, scope=scope, by=by)
    assert off.patch(it.id, client.id, {"disabled": True}, scope=scope, by=by).disabled


def test_an_admin_gives_no_right_of_the_admin_api_that_they_lack(world: World) -> None:
    """Nor takes a client over that has one, by a new secret."""
    it = organisation(world.services)
    scope, by = admin_of(it.id)
    service = offering(world, organization_client_resources=world.services.settings.admin_resource)
    less = replace(by, held=by.held - {"users:read"})
    given = {"client_name": "A", "scope": "users:read"}
    with pytest.raises(Forbidden):
        service.create(it.id, given, scope=scope, by=less)
    client, _ = service.create(it.id, given, scope=scope, by=replace(by, held=ORGANISATION_SCOPES))
    for act in (service.rotate_secret, service.delete):
        with pytest.raises(Forbidden):
            act(it.id, client.id, scope=scope, by=less)
    with pytest.raises(Forbidden):
        service.patch(it.id, client.id, {"client_name": "B"}, scope=scope, by=less)


def test_a_client_of_the_deployment_is_not_the_organisations_own(world: World) -> None:
    """One that was given to it under another id, one that was taken from it, and one of another organisation below the own path."""
    it, other = organisation(world.services), organisation(world.services)
    scope, by = admin_of(it.id)
    service, clients = world.services.machine_clients, world.services.client_service
    machine = {"grant_types": ["client_credentials"], "scope": "api:read"}
    given, _ = clients.create({**machine, "org_id": it.id}, scope=DEPLOYMENT)
    taken, _ = service.create(it.id, GIVEN, scope=scope, by=by)
    clients.patch(taken.id, {"org_id": None}, scope=DEPLOYMENT)
    theirs = made(world, other.id)["client_id"]
    named, _ = clients.create({**machine, "client_id": f"{it.id}.named"}, scope=DEPLOYMENT)
    for client_id in (given.id, taken.id, theirs, named.id):
        with pytest.raises(NotFound):
            service.get(it.id, client_id, scope=scope)
        with pytest.raises(NotFound):
            service.rotate_secret(it.id, client_id, scope=scope, by=by)
    assert service.listing(it.id, scope=scope, limit=10) == ([], None)


def test_there_is_a_most_and_a_deleted_organisation_leaves_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.services.delegation.machine_clients.MOST", 2)
    it = organisation(world.services)
    ids = [made(world, it.id)["client_id"] for _ in range(2)]
    assert world.call("POST", f"/organizations/{it.id}/clients", json=GIVEN).status_code == 409
    assert world.call("DELETE", f"/organizations/{it.id}").status_code == 204
    assert [world.services.clients.get(each) for each in ids] == [None, None]


def test_the_organisation_hears_of_it_and_no_event_has_a_secret(world: World) -> None:
    it = organisation(world.services)
    client = made(world, it.id)
    events = [event for event in world.events() if event["target"] == client["client_id"]]
    assert [event["type"] for event in events] == ["client.created"]
    assert client["client_secret"] not in str(events)
    copies = world.services.database.query_all("state", f"ORG#{it.id}", sk_begins="EVENT#")
    assert [raw["type"]["S"] for raw in copies if raw["target"]["S"] == client["client_id"]] == ["client.created"]
