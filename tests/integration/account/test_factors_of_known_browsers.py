"""Factors that were added in a browser which was known long before stay when the account is taken back (threats H-15, M-12).

The attacker of one half reads the mailbox, has old mails, and does not know the password. The attacker of the other half knows the
password, and signed in. The home browser is one in which the owner signed in a month before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idp.store import factor_keys
from idp.store.factors import RecoveryItem, TotpItem
from idp.store.passkey_items import PasskeyItem
from tests.integration.account.email_changing import changed, link_in
from tests.integration.account.enrolling import code_of, secret_of
from tests.integration.account.home_browsers import DAY, at_home, enter, sign_in_again, stored
from tests.integration.account.passkeys import answered, authenticator, options
from tests.integration.account.people import NEW, signed_in
from tests.integration.account.sign_in_mails import FIREFOX, disown, link_in_mail
from tests.support.pages import press
from tests.support.people import Phone

if TYPE_CHECKING:
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World


def add_authenticator(world: World, browser: Browser, person: Person) -> None:
    """Set up an authenticator app on the account page."""
    page = press(browser, sign_in_again(world, browser, person), "/account/totp/enrol")
    done = browser.submit(page, {"code": code_of(page, world)})
    assert len(re.findall(r"<li><code>", done.text)) == 10
    person.phone = Phone(secret_of(page), world.clock)
    world.clock.now += 30


def add_passkey(world: World, browser: Browser, person: Person) -> None:
    """Add a passkey on the account page."""
    page = press(browser, sign_in_again(world, browser, person), "/account/passkeys/add")
    device = authenticator(person.user)
    answered(browser, page, "/account/passkeys/confirm", device.registration(options(page)["challenge"]))
    assert stored(world, person).passkeys


ADD = {"authenticator": add_authenticator, "passkey": add_passkey}


@pytest.mark.parametrize("factor", ADD)
def test_the_mailbox_alone_takes_no_factor_that_was_added_at_home(world: World, factor: str) -> None:
    """The owner travels, gets a mail, and protects the account at home. Who reads the mails ends everything, and no more."""
    person, home = at_home(world)
    enter(world, person)
    notice = link_in(world, person.email)
    world.clock.now += DAY
    ADD[factor](world, home, person)
    before = stored(world, person)
    assert disown(world, notice) == 200
    assert (stored(world, person).totp_enabled, stored(world, person).passkeys) == (before.totp_enabled, before.passkeys)
    assert world.services.factors.recovery_codes_left(person.user.id) == 10
    browser = world.browser()
    page = browser.open(link_in_mail(world, person.email, "password"))
    assert browser.submit(page, {"new_password": NEW, "code": "000000"}).status == 422


@pytest.mark.parametrize("factor", ADD)
def test_the_reset_that_follows_demands_a_factor_that_was_added_at_home_meanwhile(world: World, factor: str) -> None:
    """It is added after "this was not me", and before the new password."""
    person, home = at_home(world)
    enter(world, person)
    assert disown(world, link_in(world, person.email)) == 200
    reset = link_in_mail(world, person.email, "password")
    ADD[factor](world, home, person)
    browser = world.browser()
    assert browser.submit(browser.open(reset), {"new_password": NEW, "code": "000000"}).status == 422
    assert stored(world, person).has_second_factor


@pytest.mark.parametrize("factor", ADD)
@pytest.mark.parametrize("kept", [False, True], ids=["at once", "in a kept browser, days later"])
def test_a_factor_of_a_stranger_goes_and_the_owner_is_back(world: World, factor: str, *, kept: bool) -> None:
    """The owner presses the button, and chooses a password without the stranger's factor."""
    person, _ = at_home(world)
    stranger = enter(world, person)
    notice = link_in(world, person.email)
    if kept:
        world.clock.now += 5 * DAY
    ADD[factor](world, stranger, person)
    assert disown(world, notice) == 200
    assert not stored(world, person).has_second_factor
    browser = world.browser()
    browser.submit(browser.open(link_in_mail(world, person.email, "password")), {"new_password": NEW})
    person.password, person.phone = NEW, None
    signed_in(world, person)


