"""Locks are shown with the user and written as events, once each, and an admin can remove them (threats G-07, J-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Throttled
from idp.domain.factors.throttle import FREE, TOTP_CAP
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from idp.services.factors.throttling import NETWORK_FREE
from tests.integration.admin.isolation.tenants import member, tenant
from tests.support.people import PASSWORD
from tests.support.world import World

if TYPE_CHECKING:
    from idp.domain.people.user import User

HERE, ELSEWHERE = "203.0.113.9", "203.0.113.10"
LOCKS = {"sign_in.locked", "sign_in.lock_ended", "second_factor.locked", "second_factor.lock_ended", "second_factor.closed"}


def try_password(world: World, email: str, password: str, *, address: str = HERE, device: str | None = None, client_id: str = "") -> str:
    """Sign in. Return the cookie of the device if the password is right."""
    origin = Origin(address, "", "its-request")
    done = world.services.sign_in.password(email, password, client_id=client_id or None, device=device, origin=origin, now=world.clock.now)
    return done.device


def lock(world: World, email: str, **how: Any) -> None:
    """Send as many wrong passwords as a lock needs."""
    for _ in range(FREE):
        with pytest.raises(Invalid):
            try_password(world, email, "wrong horse", **how)


def refuse(world: World, email: str, times: int = 1, **how: Any) -> None:
    """Send attempts that the lock refuses."""
    for _ in range(times):
        with pytest.raises(Throttled):
            try_password(world, email, PASSWORD, **how)


def told(world: World, **filters: str) -> list[dict[str, Any]]:
    """Return the events about locks, the oldest first."""
    return [event for event in reversed(world.events(**filters)) if event["type"] in LOCKS]


def locks(world: World, user: User) -> Any:
    """Return the locks of the user resource."""
    return world.call("GET", f"/users/{user.id}").json()["locks"]


def test_a_lock_is_written_once_and_shown_with_the_user(world: World) -> None:
    """One event with the fifth failure, one with the first accepted attempt after it, none for refused attempts."""
    user = world.user(password=PASSWORD)
    lock(world, user.email)
    refuse(world, user.email, 3)
    (begun,) = told(world, user_id=user.id)
    assert (begun["type"], begun["outcome"], begun["reason"], begun["address"]) == ("sign_in.locked", "failure", "too_many_attempts", HERE)
    until = "2027-01-15T08:00:30Z"
    assert begun["details"] == {"counter": "account", "failures": "5", "until": until}
    assert locks(world, user) == [{"what": "password", "failures": 5, "until": until}]
    world.clock.now += 29
    assert locks(world, user)
    world.clock.now += 1
    assert locks(world, user) == []
    assert len(told(world, user_id=user.id)) == 1
    try_password(world, user.email, PASSWORD)
    try_password(world, user.email, PASSWORD)
    ended = told(world, user_id=user.id)[1:]
    assert [(event["type"], event["outcome"], event["reason"], event["details"]["until"]) for event in ended] == [
        ("sign_in.lock_ended", "success", "time_over", until)
    ]


def test_a_wrong_password_after_a_lock_ends_it_and_begins_a_longer_one(world: World) -> None:
    """Each wait is a lock of its own, so the events say at any time how long it lasts."""
    user = world.user(password=PASSWORD)
    lock(world, user.email)
    world.clock.now += 30
    with pytest.raises(Invalid):
        try_password(world, user.email, "wrong horse")
    assert [(event["type"], event["details"]["failures"]) for event in told(world, user_id=user.id)] == [
        ("sign_in.locked", "5"), ("sign_in.lock_ended", "5"), ("sign_in.locked", "6")
    ]  # fmt: skip
    assert [each["failures"] for each in locks(world, user)] == [6]


def test_a_locked_known_browser_is_shown_and_unlocked(world: World) -> None:
    """A known browser has its own counter, whose key contains no name."""
    user = world.user(password=PASSWORD)
    device = try_password(world, user.email, PASSWORD)
    lock(world, user.email, device=device)
    assert [each["what"] for each in locks(world, user)] == ["password_on_known_device"]
    assert [event["details"]["counter"] for event in told(world, user_id=user.id)] == ["known_device"]
    try_password(world, user.email, PASSWORD)  # elsewhere she is not locked
    refuse(world, user.email, device=device)
    assert world.call("DELETE", f"/users/{user.id}/lock").status_code == 204
    try_password(world, user.email, PASSWORD, device=device)


def test_an_unlocked_user_may_sign_in_at_once(world: World) -> None:
    """The act is an event. It may be repeated, also if nothing is locked."""
    user = world.user(password=PASSWORD)
    lock(world, user.email)
    for removed in ("password", ""):
        answer = world.call("DELETE", f"/users/{user.id}/lock")
        assert (answer.status_code, answer.content) == (204, b"")
        event = world.events(user_id=user.id)[0]
        assert (event["type"], event["actor"], event["details"]) == ("user.unlocked", "root-service", {"locks": removed})
    assert locks(world, user) == []
    try_password(world, user.email, PASSWORD)
    assert world.call("DELETE", "/users/usr_nobody/lock").status_code == 404


@pytest.mark.parametrize("scopes", [("users:read",), ("audit:read", "sessions:write")])
def test_unlocking_needs_its_scope(world: World, scopes: tuple[str, ...]) -> None:
    user = world.user(password=PASSWORD)
    lock(world, user.email)
    assert world.call("DELETE", f"/users/{user.id}/lock", token=world.service_token(world.root, *scopes)).status_code == 403
    refuse(world, user.email)


def test_unlocking_an_admin_needs_each_scope(world: World) -> None:
    """A token with less could give a guesser any number of tries at an admin's password (J-05)."""
    lock(world, world.admin.email)
    refused = world.call("DELETE", f"/users/{world.admin.id}/lock", token=world.service_token(world.root, "users:write"))
    assert refused.status_code == 403
    refuse(world, world.admin.email)
    assert world.call("DELETE", f"/users/{world.admin.id}/lock").status_code == 204
    try_password(world, world.admin.email, PASSWORD)


