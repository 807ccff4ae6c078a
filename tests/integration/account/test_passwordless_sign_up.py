"""A passkey in place of a password at sign-up (threats N-02, N-03, N-05, N-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.account.passkeys import RP_ID, add, answered, authenticator, options, use
from tests.integration.account.passwordless import create, finish, new_device, stored
from tests.integration.account.signing_up import NEW_PASSWORD, begin, opened, prove
from tests.support.authenticator import UP, Authenticator
from tests.support.pages import ISSUER, error, hidden, recorded

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.fixture
def site(world: World) -> World:
    """A deployment where people create accounts."""
    return opened(world)


def test_the_account_has_a_passkey_and_recovery_codes_and_no_password(site: World) -> None:
    """The codes are shown first. Then the app gets its answer, with both factors proved by the passkey."""
    browser, app = site.browser(), site.client()
    made = create(site, begin(site, page=site.authorize(browser, app, state="kept"), browser=browser))
    assert len(made.codes) >= 8
    user = stored(site, made.email)
    assert (user.password_hash, len(user.passkeys), user.email_verified) == (None, 1, True)
    [passkey] = site.services.passkeys.of(user.id)
    assert (passkey.name, passkey.alone, passkey.user_verified) == ("Phone", True, True)
    page = browser.submit(made.page)
    if not page.redirected_to:
        page = browser.submit(page, button="approve")
    assert page.answer["state"] == "kept"
    [grant] = site.services.grants.of(user.id)
    assert (grant.amr, grant.acr) == (("hwk", "user", "mfa"), "aal2")


def test_the_passkey_signs_in_again(site: World) -> None:
    made = create(site)
    again = site.browser()
    page = use(again, again.open("/login"), made.device, "/passkey-sign-in")
    assert str(page.response.url).endswith("/account")


def test_the_browser_must_keep_the_passkey_and_check_the_person(site: World) -> None:
    began = begin(site)
    page = prove(site, began)
    asked = options(page)
    assert asked["authenticatorSelection"] == {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert asked["user"]["name"] == began.email


def test_all_of_it_takes_six_calls(site: World) -> None:
    """As with a password (issue: figures)."""
    browser = site.browser()
    browser.open("/sign-up")
    with recorded(site) as operations:
        began = begin(site, browser=browser)
        page = prove(site, began)
        finish(began, page, new_device(page))
    assert len(operations) <= 6, operations


def test_a_key_that_only_needs_a_touch_makes_no_account(site: World) -> None:
    """N-07: it would be the only factor."""
    began = begin(site)
    page = prove(site, began)
    answer = finish(began, page, new_device(page, flags=UP))
    assert answer.status == 422
    assert "not added" in error(answer)
    assert site.services.users.id_of(began.email) is None
    page = finish(began, answer, new_device(answer))
    assert "recovery codes" in page.text


@pytest.mark.parametrize("whose", ["other mail", "sign-in"])
def test_the_challenge_is_of_this_mail(site: World, whose: str) -> None:
    """N-03: another mail, or another purpose."""
    began = begin(site)
    page = prove(site, began)
    other = prove(site, begin(site)) if whose == "other mail" else site.browser().open("/login")
    device = new_device(page)
    answer = answered(
        began.browser, page, "/sign-up/finish", device.registration(options(other)["challenge"]), challenge=hidden(other, "challenge")
    )
    assert answer.status == 422
    assert "open for too long" in error(answer)
    assert site.services.users.id_of(began.email) is None


def test_the_page_creates_one_account(site: World) -> None:
    """N-02: sent again, it leads to the sign-in and the account stays as it is."""
    began = begin(site)
    page = prove(site, began)
    finish(began, page, new_device(page))
    before = stored(site, began.email)
    assert finish(began, page, new_device(page)).status == 422
    assert stored(site, began.email) == before


def test_the_credential_of_another_person_makes_no_account(site: World) -> None:
    """N-05: nothing is written."""
    person = site.person()
    theirs = authenticator(person.user)
    add(site, person.user, theirs)
    began = begin(site)
    page = prove(site, began)
    assert finish(began, page, new_device(page, credential_id=theirs.credential_id)).status == 422
    assert site.services.users.id_of(began.email) is None


@pytest.mark.parametrize("answer", ["x", "{}", "[]", "\0", "x" * 20_000])
def test_a_hostile_answer_is_a_bad_request(site: World, answer: str) -> None:
    """N-11."""
    began = begin(site)
    page = prove(site, began)
    assert answered(began.browser, page, "/sign-up/finish", answer).status == 400
    assert site.services.users.id_of(began.email) is None


@pytest.mark.parametrize("setting", ["passwordless", "passkeys"])
def test_where_accounts_need_a_password_no_passkey_takes_its_place(world: World, setting: str) -> None:
    """The page does not ask, and an answer of a page from before the change is refused."""
    site, closed = opened(world), opened(world, **{setting: "off"})
    began = begin(closed)
    page = prove(closed, began)
    assert "data-options" not in page.text
    ticket = closed.services.tickets.open(hidden(page, "ticket"), now=closed.clock())
    assert ticket
    offer = site.services.passkey_in_place_of_password.offer_sign_up(began.email, ticket.ticket_id)
    assert offer
    device = Authenticator(origin=ISSUER, rp_id=RP_ID)
    sent = {
        "request": hidden(page, "request"), "ticket": hidden(page, "ticket"), "challenge": offer.handle,
        "credential": device.registration(offer.options["challenge"]),
    }  # fmt: skip
    assert began.browser.http.post("/sign-up/finish", data=sent, headers={"Origin": ISSUER}).status_code == 422
    assert closed.services.users.id_of(began.email) is None


def test_the_claims_are_checked_before_the_passkey(world: World) -> None:
    site = opened(world, sign_up_claims="name!")
    began = begin(site)
    page = prove(site, began)
    answer = finish(began, page, new_device(page), claim_name="")
    assert answer.status == 422
    assert site.services.users.id_of(began.email) is None


def test_a_password_is_still_a_way(site: World) -> None:
    began = begin(site)
    page = prove(site, began)
    began.browser.submit(page, {"new_password": NEW_PASSWORD}, button="create-account")
    assert stored(site, began.email).password_hash
