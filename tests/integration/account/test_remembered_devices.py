"""Remembered devices: what skips the second factor, what it is worth, and all that does not (threats H-18, H-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from tests.integration.account.passkeys import add, answered, authenticator, options, use
from tests.integration.account.people import NEW, change
from tests.integration.account.remembering import ASKED, COOKIE, DAY, DAYS, password, remembered, remembers, signed_out
from tests.integration.account.resetting import asked, newest, set_password
from tests.support.pages import ISSUER, hidden, press, recorded
from tests.support.stored import change_user, once

if TYPE_CHECKING:
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World


def devices(world: World, person: Person) -> list[Any]:
    """The devices that count now."""
    user = world.services.users.get(person.user.id)
    assert user
    return world.services.remembered_device_list.of(user, scope=DEPLOYMENT)


def test_a_remembered_device_needs_only_the_password(world: World) -> None:
    """The sign-in is worth one factor, and the session says so."""
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    assert password(world, browser, person).answer["code"]
    [session] = [one for one in world.sessions(person) if one.remembered_device]
    assert (session.amr, session.acr, session.pending) == (("pwd",), "aal1", False)
    assert session.remembered_device == devices(world, person)[0].id


def test_it_costs_no_call_more(world: World) -> None:
    """The device is read with the user and written with the session; the login has the calls of one without a second factor."""
    person, plain, client = remembers(world).person(totp=True), world.person(), world.client()
    browser = world.browser()
    page = password(world, browser, person, client)
    with recorded(world) as writing:
        assert browser.submit(page, {"code": person.codes.code(), "remember": "1"}).redirected_to
    assert writing == ["BatchGetItem", "UpdateItem", "BatchWriteItem"]
    signed_out(browser)
    with recorded(world) as skipping:
        assert password(world, browser, person, client).redirected_to
    other = world.browser()
    with recorded(world) as usual:
        assert password(world, other, plain, client).redirected_to
    assert skipping == usual


def test_only_a_checked_box_is_remembered(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = world.browser()
    assert browser.submit(password(world, browser, person), {"code": person.codes.code()}).redirected_to
    assert browser.http.cookies.get(COOKIE) is None
    assert devices(world, person) == []
    assert ASKED in password(world, signed_out(browser), person).fields


def test_a_wrong_code_remembers_nothing_and_the_box_stays_checked(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = world.browser()
    page = browser.submit(password(world, browser, person), {"code": person.codes.wrong(), "remember": "1"})
    assert page.status == 422
    assert hidden(page, "remember") == "1"
    assert (devices(world, person), browser.http.cookies.get(COOKIE)) == ([], None)


def test_a_deployment_without_the_setting_offers_nothing_and_ignores_the_box(world: World) -> None:
    person = remembers(world, 0).person(totp=True)
    browser = world.browser()
    page = password(world, browser, person)
    assert "remember" not in page.fields
    press(browser, page, "/totp", code=person.codes.code(), remember="1")
    assert browser.http.cookies.get(COOKIE) is None


def test_a_deployment_that_stops_remembering_asks_at_once(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    remembers(world, 0)
    assert ASKED in password(world, browser, person).fields


def test_a_shorter_setting_counts_for_devices_of_before(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    world.clock.now += 2 * DAY
    remembers(world, 3)
    assert password(world, browser, person).redirected_to
    world.clock.now += DAY
    assert ASKED in password(world, signed_out(browser), person).fields
    assert devices(world, person) == []


def test_a_longer_setting_does_not_extend_devices_of_before(world: World) -> None:
    person = remembers(world, 3).person(totp=True)
    browser = remembered(world, person)
    remembers(world, 30)
    world.clock.now += 3 * DAY
    assert ASKED in password(world, browser, person).fields


def test_it_ends_by_age_however_often_it_is_used(world: World) -> None:
    """Using it does not make it last longer."""
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    world.clock.now += DAYS * DAY - 1
    cookie = browser.http.cookies.get(COOKIE)
    assert password(world, browser, person).redirected_to
    assert browser.http.cookies.get(COOKIE) == cookie
    world.clock.now += 1
    assert ASKED in password(world, signed_out(browser), person).fields


@pytest.mark.parametrize("forget", ["on the account page", "by an admin", "all of them", "by sign-out everywhere"])
def test_a_removed_device_counts_no_more(world: World, forget: str) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    user, device = world.services.users.get(person.user.id), devices(world, person)[0]
    assert user
    if forget == "on the account page":
        assert password(world, browser, person).redirected_to
        page = browser.submit(browser.open("/account"), button=device.id)
        assert "The device is forgotten" in page.text
        signed_out(browser)
    elif forget == "by an admin":
        world.services.remembered_device_list.remove(user, device.id, SYSTEM, scope=DEPLOYMENT)
    elif forget == "all of them":
        assert world.services.remembered_device_list.remove_all(user, SYSTEM, scope=DEPLOYMENT) == 1
    else:
        world.services.access.end_everything(user, SYSTEM, scope=DEPLOYMENT)
    assert devices(world, person) == []
    assert ASKED in password(world, browser, person).fields


def test_a_stolen_cookie_is_worthless_after_a_change_of_the_password(world: World) -> None:
    """The thief knows the new password too."""
    person = remembers(world).person(totp=True)
    thief = remembered(world, person)
    browser = world.browser()
    browser.submit(password(world, browser, person), {"code": person.codes.code()})
    assert "Your password is changed" in change(browser).text
    person.password = NEW
    assert ASKED in password(world, thief, person).fields


@pytest.mark.parametrize("again", [False, True])
def test_it_ends_when_a_factor_is_removed(world: World, *, again: bool) -> None:
    """Also if the person sets up a new one afterwards: the device was remembered with the old one."""
    person = remembers(world).person(totp=True)
    device = authenticator(person.user)
    user = world.services.users.get(person.user.id)
    assert user
    add(world, user, device)
    browser = remembered_by_passkey(world, person, device)
    user = world.services.users.get(person.user.id)
    assert user
    assert world.services.passkeys.remove(
        user, next(iter(user.passkeys)), now=world.clock(), last_factor=False, event=once(world.services.database)
    )
    if again:
        after = world.services.users.get(person.user.id)
        assert after
        add(world, after, authenticator(person.user))
    assert password(world, browser, person).redirected_to is None
    assert devices(world, person) == []


def test_it_ends_when_the_authenticator_is_removed_and_a_passkey_stays(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    user = world.services.users.get(person.user.id)
    assert user
    add(world, user, authenticator(person.user))
    assert world.services.enrolments.remove(person.user.id, world.clock(), event=once(world.services.database), passkeys_stay=True)
    assert password(world, browser, person).redirected_to is None
    assert devices(world, person) == []


def remembered_by_passkey(world: World, person: Person, device: Any) -> Any:
    """A browser that was remembered with a passkey. It is signed out."""
    browser = world.browser()
    page = password(world, browser, person)
    assert "remember" in page.fields
    answer = device.assertion(options(page)["challenge"])
    assert answered(browser, page, "/passkey", answer, remember="1").redirected_to
    return signed_out(browser)


def test_a_passkey_makes_a_device_remembered_too(world: World) -> None:
    person = remembers(world).person()
    device = authenticator(person.user)
    add(world, person.user, device)
    browser = remembered_by_passkey(world, person, device)
    assert password(world, browser, person).redirected_to


def test_the_cookie_of_another_person_skips_nothing(world: World) -> None:
    """Each of two people has a remembered device. One signs in in the other's browser."""
    person, other = remembers(world).person(totp=True), world.person(totp=True)
    remembered(world, person)
    assert ASKED in password(world, remembered(world, other), person).fields


