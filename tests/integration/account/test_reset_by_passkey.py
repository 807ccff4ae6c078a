"""A reset that ends with a new passkey in place of the password (threats H-12, H-13, N-02, N-03, N-07)."""

from __future__ import annotations

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.account.passkeys import add, answered, authenticator, options, use
from tests.integration.account.passwordless import codes_of, create, new_device, stored
from tests.integration.account.people import NEW, granted, mails, signed_in
from tests.integration.account.resetting import asked, newest, set_password
from tests.integration.account.signing_up import opened
from tests.support.authenticator import UP, Authenticator
from tests.support.forms import Browser, Page
from tests.support.pages import ISSUER, error, hidden, recorded, sign_in
from tests.support.people import Person
from tests.support.world import World

SET = "Your passkey is set"


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def at_new_passkey(world: World, email: str, browser: Browser | None = None) -> tuple[Browser, Page]:
    """A browser with the page for a new passkey, by the link of a mail."""
    browser = browser or world.browser()
    asked(world, browser, email)
    return browser, browser.submit(browser.open(newest(world, email).path), button="new-passkey")


def finish(browser: Browser, page: Page, device: Authenticator, **more: str) -> Page:
    return answered(browser, page, "/reset", device.registration(options(page)["challenge"]), **more)


def test_an_account_with_a_password_alone_gets_a_passkey_and_recovery_codes(world: World, person: Person) -> None:
    """The password ends, and so does everything else of the account; no session begins; the owner gets a mail."""
    elsewhere, client = signed_in(world, person), world.client()
    granted(world, person, client.id)
    browser, page = at_new_passkey(world, person.email)
    device = new_device(page)
    shown = finish(browser, page, device)
    assert len(codes_of(shown)) >= 8
    page = browser.submit(shown)
    assert SET in page.text
    assert f'value="{person.email}"' in page.text
    user = stored(world, person.email)
    assert (user.password_hash, user.security_stamp) == (None, person.user.security_stamp + 1)
    assert [one.alone for one in world.services.passkeys.of(user.id)] == [True]
    assert not world.services.access.grants(user, scope=DEPLOYMENT)
    assert "password" in elsewhere.open("/account").fields
    assert mails(world, person)[0] == "A passkey replaced your password"
    assert world.audited("password.reset_by_passkey", person)
    assert sign_in(world, world.browser(), client, person).status == 422
    assert str(use(browser, page, device, "/passkey-sign-in").response.url).endswith("/account")


def test_a_person_who_lost_the_passkey_gets_back_in_with_a_recovery_code(world: World) -> None:
    """SP 800-63B-4 §4.2.2.2: a code of a mail and a saved one, by different methods. The code is used up, and no new codes are made."""
    site = opened(world)
    made = create(site)
    browser, page = at_new_passkey(site, made.email)
    assert "code" in page.fields
    device = new_device(page)
    page = finish(browser, page, device, code=made.codes[0])
    assert SET in page.text
    assert len(stored(site, made.email).passkeys) == 2, "the lost one is removed by its owner"
    site.clock.advance(61)
    browser, page = at_new_passkey(site, made.email)
    assert finish(browser, page, new_device(page), code=made.codes[0]).status == 422


@pytest.mark.parametrize("code", ["", "000000", "ABCD-EFGH-JKLM-NPQR"])
def test_a_mail_alone_opens_no_account_with_a_second_factor(world: World, code: str) -> None:
    """H-13: nothing changes, neither by a passkey nor by a password, and the link still works."""
    site = opened(world)
    made = create(site)
    before = stored(site, made.email)
    browser, page = at_new_passkey(site, made.email)
    answer = finish(browser, page, new_device(page), code=code)
    assert answer.status == 422
    assert "code" in answer.fields
    there = site.browser()
    assert set_password(there, there.open(newest(site, made.email).path), code=code).status == 422
    assert stored(site, made.email) == before
    assert SET in finish(browser, answer, new_device(answer), code=made.codes[1]).text


def test_a_person_without_a_password_sets_one_by_a_mail_and_a_recovery_code(world: World) -> None:
    site = opened(world)
    made = create(site)
    browser = site.browser()
    asked(site, browser, made.email)
    page = set_password(browser, browser.open(newest(site, made.email).path), code=made.codes[0])
    assert "Your password is changed" in page.text
    assert stored(site, made.email).password_hash