def test_the_newest_mail_removes_a_factor_that_was_added_in_an_earlier_browser_of_the_stranger(world: World) -> None:
    """The stranger signed in at two places, and kept the first browser. The owner need not find the first mail."""
    person, _ = at_home(world)
    first = enter(world, person)
    world.clock.now += 6 * DAY
    enter(world, person, "198.51.100.67")
    newest = link_in(world, person.email)
    world.clock.now += 1
    add_authenticator(world, first, person)
    assert disown(world, newest) == 200
    assert not stored(world, person).has_second_factor


def test_a_stranger_who_knows_the_password_gets_no_trust_from_the_cookie_of_another_account(world: World) -> None:
    """The cookie names the account. The stranger's browser has long been known, for the stranger's own account."""
    person, _ = at_home(world)
    other = world.person()
    stranger = signed_in(world, other, "198.51.100.66")
    stranger.http.headers["User-Agent"] = FIREFOX
    world.clock.now += 30 * DAY
    sign_in_again(world, stranger, person)
    notice = link_in(world, person.email)
    add_authenticator(world, stranger, person)
    assert disown(world, notice) == 200
    assert not stored(world, person).has_second_factor


def test_factors_that_an_earlier_release_stored_go_as_before(world: World) -> None:
    """Their browser is unknown. A stranger may have added them just before the update, and the owner must get back in."""
    person, home = at_home(world)
    enter(world, person)
    notice = link_in(world, person.email)
    add_authenticator(world, home, person)
    add_passkey(world, home, person)
    [passkey] = stored(world, person).passkeys
    db, user_id = world.services.database, person.user.id
    db.update(TotpItem, factor_keys.totp(user_id), [TotpItem.browser_known_since.remove()])
    db.update(RecoveryItem, factor_keys.recovery_codes(user_id), [RecoveryItem.browser_known_since.remove()])
    db.update(PasskeyItem, factor_keys.passkey(user_id, passkey), [PasskeyItem.browser_known_since.remove()])
    assert disown(world, notice) == 200
    assert not stored(world, person).has_second_factor
    assert not world.services.factors.recovery_codes_left(user_id)


def test_new_recovery_codes_that_were_made_at_home_stay(world: World) -> None:
    """The authenticator app is older than the sign-in."""
    person, home = at_home(world)
    add_authenticator(world, home, person)
    world.clock.now += 1
    enter(world, person)
    notice = link_in(world, person.email)
    page = press(home, sign_in_again(world, home, person), "/account/recovery-codes")
    assert "Save your recovery codes" in page.text
    assert disown(world, notice) == 200
    assert world.services.factors.recovery_codes_left(person.user.id) == 10


@pytest.mark.parametrize("confirm", [False, True], ids=["signed in a moment ago", "confirmed on the account page"])
def test_the_former_mailbox_takes_no_factor_that_was_added_at_home(world: World, *, confirm: bool) -> None:
    """H-15: the owner gave up an address, and added an authenticator app. Who reads the former mailbox restores it, and gets no further."""
    person, home = at_home(world)
    sign_in_again(world, home, person)
    new = world.unused_email()
    changed(world, home, new)
    undo = link_in_mail(world, person.email, "changed")
    if confirm:
        world.clock.now += 600
        page = press(home, home.open("/account"), "/account/totp/enrol")
        page = home.submit(page, {"password": person.password})
    else:
        page = press(home, home.open("/account"), "/account/totp/enrol")
    home.submit(page, {"code": code_of(page, world)})
    assert stored(world, person).totp_enabled
    browser = world.browser()
    browser.submit(browser.open(undo), button="undo")
    assert stored(world, person).email == person.email
    assert stored(world, person).totp_enabled


def test_a_change_of_address_keeps_the_age_of_a_browser(world: World) -> None:
    """Its cookie is made again, because it names the address. A stranger's browser gets no older by it, and the owner's no younger."""
    person, home = at_home(world)
    sign_in_again(world, home, person)
    [before] = [session.browser_known_since for session in world.sessions(person)]
    assert before is not None
    assert before < world.clock() - 29 * DAY
    new = world.unused_email()
    changed(world, home, new)
    world.clock.now += DAY
    home.http.cookies.delete("idp_session")
    home.submit(home.open("/account"), {"email": new, "password": person.password})
    assert {session.browser_known_since for session in world.sessions(person)} == {before}