def test_the_item_of_another_user_skips_nothing(world: World) -> None:
    """A cookie that names this user and a device of another one: the device is looked for in the partition of the user."""
    person, other = remembers(world).person(totp=True), world.person(totp=True)
    browser = remembered(world, person)
    remembered(world, other)
    with_cookie(world, browser, "remembered_device", person.user.id, devices(world, other)[0].id)
    assert ASKED in password(world, browser, person).fields


def test_a_device_of_this_user_skips_nothing_for_a_cookie_of_another_user(world: World) -> None:
    person, other = remembers(world).person(totp=True), world.person()
    browser = remembered(world, person)
    with_cookie(world, browser, "remembered_device", other.user.id, devices(world, person)[0].id)
    assert ASKED in password(world, browser, person).fields


def with_cookie(world: World, browser: Browser, purpose: str, user_id: str, device_id: str) -> None:
    """Give the browser one cookie, which is sealed for this purpose."""
    browser.http.cookies.clear()
    browser.http.cookies.set(COOKIE, world.services.keyring.sealer().seal(purpose, [user_id, device_id]))


@pytest.mark.parametrize("value", ["x", "a.b", "x" * 4000])
def test_a_cookie_that_was_not_made_here_skips_nothing(world: World, value: str) -> None:
    person = remembers(world).person(totp=True)
    browser = world.browser()
    browser.http.cookies.set(COOKIE, value)
    assert ASKED in password(world, browser, person).fields


