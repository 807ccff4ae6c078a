"""A person removes the password of the account, and sets one again (threats N-03, N-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Forbidden
from idp.domain.passkeys.passkey import passkey_id
from idp.domain.sessions.visitor import RECENT
from idp.services.passkeys.authentication import Given
from tests.integration.account.passkeys import ORIGIN, add, answered, authenticator, options, use, visitor, with_session
from tests.integration.account.passwordless import create, stored
from tests.integration.account.people import NEW, mails, signed_in
from tests.integration.account.signing_up import mails as mails_to
from tests.integration.account.signing_up import opened
from tests.support.authenticator import UP
from tests.support.pages import ISSUER, error, hidden, press, sign_in
from tests.support.stored import once
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser, Page
    from tests.support.people import Person

REMOVE = "/account/password/remove"


def at_removal(world: World, person: Person, device: Authenticator) -> tuple[Browser, Page]:
    """A browser with the page that asks for the passkey."""
    browser = with_session(world, person, device)
    return browser, press(browser, browser.open("/account"), REMOVE)


def remove(browser: Browser, page: Page, device: Authenticator, **more: str) -> Page:
    return answered(browser, page, REMOVE, device.assertion(options(page)["challenge"]), **more)


def test_a_person_without_a_password_is_not_told_to_change_it(world: World) -> None:
    """The section of sessions names passkeys instead."""
    without = create(opened(world)).browser.open("/account").text
    assert "remove passkeys that are not yours" in without
    assert "change your password" not in without
    assert "sign it out and change your password" in signed_in(world, world.person()).open("/account").text


def test_the_password_is_removed_with_a_passkey(world: World, person: Person, device: Authenticator) -> None:
    """All other sessions end, the owner is told, and the passkey opens the account alone."""
    elsewhere = with_session(world, person, device)
    browser, page = at_removal(world, person, device)
    assert "is removed" in remove(browser, page, device).text
    assert stored(world, person.email).password_hash is None
    assert mails(world, person)[0] == "Your password was removed"
    assert world.audited("password.removed", person)
    assert "password" in elsewhere.open("/account").fields
    assert sign_in(world, world.browser(), world.client(), person).status == 422
    again = world.browser()
    assert str(use(again, again.open("/login"), device, "/passkey-sign-in").response.url).endswith("/account")


@pytest.mark.parametrize("kind", ["touch only", "names no user", "names another"])
def test_a_passkey_that_cannot_sign_in_alone_removes_nothing(world: World, person: Person, device: Authenticator, kind: str) -> None:
    """N-13: it is used as a sign-in uses it, so the removal cannot lock the owner out."""
    browser, page = at_removal(world, person, device)
    assert options(page)["allowCredentials"] == []
    assert options(page)["userVerification"] == "required"
    if kind == "touch only":
        device.flags = UP
    else:
        device.user_handle = None if kind == "names no user" else world.person().user.id.encode()
    assert remove(browser, page, device).status == 422
    assert stored(world, person.email).password_hash


def test_the_challenge_is_of_this_act_and_session(world: World, person: Person, device: Authenticator) -> None:
    """N-03: the sign-in page, and another session of the person."""
    _, elsewhere = at_removal(world, person, device)
    browser, page = at_removal(world, person, device)
    for wrong in (elsewhere, world.browser().open("/login")):
        answer = answered(browser, page, REMOVE, device.assertion(options(wrong)["challenge"]), challenge=hidden(wrong, "challenge"))
        assert answer.status == 422
    assert stored(world, person.email).password_hash


def test_without_a_passkey_the_password_stays(world: World, person: Person) -> None:
    browser = signed_in(world, person)
    account = browser.open("/account")
    assert 'id="remove-password"' not in account.text
    answer = browser.http.post(REMOVE, data={"csrf": hidden(account, "csrf")}, headers={"Origin": ISSUER})
    assert answer.status_code == 403


def test_where_accounts_need_a_password_it_stays(world: World, person: Person, device: Authenticator) -> None:
    site = opened(world, passwordless="off")
    browser = with_session(site, person, device)
    account = browser.open("/account")
    assert 'id="remove-password"' not in account.text
    who = visitor(world, stored(world, person.email))
    asked = world.services.own_password.ask(who)
    given = Given(asked.handle, device.assertion(asked.options["challenge"]))
    with pytest.raises(Forbidden):
        site.services.own_password.remove(who, given, origin=ORIGIN, now=site.clock())
    assert browser.http.post(REMOVE, data={"csrf": hidden(account, "csrf")}, headers={"Origin": ISSUER}).status_code == 403
    assert stored(world, person.email).password_hash


def test_the_page_removes_nothing_after_the_passkey_is_gone(world: World, person: Person, device: Authenticator) -> None:
    """The account has no passkey any more: the password is the last way in."""
    browser, page = at_removal(world, person, device)
    user = stored(world, person.email)
    world.services.passkeys.remove(user, next(iter(user.passkeys)), now=0, last_factor=True, event=once(world.services.database))
    assert remove(browser, page, device).status == 403
    assert stored(world, person.email).password_hash


def test_the_last_passkey_that_opens_the_account_alone_stays(world: World, person: Person, device: Authenticator) -> None:
    """N-13: a second one that is only known as a second factor does not count; after a sign-in alone it does."""
    browser, page = at_removal(world, person, device)
    remove(browser, page, device)
    key = authenticator(person.user)
    add(world, stored(world, person.email), key, "Key")
    first, second = passkey_id(device.credential_id), passkey_id(key.credential_id)

    def removal(by: Authenticator) -> int:
        """Sign in with this device alone, and ask for the removal of the first passkey."""
        browser = world.browser()
        use(browser, browser.open("/login"), by, "/passkey-sign-in")
        sent = {"csrf": hidden(browser.open("/account"), "csrf"), "passkey": first}
        return browser.http.post("/account/passkeys/remove", data=sent, headers={"Origin": ISSUER}).status_code

    assert removal(device) == 403
    assert set(stored(world, person.email).passkeys) == {first, second}
    assert removal(key) == 303
    assert set(stored(world, person.email).passkeys) == {second}


def test_a_person_without_a_password_sets_one(world: World) -> None:
    """No present password is asked for. Everywhere else they are signed out, and the owner is told."""
    site = opened(world)
    made = create(site)
    browser = made.browser
    browser.submit(made.page)
    assert "Your account has no password" in browser.open("/account").text
    page = browser.open("/account/password")
    assert "current_password" not in page.fields
    assert "has a password now" in browser.submit(page, {"new_password": NEW}).text
    user = stored(site, made.email)
    assert site.services.passwords.verify(user.password_hash, NEW)
    assert mails_to(site, made.email)[0].subject == "Your account has a password now"


def test_a_late_session_confirms_with_the_passkey_first(world: World) -> None:
    """H-06: for the page, and for a form that was open for too long."""
    site = opened(world)
    made = create(site)
    browser = made.browser
    browser.submit(made.page)
    page = browser.open("/account/password")
    site.clock.advance(RECENT + 1)
    for late in (browser.open("/account/password"), browser.submit(page, {"new_password": NEW})):
        assert "Confirm with a passkey" in late.text
        assert 'name="password"' not in late.text
    assert stored(site, made.email).password_hash is None
    confirmed = use(browser, browser.open("/account/password"), made.device, "/account/confirm")
    assert "has a password now" in browser.submit(confirmed, {"new_password": NEW}).text


@pytest.mark.parametrize("password", ["", "short", "password"])
def test_the_first_password_is_checked_like_every_new_one(world: World, password: str) -> None:
    site = opened(world)
    made = create(site)
    made.browser.submit(made.page)
    again = made.browser.submit(made.browser.open("/account/password"), {"new_password": password})
    assert again.status == 422
    assert error(again)
    assert stored(site, made.email).password_hash is None


def wrong_password(site: World, email: str) -> Page:
    """Try to sign in with a password."""
    browser = site.browser()
    return browser.submit(browser.open("/login"), {"email": email, "password": NEW})


def test_a_wrong_password_of_an_account_without_one_says_and_costs_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """G-01, G-02: one run of Argon2, the same calls and the same page as for an unknown address."""
    site = opened(world)
    made = create(site)
    hashed: list[bool] = []
    verify = site.services.passwords.verify

    def counted(encoded: str | None, typed: str, **more: str) -> bool:
        hashed.append(encoded is None)
        return verify(encoded, typed, **more)

    monkeypatch.setattr(site.services.passwords, "verify", counted)
    answers = [wrong_password(site, email) for email in (made.email, site.unused_email())]
    assert hashed == [True, True]
    assert {(answer.status, error(answer)) for answer in answers} == {(422, "The email or the password is wrong.")}
