"""An admin starts a reset: the mail goes to the user, and the admin learns nothing secret (threats H-11, J-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.app import build
from tests.integration.account.people import NEW
from tests.integration.account.resetting import newest, outbox, set_password

if TYPE_CHECKING:
    from tests.support.world import World


def path(user_id: str) -> str:
    return f"/users/{user_id}/password-reset"


def test_the_user_gets_the_mail_and_the_admin_gets_nothing_secret(world: World) -> None:
    """202 with address and expiry. The link leads the user to a new password; before that nothing changes."""
    user = world.user()
    answer = world.call("POST", path(user.id))
    assert answer.status_code == 202, answer.text
    assert answer.json() == {"email": user.email, "expires_at": "2027-01-15T08:30:00Z"}
    mail = newest(world, user.email)
    assert "An administrator of idp asks you" in outbox(world, user.email)[0].text
    for secret in (mail.code, mail.code.replace(" ", ""), mail.path.rpartition("/")[2]):
        assert secret not in answer.text
    told = next(event for event in world.events() if event["type"] == "user.password_reset_started")
    assert (told["subject"], told["actor"], told["outcome"]) == (user.id, "root-service", "success")
    assert mail.code not in str(world.events())
    assert world.services.users.get(user.id) == user
    browser = world.browser()
    assert "Your password is changed" in set_password(browser, browser.open(mail.path)).text
    changed = world.services.users.get(user.id)
    assert changed
    assert world.services.passwords.verify(changed.password_hash, NEW)


def test_the_same_request_again_sends_one_mail(world: World) -> None:
    """By the Idempotency-Key. Without it the second one within a minute is refused (429), and the first link works on."""
    user = world.user()
    key = {"Idempotency-Key": "k1"}
    first, again = (world.call("POST", path(user.id), headers=key) for _ in range(2))
    assert (first.status_code, first.text) == (again.status_code, again.text)
    late = world.call("POST", path(user.id))
    assert (late.status_code, late.headers["retry-after"]) == (429, "60")
    assert len(outbox(world, user.email)) == 1


def test_unknown_and_disabled_users_get_no_mail(world: World) -> None:
    """404 and 409, and no event says that a mail was sent."""
    user = world.user()
    world.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT)
    assert world.call("POST", path(user.id)).status_code == 409
    assert world.call("POST", path("usr_none")).status_code == 404
    assert not outbox(world, user.email)
    assert "user.password_reset_started" not in {event["type"] for event in world.events()}


def test_only_a_caller_with_every_scope_may_start_it_for_an_admin(world: World) -> None:
    """J-05: as for every change of an admin. A scope to read is not enough for any user."""
    boss, user = world.user(admin=True), world.user()
    helper = world.service_token(world.service_client("users:write"), "users:write")
    assert world.call("POST", path(boss.id), token=helper).status_code == 403
    assert world.call("POST", path(user.id), token=helper).status_code == 202
    reader = world.service_token(world.service_client("users:read"), "users:read")
    assert world.call("POST", path(user.id), token=reader).status_code == 403
    assert not outbox(world, boss.email)


@pytest.mark.parametrize("setting", [{"password_reset": "off"}, {"mail_from": ""}])
def test_without_mails_or_resets_it_is_refused(world: World, setting: dict[str, str]) -> None:
    """409: the setting is off, or this deployment sends no mail."""
    user = world.user()
    world.services.settings = replace(world.services.settings, **setting)  # type: ignore[arg-type]  # members of text
    world.app = build(world.services)
    assert world.call("POST", path(user.id)).status_code == 409
