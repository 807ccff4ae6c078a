"""The remembered devices of a user in the admin API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.remembered import ORIGIN, remember_device, remember_devices
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.world import World


def someone(world: World) -> User:
    """A user with a second factor, in a deployment that remembers devices."""
    remember_devices(world.services)
    return change_user(world.services.users, world.user().id, totp_enabled=True)


def listed(world: World, user: User) -> list[str]:
    """The ids in the list."""
    return [one["id"] for one in world.call("GET", f"/users/{user.id}/remembered-devices").json()["items"]]


def test_the_devices_of_a_user_are_listed(world: World) -> None:
    user = someone(world)
    device = remember_device(world.services, user)
    assert world.call("GET", f"/users/{user.id}/remembered-devices").json() == {
        "items": [{
            "id": device, "user_agent": ORIGIN.user_agent, "address": ORIGIN.address, "created_at": "2027-01-15T08:00:00Z",
            "expires_at": "2027-02-14T08:00:00Z",
        }],
        "next_cursor": None,
    }  # fmt: skip


def test_pages_list_each_device_once(world: World) -> None:
    user = someone(world)
    made = {remember_device(world.services, user) for _ in range(5)}
    found: list[str] = []
    cursor: str | None = ""
    for _ in range(3):
        page = world.call("GET", f"/users/{user.id}/remembered-devices?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert (len(found), set(found)) == (5, made)


@pytest.mark.parametrize("change", [{"security_stamp": 9}, {"factor_stamp": 9}, {"totp_enabled": False}])
def test_a_device_that_does_not_count_is_not_listed(world: World, change: dict[str, object]) -> None:
    user = someone(world)
    remember_device(world.services, user)
    change_user(world.services.users, user.id, **change)
    assert listed(world, user) == []


def test_one_device_or_all_are_forgotten(world: World) -> None:
    user = someone(world)
    one, *others = (remember_device(world.services, user) for _ in range(3))
    assert world.call("DELETE", f"/users/{user.id}/remembered-devices/{one}").status_code == 204
    assert set(listed(world, user)) == set(others)
    assert world.call("DELETE", f"/users/{user.id}/remembered-devices/{one}").status_code == 404
    assert world.call("DELETE", f"/users/{user.id}/remembered-devices").status_code == 204
    assert listed(world, user) == []
    assert world.call("DELETE", f"/users/{user.id}/remembered-devices").status_code == 204
    told = [event["target"] for event in world.events(user_id=user.id) if event["type"] == "remembered_device.removed"]
    assert sorted(told) == sorted([one, *others])


def test_a_device_of_another_user_is_not_found(world: World) -> None:
    user, other = someone(world), someone(world)
    theirs = remember_device(world.services, other)
    assert world.call("DELETE", f"/users/{user.id}/remembered-devices/{theirs}").status_code == 404
    assert listed(world, other) == [theirs]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_user_who_does_not_exist_has_no_list(world: World, method: str) -> None:
    assert world.call(method, "/users/usr_nobody/remembered-devices").status_code == 404


def test_a_deployment_that_remembers_no_devices_has_an_empty_list(world: World) -> None:
    user = someone(world)
    remember_device(world.services, user)
    remember_devices(world.services, 0)
    assert listed(world, user) == []
