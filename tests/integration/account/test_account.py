"""The account page: what it shows, who may see it, and which forms it accepts (threats F-02, F-10, J-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.account.people import granted, signed_in
from tests.support.pages import ISSUER, hidden, press, session_cookie, sign_in
from tests.support.stored import change_user

if TYPE_CHECKING:
    from tests.support.world import World

FACTORS = ("/account/totp/enrol", "/account/recovery-codes", "/account/totp/remove")


def test_it_shows_where_one_is_signed_in_and_which_apps_have_access(world: World) -> None:
    """The current session is marked, and cannot be ended by its button."""
    person, client = world.person(claims={"name": "Ada Lovelace"}), world.client(name="Meadow & Sons")
    granted(world, person, client.id)
    elsewhere = signed_in(world, person, "198.51.100.4")
    elsewhere.http.headers["User-Agent"] = "x"
    browser = signed_in(world, person)
    page = browser.open("/account")
    assert "Ada Lovelace" in page.text
    assert "198.51.100.4" in page.text
    assert "Meadow &amp; Sons" in page.text
    assert page.text.count('name="session"') == 1
    assert page.text.count("This one") == 1


@pytest.mark.parametrize("notice", ["<b>x</b>", "Your%20account%20is%20blocked", "password%00"])
def test_its_notices_are_its_own(world: World, notice: str) -> None:
    """F-10: an address cannot set the text of a notice."""
    page = signed_in(world, world.person()).open(f"/account?done={notice}")
    assert 'role="status"' not in page.text


def test_a_person_without_a_session_signs_in_first(world: World) -> None:
    """This holds for pages and forms."""
    browser = world.browser()
    for path in ("/account", "/account/password"):
        assert "password" in browser.open(path).fields
    for path in (*FACTORS, "/account/password", "/account/confirm", "/account/sessions/end", "/account/grants/revoke"):
        answer = browser.http.post(path, data={}, headers={"Origin": ISSUER})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", [*FACTORS, "/account/password", "/account/confirm", "/account/sessions/end", "/account/grants/revoke"])
def test_a_form_of_another_session_is_refused(world: World, path: str) -> None:
    """F-02: a form without the token, with a forged one, or with that of another session is refused."""
    person = world.person()
    browser, other = signed_in(world, person), signed_in(world, world.person())
    for token in ("", "x", hidden(other.open("/account"), "csrf"), session_cookie(browser) or ""):
        answer = browser.http.post(path, data={"csrf": token, "others": "1", "next": FACTORS[0]}, headers={"Origin": ISSUER})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_a_session_that_is_used_goes_on(world: World) -> None:
    """A session ends after an idle day. The account page extends it, as an app does."""
    browser = signed_in(world, world.person())
    for _ in range(4):
        world.clock.now += 50_000
        assert "password" not in browser.open("/account").fields
    world.clock.now += world.services.settings.session_idle_lifetime
    assert "password" in browser.open("/account").fields


def test_one_session_or_all_others_are_ended(world: World) -> None:
    """The current session stays."""
    person = world.person()
    browser, one, two = signed_in(world, person), signed_in(world, person), signed_in(world, person)
    page = press(browser, browser.open("/account"), "/account/sessions/end")
    assert "The session is ended" in page.text
    assert sum("password" in other.open("/account").fields for other in (one, two)) == 1
    csrf = hidden(browser.open("/account"), "csrf")
    browser.http.post("/account/sessions/end", data={"csrf": csrf, "others": "1"}, headers={"Origin": ISSUER})
    assert all("password" in other.open("/account").fields for other in (one, two))
    assert browser.open("/account").status == 200


def test_sessions_and_grants_of_others_are_not_there(world: World) -> None:
    """J-04: the answer is 404, and they continue."""
    person, other = world.person(), world.person()
    theirs = signed_in(world, other)
    grant = granted(world, other, world.client().id)
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    for path, data in (
        ("/account/sessions/end", {"session": world.sessions(other)[0].id}), ("/account/sessions/end", {"session": "x#SESSION#y"}),
        ("/account/grants/revoke", {"client": grant.client_id}), ("/account/grants/revoke", {"client": f"{grant.client_id}#x"}),
    ):  # fmt: skip
        answer = browser.http.post(path, data={"csrf": csrf, **data}, headers={"Origin": ISSUER})
        assert answer.status_code == 404, path
    assert theirs.open("/account").status == 200
    assert "password" not in theirs.open("/account").fields
    assert len(world.services.access.grants(other.user, scope=DEPLOYMENT)) == 1
    assert browser.http.post("/account/sessions/end", data={"csrf": csrf}, headers={"Origin": ISSUER}).status_code == 400


def test_an_app_whose_access_was_taken_back_has_to_ask_again(world: World) -> None:
    """The grant and the consent are deleted together."""
    person, client = world.person(), world.client(first_party=False)
    browser = world.browser()
    browser.submit(sign_in(world, browser, client, person), button="approve")
    (grant,) = world.services.grants.of(person.user.id)
    world.services.grants.redeem_code(grant, attempt="a", now=world.clock(), expires_at=world.clock() + 999)
    page = press(browser, browser.open("/account"), "/account/grants/revoke")
    assert "The app no longer has access" in page.text
    assert not world.services.consents.of(person.user.id)
    assert world.authorize(browser, client).has_button("approve")
    assert world.audited("grant.revoked", person)


def test_a_disabled_person_loses_access_at_once(world: World) -> None:
    """C-04: the next page is the sign-in."""
    person = world.person()
    browser = signed_in(world, person)
    change_user(world.services.users, person.user.id, disabled=True)
    assert "password" in browser.open("/account").fields


def test_a_required_second_factor_is_set_up_before_the_account_opens(world: World) -> None:
    """H-04: the session of the password alone does not open the account."""
    person = world.person()
    browser = signed_in(world, person)
    change_user(world.services.users, person.user.id, mfa_required=True)
    assert "enrolment" in browser.open("/account").fields


def test_an_app_has_the_words_of_the_consent_page(world: World) -> None:
    """What was allowed is named as it was asked for; a long name is shortened, and leaves room for the rest."""
    person, client = world.person(), world.client(name="Meadow " + "x" * 200)
    granted(world, person, client.id)
    page = signed_in(world, person).open("/account")
    assert [page.text.count(words) for words in ("Know that it is you", "Access while you are away")] == [1, 1]
    assert "x" * 40 not in page.text
    assert "last used" in page.text


def test_a_long_name_of_an_app_is_shortened_wherever_it_heads_a_page(world: World) -> None:
    """Title, header, heading and question of the consent page have the beginning of the name."""
    browser, person = world.browser(), world.person()
    page = sign_in(world, browser, world.client(name="Meadow " + "x" * 200, first_party=False), person)
    assert page.has_button("approve")
    assert "Allow Meadow " + "x" * 32 + "…?" in page.text
    assert "x" * 40 not in page.text