def test_an_admin_of_an_organisation_is_protected_like_others(world: World) -> None:
    """J-05: a caller without the rights of the person removes neither a lock, nor a mail problem, nor the deletion that they asked for."""
    acme, writer = tenant(world, "acme"), world.service_token(world.root, "users:write", "users:read")
    boss = member(world, acme.id, world.user(password=PASSWORD), admin=True)
    for what in ("lock", "mail-problem", "deletion"):
        refused = world.call("DELETE", f"/users/{boss.id}/{what}", token=writer)
        assert (what, refused.status_code) == (what, 403)
        assert "administers an organisation" in refused.json()["detail"]
        assert world.call("DELETE", f"/users/{acme.guest.id}/{what}", token=writer).status_code != 403
        assert world.call("DELETE", f"/users/{boss.id}/{what}").status_code != 403


def test_attempts_with_a_mistyped_address_are_found_by_its_hash(world: World) -> None:
    """The address is in no event. A search for the address finds its attempts, and a search for another address does not."""
    user, typed = world.user(password=PASSWORD), "ada@exmaple.com"
    lock(world, typed)
    refuse(world, typed)
    found = world.events(email="Ada@Exmaple.com ")
    assert [event["type"] for event in found] == ["sign_in.locked"] + ["sign_in.failed"] * FREE
    assert {event["reason"] for event in found[1:]} == {"unknown_email"}
    assert len({event["details"]["account"] for event in found}) == 1
    assert typed not in str(world.events())
    assert world.events(email="ada@example.com") == []
    assert [event["type"] for event in world.events(email=user.email)] == ["user.created"]
    late = world.user(email=typed)
    assert [event["type"] for event in world.events(email=typed)][:2] == ["user.created", "sign_in.locked"]
    assert locks(world, late) == [{"what": "password", "failures": 5, "until": "2027-01-15T08:00:30Z"}]


@pytest.mark.parametrize("typed", ["no address", "@", "a@b@c", "ädä@example.com"])
def test_attempts_with_an_invalid_address_are_found(world: World, typed: str) -> None:
    """Also a password that was typed into the wrong field, of which only the hash is stored."""
    with pytest.raises(Invalid):
        try_password(world, typed, "wrong horse")
    assert [event["reason"] for event in world.events(email=typed)] == ["unknown_email"]
    assert typed not in str(world.events())


def test_a_search_for_an_address_needs_users_read(world: World) -> None:
    """The answer reveals whether a user has this address."""
    refused = world.call("GET", "/audit", params={"email": "ada@example.com"}, token=world.service_token(world.root, "audit:read"))
    assert refused.status_code == 403
    assert "users:read" in refused.headers["www-authenticate"]


def test_a_network_lock_has_no_user(world: World) -> None:
    """It lasts until the end of the hour at most, and is found by its address."""
    user = world.user(password=PASSWORD)
    for number in range(NETWORK_FREE):
        with pytest.raises(Invalid):
            try_password(world, f"nobody{number}@example.com", "wrong horse")
    refuse(world, user.email)
    (begun,) = told(world, address=HERE)
    assert (begun["type"], begun["subject"], begun["details"]["counter"]) == ("sign_in.locked", "", "network")
    assert "account" not in begun["details"]
    assert told(world, address=ELSEWHERE) == []
    assert locks(world, user) == []