@pytest.mark.parametrize(("purpose", "skips"), [("remembered_device", True), ("device", False), ("session", False)])
def test_a_cookie_of_another_kind_skips_nothing(world: World, purpose: str, *, skips: bool) -> None:
    """Only a handle that was sealed for this purpose counts."""
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    with_cookie(world, browser, purpose, person.user.id, devices(world, person)[0].id)
    assert (password(world, browser, person).redirected_to is not None) is skips


@pytest.mark.parametrize(
    "parameters",
    [
        {"acr_values": "aal2"}, {"max_age": "3600"}, {"prompt": "login"},
        {"claims": '{"id_token":{"acr":{"essential":true,"value":"aal2"}}}'},
    ],
)  # fmt: skip
def test_an_app_that_asks_for_more_gets_the_factor(world: World, parameters: dict[str, str]) -> None:
    """By acr, max_age or prompt; also with a session that began by the remembered device. The box is not offered."""
    person, client = remembers(world).person(totp=True), world.client()
    browser = remembered(world, person, client)
    before = world.sessions(person)
    page = password(world, browser, person, client, **parameters)
    assert ASKED in page.fields
    assert "remember" not in page.fields
    assert world.sessions(person) == before
    browser.http.cookies.delete("idp_session")
    assert password(world, browser, person, client).redirected_to
    page = world.authorize(browser, client, **parameters)
    if "password" in page.fields:
        page = browser.submit(page, {"email": person.email, "password": person.password})
    assert ASKED in page.fields
    assert browser.submit(page, {"code": person.codes.code()}).redirected_to
    assert [one.acr for one in world.sessions(person)].count("aal2") == 2


@pytest.mark.parametrize("who", ["the app", "the user", "an admin"])
def test_a_rule_that_requires_two_factors_is_kept(world: World, who: str) -> None:
    """require_mfa of the app, mfa_required of the user, and admins. The box is not offered, and sending it anyway remembers nothing."""
    flags: dict[str, Any] = {"the app": {}, "the user": {"mfa_required": True}, "an admin": {"admin": True}}[who]
    person = remembers(world).person(totp=True, **flags)
    client = world.client(require_mfa=who == "the app")
    browser = world.browser()
    page = password(world, browser, person, client)
    assert "remember" not in page.fields
    press(browser, page, "/totp", code=person.codes.code(), remember="1")
    assert browser.http.cookies.get(COOKIE) is None


