"""The passkeys of a user in the admin API: list them, and remove the one of a lost device."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.store import factor_keys
from idp.store.passkey_items import CredentialItem
from tests.store.examples import passkey

if TYPE_CHECKING:
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from tests.support.world import World


def with_passkey(world: World, user: User, *, name: str = "Phone", recovery: tuple[str, ...] = ()) -> Passkey:
    """Give the user a passkey."""
    now = world.services.user_service.get(user.id, scope=DEPLOYMENT)
    made = replace(passkey(now), name=name)
    assert world.services.passkeys.add(now, made, issued=1, attempt=made.id, recovery=recovery)
    return made


def test_the_passkeys_of_a_user_are_listed(world: World) -> None:
    """With what tells them apart, and without the key; the user says how many there are."""
    user = world.user()
    made = with_passkey(world, user)
    answer = world.call("GET", f"/users/{user.id}/passkeys")
    assert answer.json() == {
        "items": [{
            "id": made.id, "name": "Phone", "backup_eligible": True, "backed_up": True, "user_verified": False, "aaguid": "a",
            "created_at": "2027-01-15T08:00:00Z", "last_used_at": None,
        }],
        "next_cursor": None,
    }  # fmt: skip
    assert world.call("GET", f"/users/{user.id}").json()["passkeys"] == 1


def test_a_removed_passkey_gives_no_access_any_more(world: World) -> None:
    """Sessions, grants and recovery codes end with it, and the authenticator is free for another account."""
    user = world.user()
    made = with_passkey(world, user, recovery=("aa", "bb"))
    world.granted(world.services.user_service.get(user.id, scope=DEPLOYMENT), world.console)
    assert world.call("DELETE", f"/users/{user.id}/passkeys/{made.id}").status_code == 204
    assert world.call("GET", f"/users/{user.id}/passkeys").json()["items"] == []
    assert world.call("GET", f"/users/{user.id}/sessions").json()["items"] == []
    assert world.call("GET", f"/users/{user.id}/grants").json()["items"] == []
    assert world.services.factors.recovery_codes_left(user.id) == 0
    assert world.services.database.get(CredentialItem, factor_keys.credential(made.id)) is None
    [event] = [each for each in world.events(user_id=user.id) if each["type"] == "user.passkey_removed"]
    assert event["target"] == made.id


def test_the_other_passkeys_and_the_recovery_codes_stay(world: World) -> None:
    user = world.user()
    one, other = with_passkey(world, user, recovery=("aa",)), with_passkey(world, user, name="Key")
    assert world.call("DELETE", f"/users/{user.id}/passkeys/{one.id}").status_code == 204
    assert [each["name"] for each in world.call("GET", f"/users/{user.id}/passkeys").json()["items"]] == ["Key"]
    assert world.services.factors.recovery_codes_left(user.id) == 1
    assert world.services.passkeys.of(user.id)[0].id == other.id


@pytest.mark.parametrize("whose", ["another user's", "no one's"])
def test_only_a_passkey_of_this_user_is_removed(world: World, whose: str) -> None:
    """404, and no session ends."""
    user, other = world.user(), world.user()
    theirs = with_passkey(world, other)
    before = world.services.user_service.get(user.id, scope=DEPLOYMENT)
    named = theirs.id if whose == "another user's" else "x" * 43
    assert world.call("DELETE", f"/users/{user.id}/passkeys/{named}").status_code == 404
    assert world.services.user_service.get(user.id, scope=DEPLOYMENT) == before
    assert len(world.services.passkeys.of(other.id)) == 1


@pytest.mark.parametrize("named", ["x", "x" * 44, "a/b", "%00" * 43])
def test_another_id_is_a_bad_request(world: World, named: str) -> None:
    assert world.call("DELETE", f"/users/{world.user().id}/passkeys/{named}").status_code in {400, 404, 422}


def test_an_admins_passkey_needs_every_scope(world: World) -> None:
    """J-05: a caller that can take an admin's factor away could become one."""
    admin = world.user(admin=True)
    made = with_passkey(world, admin)
    token = world.service_token(world.service_client("users:write"), "users:write")
    assert world.call("DELETE", f"/users/{admin.id}/passkeys/{made.id}", token=token).status_code == 403
    assert len(world.services.passkeys.of(admin.id)) == 1


def test_a_reset_of_the_factors_removes_passkeys(world: World) -> None:
    user = world.user()
    with_passkey(world, user)
    assert world.call("DELETE", f"/users/{user.id}/factors").status_code == 204
    assert world.call("GET", f"/users/{user.id}").json()["passkeys"] == 0


def test_a_deleted_user_leaves_no_passkey(world: World) -> None:
    user = world.user()
    made = with_passkey(world, user)
    assert world.call("DELETE", f"/users/{user.id}").status_code == 204
    assert world.services.passkeys.of(user.id) == []
    assert world.services.database.get(CredentialItem, factor_keys.credential(made.id)) is None