def test_a_code_of_the_authenticator_app_is_a_second_factor(world: World) -> None:
    person = world.person(totp=True)
    browser, page = at_new_passkey(world, person.email)
    world.clock.advance(30)
    assert person.phone
    assert SET in finish(browser, page, new_device(page), code=person.codes.code()).text
    user = stored(world, person.email)
    assert (user.password_hash, user.totp_enabled) == (None, True)


def test_a_key_that_only_needs_a_touch_replaces_no_password(world: World, person: Person) -> None:
    """N-07."""
    browser, page = at_new_passkey(world, person.email)
    assert finish(browser, page, new_device(page, flags=UP)).status == 422
    assert stored(world, person.email) == person.user


def test_the_challenge_is_of_this_mail(world: World, person: Person) -> None:
    """N-03: another person's page, and the page of a mail that was sent before."""
    _, theirs = at_new_passkey(world, world.person().email)
    browser, page = at_new_passkey(world, person.email)
    challenge = {"challenge": hidden(theirs, "challenge")}
    answer = answered(browser, page, "/reset", new_device(page).registration(options(theirs)["challenge"]), **challenge)
    assert "open for too long" in error(answer)
    world.clock.advance(61)
    asked(world, browser, person.email)
    assert "no longer valid" in finish(browser, page, new_device(page)).text
    assert stored(world, person.email) == person.user


def test_a_mail_is_used_once(world: World, person: Person) -> None:
    """H-12: by a passkey and then by a password, or the other way round."""
    browser, page = at_new_passkey(world, person.email)
    link = newest(world, person.email).path
    there = world.browser()
    other = there.open(link)
    finish(browser, page, new_device(page))
    assert "no longer valid" in set_password(there, other).text
    assert "no longer valid" in finish(browser, page, new_device(page)).text
    assert stored(world, person.email).password_hash is None


def test_the_credential_of_another_person_changes_nothing(world: World, person: Person) -> None:
    """N-05."""
    other = world.person()
    theirs = authenticator(other.user)
    add(world, other.user, theirs)
    browser, page = at_new_passkey(world, person.email)
    assert finish(browser, page, new_device(page, credential_id=theirs.credential_id)).status == 422
    assert stored(world, person.email) == person.user


def test_where_accounts_need_a_password_the_page_asks_for_one(world: World, person: Person) -> None:
    """Also if the form of a page from before the change is sent."""
    _, page = at_new_passkey(world, person.email)
    site = opened(world, passwordless="off")
    there = site.browser()
    plain = there.open(newest(world, person.email).path)
    assert 'id="new-passkey"' not in plain.text
    ours = {"request": hidden(plain, "request"), "ticket": hidden(plain, "ticket")}
    answer = new_device(page).registration(options(page)["challenge"])
    made = ours | {"new_passkey": "1", "challenge": hidden(page, "challenge"), "credential": answer}
    assert there.http.post("/reset", data=made, headers={"Origin": ISSUER}).status_code == 422
    assert stored(world, person.email) == person.user
    shown = there.http.post("/reset", data=ours | {"show": "passkey"}, headers={"Origin": ISSUER})
    assert 'name="new_password"' in shown.text


def test_a_new_password_works_after_the_page_of_the_passkey_was_seen(world: World, person: Person) -> None:
    """The page uses nothing up."""
    browser, _ = at_new_passkey(world, person.email)
    assert "Your password is changed" in set_password(browser, browser.open(newest(world, person.email).path), NEW).text


def test_all_of_it_costs_eleven_calls_with_a_second_factor(world: World) -> None:
    """One more than with a password: the page for the passkey."""
    person, browser = world.person(totp=True), world.browser()
    world.clock.advance(30)
    page = browser.open("/forgot")
    with recorded(world) as operations:
        browser.submit(page, {"email": person.email})
        page = browser.submit(browser.open(newest(world, person.email).path), button="new-passkey")
        assert SET in finish(browser, page, new_device(page), code=person.codes.code()).text
    assert len(operations) <= 11, operations