def test_a_rule_that_came_later_ends_the_use_of_the_device(world: World) -> None:
    """An admin requires a second factor of the user: the next sign-in asks, and the session that skipped it opens nothing."""
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    assert password(world, browser, person).redirected_to
    change_user(world.services.users, person.user.id, mfa_required=True)
    assert ASKED in browser.open("/account").fields
    answer = browser.http.post("/account/recovery-codes", data={"csrf": "x"}, headers={"Origin": ISSUER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert ASKED in password(world, signed_out(browser), person).fields


def test_the_app_that_requires_two_factors_asks_in_the_remembered_device(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    strict = world.client(require_mfa=True)
    assert ASKED in password(world, browser, person, strict).fields


@pytest.mark.parametrize("path", ["/account/totp/remove", "/account/recovery-codes", "/account/passkeys/add", "/account/email"])
def test_it_is_no_fresh_factor_on_the_account_page(world: World, path: str) -> None:
    """Directly after a sign-in by the remembered device a change of factors asks for password and code."""
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    account = browser.open("/account")
    assert str(account.response.url).endswith("/account")
    page = press(browser, account, path)
    assert {"password", "code"} <= page.fields
    refused = press(browser, page, "/account/confirm", password=person.password, code="")
    assert refused.status == 422


def test_a_new_password_asks_for_the_code_after_it(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    assert "code" in browser.open("/account/password").fields
    assert change(browser, code="").status == 422


def test_a_recovery_code_remembers_no_device(world: World) -> None:
    """The page has no box, and sending it anyway does nothing: the person lost the factor."""
    person = remembers(world).person(totp=True)
    browser = world.browser()
    page = press(browser, password(world, browser, person), "/recovery-code")
    assert "remember" not in page.fields
    answer = browser.http.post(
        "/recovery-code",
        data={"request": hidden(page, "request"), "code": person.recovery_codes[0], "remember": "1"},
        headers={"Origin": ISSUER},
    )
    assert answer.status_code == 303
    assert COOKIE not in browser.http.cookies


def test_a_reset_of_the_password_asks_for_the_factor_and_forgets_the_device(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    asked(world, browser, person.email)
    page = browser.open(newest(world, person.email).path)
    assert {"code", "new_password"} <= page.fields
    assert set_password(browser, page, code="").status == 422
    assert set_password(browser, page, code=person.codes.code()).status == 200
    person.password = NEW
    assert devices(world, person) == []
    assert ASKED in password(world, browser, person).fields


def test_a_disabled_user_is_refused(world: World) -> None:
    person = remembers(world).person(totp=True)
    browser = remembered(world, person)
    change_user(world.services.users, person.user.id, disabled=True)
    assert password(world, browser, person).status == 422


def test_a_new_device_takes_the_place_of_the_browsers_former_one(world: World) -> None:
    """An app that asked for the factor anyway: the browser is one device, not two."""
    person, client = remembers(world).person(totp=True), world.client()
    browser = remembered(world, person, client)
    first = devices(world, person)[0].id
    world.clock.now += DAYS * DAY
    page = password(world, browser, person, client)
    assert browser.submit(page, {"code": person.codes.code(), "remember": "1"}).redirected_to
    [now] = devices(world, person)
    assert now.id != first
    found = world.services.remembered_device_store.of(person.user.id)
    assert [one.id for one in found] == [now.id]


def test_both_ends_are_in_the_audit(world: World) -> None:
    person = remembers(world).person(totp=True)
    remembered(world, person)
    device = devices(world, person)[0]
    user = world.services.users.get(person.user.id)
    assert user
    world.services.remembered_device_list.remove(user, device.id, SYSTEM, scope=DEPLOYMENT)
    [added] = world.audited("remembered_device.added", person)
    [removed] = world.audited("remembered_device.removed", person)
    assert (added.target, removed.target, removed.actor) == (device.id, device.id, "system")


def test_another_persons_device_cannot_be_forgotten(world: World) -> None:
    """The form looks in the visitor's own partition only."""
    person, other = remembers(world).person(totp=True), world.person(totp=True)
    browser = remembered(world, person)
    remembered(world, other)
    password(world, browser, person)
    sent = {"csrf": hidden(browser.open("/account"), "csrf"), "device": devices(world, other)[0].id}
    assert browser.http.post("/account/devices/forget", data=sent, headers={"Origin": ISSUER}).status_code == 404
    assert (len(devices(world, person)), len(devices(world, other))) == (1, 1)


def test_a_passkey_alone_asks_for_nothing_more_and_uses_no_device(world: World) -> None:
    person = remembers(world).person()
    device = authenticator(person.user)
    add(world, person.user, device)
    browser = remembered_by_passkey(world, person, device)
    page = use(browser, world.authorize(browser, world.client()), device, "/passkey-sign-in")
    assert page.redirected_to
    assert [one.remembered_device for one in world.sessions(person)] == ["", ""]
