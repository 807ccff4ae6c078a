"""The admin API after an app was deleted and registered again with the same id, or disabled and enabled again, in the same second."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from tests.support.admin_calls import ADMIN
from tests.support.world import World

NEW_APP = {"redirect_uris": ["https://shop.example/cb"]}


def recreated(world: World, client: Client) -> Client:
    """Create another service client with the same id and the same scopes."""
    world.services.client_service.delete(client.id, scope=DEPLOYMENT)
    if "client_credentials" in client.grant_types:
        return world.service_client(*client.scopes, client_id=client.id)
    return world.web_client(client_id=client.id)


def enabled_again(world: World, client: Client) -> Client:
    """Disable and enable the same client."""
    world.services.client_service.patch(client.id, {"disabled": True}, scope=DEPLOYMENT)
    return world.services.client_service.patch(client.id, {"disabled": False}, scope=DEPLOYMENT)


End = Callable[[World, Client], Client]
ENDS: list[End] = [recreated, enabled_again]


@pytest.fixture
def service(world: World) -> Client:
    """A service client that manages apps."""
    return world.service_client("clients:read", "clients:write", client_id="deployer")


@pytest.mark.parametrize("end", ENDS)
def test_a_token_of_a_former_service_is_refused(world: World, service: Client, end: End) -> None:
    """401 for the token of the former app, 200 for one of the new app."""
    token = world.service_token(service)
    assert world.call("GET", "/clients", token=token).status_code == 200
    after = end(world, service)
    assert world.call("GET", "/clients", token=token).status_code == 401
    assert world.call("GET", "/clients", token=world.service_token(after)).status_code == 200


@pytest.mark.parametrize("end", ENDS)
def test_a_token_from_before_incarnations_ends_with_its_app(world: World, end: End) -> None:
    """The stored app has no incarnation, and its tokens no stamp. They are valid until the app ends, and refused afterwards."""
    old = Client(
        id="old", grant_types=("client_credentials",), scopes=("clients:read",), resources=(ADMIN,), redirect_uris=(), created_at=1,
        secrets=world.root.secrets,
    )  # fmt: skip
    assert world.services.clients.create(old)
    token = world.service_token(old)
    assert world.call("GET", "/clients", token=token).status_code == 200
    end(world, old)
    assert world.call("GET", "/clients", token=token).status_code == 401


@pytest.mark.parametrize("end", ENDS)
def test_an_admins_token_by_a_former_app_is_refused(world: World, end: End) -> None:
    """The token of an admin person, issued to an app that was replaced."""
    assert world.console.id
    token = world.token(world.admin, world.console)
    assert world.call("GET", "/users", token=token).status_code == 200
    if end is recreated:
        world.services.client_service.delete("console", scope=DEPLOYMENT)
        world.web_client(*world.console.scopes[4:], client_id="console")
    else:
        enabled_again(world, world.console)
    assert world.call("GET", "/users", token=token).status_code == 401


@pytest.mark.parametrize(
    "end", [*ENDS, lambda world, client: world.services.client_service.delete(client.id, scope=DEPLOYMENT)], ids=["new", "enabled", "gone"]
)
def test_grants_of_a_former_app_are_not_listed(world: World, end: Callable[[World, Client], object]) -> None:
    """They give no access any more."""
    user, app = world.user(), world.web_client()
    world.granted(user, app)
    other = world.granted(user, world.console)
    assert len(world.call("GET", f"/users/{user.id}/grants").json()["items"]) == 2
    end(world, app)
    (left,) = world.call("GET", f"/users/{user.id}/grants").json()["items"]
    assert left["id"] == other.id


def test_a_new_app_gets_no_stored_answer_of_a_former_app(world: World, service: Client) -> None:
    """The new app's request has its own effect, and the former app's secret is not in the answer."""
    headers = {"Idempotency-Key": "k"}
    first = world.call("POST", "/clients", token=world.service_token(service), headers=headers, json=NEW_APP)
    after = recreated(world, service)
    second = world.call("POST", "/clients", token=world.service_token(after), headers=headers, json=NEW_APP)
    assert (first.status_code, second.status_code) == (201, 201)
    assert "idempotency-replayed" not in second.headers
    assert first.json()["client_secret"] != second.json()["client_secret"]
    assert first.json()["client_id"] != second.json()["client_id"]


def test_a_stored_answer_outlives_disabling_the_app(world: World, service: Client) -> None:
    """It is the same app, so a repeated request has no second effect."""
    headers = {"Idempotency-Key": "k"}
    first = world.call("POST", "/clients", token=world.service_token(service), headers=headers, json=NEW_APP)
    after = enabled_again(world, service)
    second = world.call("POST", "/clients", token=world.service_token(after), headers=headers, json=NEW_APP)
    assert second.headers["idempotency-replayed"] == "true"
    assert first.content == second.content


@pytest.mark.parametrize("whose", ["service", "person"])
def test_a_cursor_of_a_former_app_is_refused(world: World, service: Client, whose: str) -> None:
    """400 for the new app, also if one admin uses both."""
    assert world.console.id
    person = whose == "person"
    app = world.console if person else service

    def token(client: Client) -> str:
        return world.token(world.admin, client) if person else world.service_token(client)

    cursor = world.call("GET", "/clients?limit=1", token=token(app)).json()["next_cursor"]
    assert world.call("GET", f"/clients?limit=1&cursor={cursor}", token=token(app)).status_code == 200
    if person:
        world.services.client_service.delete("console", scope=DEPLOYMENT)
        after = world.web_client(*app.scopes[4:], client_id="console")
    else:
        after = recreated(world, service)
    assert world.call("GET", f"/clients?limit=1&cursor={cursor}", token=token(after)).status_code == 400


def test_answers_about_an_app_contain_no_stamp(world: World, service: Client) -> None:
    """Neither the incarnation nor the count of disablings is a member. The event has the names of the changed members."""
    enabled_again(world, service)
    told = world.call("GET", f"/clients/{service.id}").json()
    assert not {"incarnation", "security_stamp", "stamp"} & set(told)
    changes = [event["details"]["changed"] for event in world.events() if event["type"] == "client.updated"]
    assert changes == ["disabled", "disabled"]