def enrolled(world: World) -> tuple[Visitor, str, list[str]]:
    """A user with an authenticator: the user, the secret and the recovery codes."""
    user = world.user(password=PASSWORD)
    session = world.signed_in(user)
    offer = world.services.enrolment.offer(Visitor(session, user), now=world.clock.now)
    at = pyotp.TOTP(offer.secret).at(world.clock.now - 30)
    codes = world.services.enrolment.confirm(Visitor(session, user), offer.handle, at, origin=Origin(HERE), now=world.clock.now)
    return Visitor(session, world.services.user_service.get(user.id, scope=DEPLOYMENT)), offer.secret, codes


def try_code(world: World, user: User, typed: str) -> None:
    """Send a code of the authenticator or a recovery code."""
    world.services.second_factor.again(user, typed, origin=Origin(HERE), now=world.clock.now)


def test_an_authenticator_is_locked_and_unlocked(world: World) -> None:
    """The same for codes: begin, end and state. Wrong codes still add up after an unlock."""
    visitor, secret, _ = enrolled(world)
    user = visitor.user
    for _ in range(FREE):
        with pytest.raises(Invalid):
            try_code(world, user, "000000")
    with pytest.raises(Throttled):
        try_code(world, user, pyotp.TOTP(secret).at(world.clock.now))
    assert [(each["what"], each["failures"]) for each in locks(world, user)] == [("totp", 5)]
    assert world.call("DELETE", f"/users/{user.id}/lock").status_code == 204
    assert locks(world, user) == []
    with pytest.raises(Invalid):
        try_code(world, user, "000000")
    assert [(each["what"], each["failures"]) for each in locks(world, user)] == [("totp", 6)]
    world.clock.now += 60
    try_code(world, user, pyotp.TOTP(secret).at(world.clock.now))
    seen = [(event["type"], event["details"].get("failures")) for event in told(world, user_id=user.id)]
    assert seen[0] == ("second_factor.locked", "5")
    assert seen[-2:] == [("second_factor.locked", "6"), ("second_factor.lock_ended", "6")]


def test_a_closed_authenticator_is_shown_and_stays_closed(world: World) -> None:
    """H-03: an unlock must not give a guesser more tries than the cap. Resetting the factor does."""
    visitor, secret, _ = enrolled(world)
    user = visitor.user
    for _ in range(TOTP_CAP):
        with pytest.raises((Invalid, Throttled)):
            try_code(world, user, "000000")
        world.clock.now += 3600
    closed = [{"what": "totp", "failures": TOTP_CAP, "until": None}]
    assert locks(world, user) == closed
    assert [event["type"] for event in told(world, user_id=user.id)].count("second_factor.closed") == 1
    assert world.call("DELETE", f"/users/{user.id}/lock").status_code == 204
    assert locks(world, user) == closed
    with pytest.raises(Invalid):
        try_code(world, user, pyotp.TOTP(secret).at(world.clock.now))
    world.call("DELETE", f"/users/{user.id}/factors")
    assert locks(world, user) == []


def test_recovery_codes_are_locked_and_unlocked(world: World) -> None:
    """They have their own counter. The first correct code after the lock ends it."""
    visitor, _, codes = enrolled(world)
    user, wrong = visitor.user, codes[0][::-1]
    for _ in range(FREE):
        with pytest.raises(Invalid):
            try_code(world, user, wrong)
    with pytest.raises(Throttled):
        try_code(world, user, codes[0])
    assert [(each["what"], each["failures"]) for each in locks(world, user)] == [("recovery_code", 5)]
    assert world.call("DELETE", f"/users/{user.id}/lock").status_code == 204
    for _ in range(FREE):
        with pytest.raises(Invalid):
            try_code(world, user, wrong)
    world.clock.now += 30
    try_code(world, user, codes[0])
    try_code(world, user, codes[1])
    assert [event["type"] for event in told(world, user_id=user.id)] == ["second_factor.locked"] * 2 + ["second_factor.lock_ended"]
    assert {event["details"]["counter"] for event in told(world, user_id=user.id)} == {"recovery_code"}


def test_a_burst_begins_and_ends_a_lock_once(world: World) -> None:
    """Twelve attempts read the same counter, and the fifth begins the lock. Of three correct ones after it, one ends it."""
    user, throttling = world.user(password=PASSWORD), world.services.throttling
    wrong = throttling.attempt(user.email, None, HERE, world.clock.now).begin([None, None])
    counted = [throttling.count_failure(wrong) for _ in range(12)]
    assert [[lock.failures for lock in each.begun] for each in counted] == [[]] * 4 + [[5]] + [[]] * 7
    assert [each.ended for each in counted] == [()] * 12
    world.clock.now += 7200
    late = throttling.attempt(user.email, None, HERE, world.clock.now)
    late = late.begin(world.services.database.batch_get(*late.wanted))
    forgotten = [throttling.count_success(late) for _ in range(3)]
    assert [(each.may_disclose, len(each.ended)) for each in forgotten] == [(True, 1), (True, 0), (True, 0)]
