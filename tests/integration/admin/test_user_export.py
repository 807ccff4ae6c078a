"""Everything that is stored about a user, for an admin who answers a request for it (threats J-08, J-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access import admin_scopes
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from tests.support.world import World

NEEDED = {"users:read", "sessions:read", "audit:read"}


def test_it_has_the_items_of_the_user_and_is_recorded(world: World) -> None:
    """J-15: each export is an event about the user, with the admin who asked. The next export says that another person did it."""
    user = world.user(password=PASSWORD, claims={"name": "Ada Lovelace"})
    world.granted(user, world.console)
    answer = world.call("GET", f"/users/{user.id}/export")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["account"]["profile"] == {"name": "Ada Lovelace"}
    assert told["account"]["has_password"] is True
    assert len(told["app_access"]) == 1
    event = world.events()[0]
    assert (event["type"], event["actor"], event["subject"]) == ("user.exported", "root-service", user.id)
    [mine] = [each for each in world.call("GET", f"/users/{user.id}/export").json()["events"] if each["type"] == "user.exported"]
    assert (mine["by"], mine["app"]) == ("root-service", None)


def test_it_needs_all_that_it_contains(world: World) -> None:
    """J-05: a token without one of the scopes could otherwise read sessions or the audit trail through it."""
    user = world.user()
    for missing in NEEDED:
        token = world.service_token(world.root, *(admin_scopes.ALL - {missing}))
        answer = world.call("GET", f"/users/{user.id}/export", token=token)
        assert answer.status_code == 403
        assert "insufficient_scope" in answer.headers["www-authenticate"]
    assert not [event for event in world.events() if event["type"] == "user.exported"]


def test_an_unknown_user_is_not_found(world: World) -> None:
    """And nothing is recorded."""
    assert world.call("GET", "/users/usr_unknown/export").status_code == 404
    assert not [event for event in world.events() if event["type"] == "user.exported"]
