"""An admin sees why a user gets no mail, and clears it. Erasing the user erases the mark (threats M-07)."""

from __future__ import annotations

import pytest

from idp.domain.mail.mail_problem import MailProblem
from tests.support.world import World


def test_the_reason_is_shown_and_cleared(world: World) -> None:
    """Clearing it again changes nothing. Each call is an event."""
    user = world.user()
    assert world.call("GET", f"/users/{user.id}").json()["mail_problem"] is None
    now = world.clock.now
    world.services.mail_problems.put(user.email, MailProblem("bounce", "General 5.1.1", now))
    shown = world.call("GET", f"/users/{user.id}").json()["mail_problem"]
    assert (shown["kind"], shown["reason"]) == ("bounce", "General 5.1.1")
    for _ in range(2):
        assert world.call("DELETE", f"/users/{user.id}/mail-problem").status_code == 204
        assert world.call("GET", f"/users/{user.id}").json()["mail_problem"] is None
    events = [event for event in world.events(user_id=user.id) if event["type"] == "user.mail_allowed"]
    assert sorted(event["details"]["problem"] for event in events) == ["bounce", "none"]


def test_only_admins_of_users_may_clear_it(world: World) -> None:
    user = world.user()
    world.services.mail_problems.put(user.email, MailProblem("complaint", "", world.clock.now))
    reader = world.service_token(world.root, "users:read")
    assert world.call("DELETE", f"/users/{user.id}/mail-problem", token=reader).status_code == 403
    assert world.call("DELETE", "/users/usr_missing/mail-problem").status_code == 404
    writer = world.service_token(world.root, "users:write")
    assert world.call("DELETE", f"/users/{world.admin.id}/mail-problem", token=writer).status_code == 403
    assert world.call("GET", f"/users/{user.id}").json()["mail_problem"]["kind"] == "complaint"


@pytest.mark.parametrize("marked", [True, False])
def test_erasing_the_user_erases_the_mark(world: World, marked: bool) -> None:
    user = world.user()
    if marked:
        world.services.mail_problems.put(user.email, MailProblem("bounce", "", world.clock.now))
    assert world.call("DELETE", f"/users/{user.id}").status_code == 204
    assert world.services.mail_problems.get(user.email, world.clock.now) is None
