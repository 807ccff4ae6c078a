"""A person's own page: what it shows, what it changes, and that it asks first (threats F-01, G-06, H-06, J-04)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from idp.domain.errors import Conflict, Forbidden
from idp.domain.grant import Grant
from idp.domain.throttle import FREE
from idp.store.grants import Redeemed
from tests.integration.account.test_enrolment import code_of, secret_of
from tests.integration.account.world import ISSUER, PASSWORD, error, hidden, press, session_cookie, sign_in

if TYPE_CHECKING:
    from tests.integration.account.world import Person, World
    from tests.support.forms import Browser, Page

NEW = "an unguessable sentence of mine"
FACTORS = ("/account/totp/enrol", "/account/recovery-codes", "/account/totp/remove")


def signed_in(world: World, person: Person, address: str = "") -> Browser:
    """A browser in which the person is signed in."""
    browser = world.browser(address)
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    if person.secret:
        page = browser.submit(page, {"code": person.code(world.clock())})
    assert str(page.response.url).endswith("/account"), page
    return browser


def mails(world: World, person: Person) -> list[str]:
    """What was sent, newest first."""
    return [mail.subject for mail in world.services.mailer.sent if mail.to == person.email]  # type: ignore[attr-defined]


def change(browser: Browser, current: str = PASSWORD, new: str = NEW, **more: str) -> Page:
    """Fill the form that changes the password."""
    return browser.submit(browser.open("/account/password"), {"current_password": current, "new_password": new, **more})


def act(browser: Browser, path: str) -> Page:
    """Press one of the buttons of two-step sign-in."""
    return press(browser, browser.open("/account"), path)


# --- the page --------------------------------------------------------------------------------------------------------


def test_it_shows_where_one_is_signed_in_and_which_apps_have_access(world: World) -> None:
    """Its own session is marked, and cannot be ended by its button."""
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


def granted(world: World, person: Person, client_id: str) -> Grant:
    """A grant that an app has redeemed and may refresh."""
    now = world.clock()
    grant = Grant(
        id=world.services.new_id(), user_id=person.user.id, client_id=client_id, scopes=("openid", "offline_access"), created_at=now,
        auth_time=now, acr="aal1", amr=("pwd",), session_id="s", code_expires_at=now + 60, not_after=now + 9999,
    )  # fmt: skip
    world.services.grants.put(grant)
    assert isinstance(world.services.grants.redeem_code(grant, attempt="a", now=now, expires_at=now + 9999), Redeemed)
    return grant


@pytest.mark.parametrize("notice", ["<b>x</b>", "Your%20account%20is%20blocked", "password%00"])
def test_its_notices_are_its_own(world: World, notice: str) -> None:
    """F-10: an address puts no words in its mouth."""
    page = signed_in(world, world.person()).open(f"/account?done={notice}")
    assert 'role="status"' not in page.text


def test_whoever_is_not_signed_in_signs_in_first(world: World) -> None:
    """Pages and forms alike."""
    browser = world.browser()
    for path in ("/account", "/account/password"):
        assert "password" in browser.open(path).fields
    for path in (*FACTORS, "/account/password", "/account/confirm", "/account/sessions/end", "/account/grants/revoke"):
        answer = browser.http.post(path, data={}, headers={"Origin": ISSUER})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", [*FACTORS, "/account/password", "/account/confirm", "/account/sessions/end", "/account/grants/revoke"])
def test_a_form_of_another_session_is_refused(world: World, path: str) -> None:
    """F-02: without the token, with a forged one, with another's."""
    person = world.person()
    browser, other = signed_in(world, person), signed_in(world, world.person())
    for token in ("", "x", hidden(other.open("/account"), "csrf"), session_cookie(browser) or ""):
        answer = browser.http.post(path, data={"csrf": token, "others": "1", "next": FACTORS[0]}, headers={"Origin": ISSUER})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_a_session_that_is_used_goes_on(world: World) -> None:
    """Idle for a day it ends; its own page keeps it alive as an app does."""
    browser = signed_in(world, world.person())
    for _ in range(4):
        world.clock.now += 50_000
        assert "password" not in browser.open("/account").fields
    world.clock.now += world.services.settings.session_idle_lifetime
    assert "password" in browser.open("/account").fields


# --- the password ----------------------------------------------------------------------------------------------------


def test_a_new_password_ends_everything_else(world: World) -> None:
    """C-04: other sessions and all grants are dead, this one goes on under a new id (F-01), and a mail says so."""
    person, client = world.person(), world.client()
    elsewhere, browser = signed_in(world, person), signed_in(world, person)
    granted(world, person, client.id)
    world.clock.now += 60
    before = session_cookie(browser)
    page = change(browser)
    assert "Your password is changed" in page.text
    assert session_cookie(browser) not in (None, before)
    assert "password" in elsewhere.open("/account").fields
    assert not world.services.access.grants(world.services.user_service.get(person.user.id))
    assert mails(world, person) == ["Your password was changed"]
    assert world.events("password.changed", person)
    assert sign_in(world, world.browser(), client, person).status == 422
    person.password = NEW
    assert sign_in(world, world.browser(), client, person).redirected_to


def test_what_began_in_the_second_of_the_change_ends_too(world: World) -> None:
    """valid_after counts seconds."""
    person = world.person()
    elsewhere, browser = signed_in(world, person), signed_in(world, person)
    change(browser)
    assert "password" in elsewhere.open("/account").fields
    assert browser.open("/account").status == 200
    assert len(world.sessions(person)) == 1


def test_the_old_session_id_is_dead(world: World) -> None:
    """F-01: whoever copied the cookie before is out."""
    browser, copy = signed_in(world, world.person()), world.browser()
    copy.http.cookies.set("idp_session", session_cookie(browser) or "")
    assert copy.open("/account").status == 200
    change(browser)
    assert "password" in copy.open("/account").fields


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "Use at least 8 characters."),
        ("password1", "one of the most common passwords"),
        ("x" * 1025, "Use at most 1024 characters."),
        (PASSWORD, "choose another"),
        ("", "Use at least 8 characters."),
    ],
)
def test_a_new_password_has_to_be_good(world: World, new: str, sentence: str) -> None:
    """G-10: with the reason; the old one stays."""
    person = world.person()
    page = change(signed_in(world, person), new=new)
    assert page.status == 422
    assert sentence in error(page)
    assert not new or new not in page.text
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_the_email_is_no_password(world: World) -> None:
    """ASVS 6.2."""
    person = world.person()
    assert change(signed_in(world, person), new=person.email).status == 422


def test_guessing_the_current_password_is_guessing(world: World) -> None:
    """G-06: five, then waits; the same counter as at the door of this browser."""
    person = world.person()
    browser = signed_in(world, person)
    for _ in range(FREE):
        page = change(browser, current="wrong horse")
        assert (page.status, error(page)) == (422, "The password is wrong.")
    page = change(browser)
    assert page.status == 429
    assert page.response.headers["retry-after"] == "30"
    assert browser.open("/account").status == 200  # the session itself goes on
    assert sign_in(world, browser, world.client(), person, prompt="login").status == 429
    world.clock.now += 30
    assert "Your password is changed" in change(browser).text
    assert len(world.events("password_change.failed", person)) == FREE


def test_a_stolen_session_without_the_device_counts_for_the_account(world: World) -> None:
    """G-06: the thief's guesses lock the thief."""
    person, thief = world.person(), world.browser()
    thief.http.cookies.set("idp_session", session_cookie(signed_in(world, person)) or "")
    for _ in range(FREE):
        assert change(thief, current="wrong horse").status == 422
    assert change(thief).status == 429
    assert sign_in(world, world.browser(), world.client(), person).status == 429


def test_with_a_second_factor_the_code_is_asked_for_as_well(world: World) -> None:
    """Unless it was given a moment ago."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    assert "code" not in browser.open("/account/password").fields
    world.clock.now += 300
    assert "code" in browser.open("/account/password").fields
    assert change(browser, code="000000").status == 422
    assert sign_in(world, world.browser(), world.client(), person).redirected_to  # nothing changed
    world.clock.now += 30
    assert "Your password is changed" in change(browser, code=person.code(world.clock())).text


def test_a_password_that_changed_meanwhile_is_not_overwritten(world: World) -> None:
    """Two browsers at once: the second is told."""
    person = world.person()
    browser = signed_in(world, person)
    visitor = world.services.visitors.signed_in(session_cookie(browser))
    assert visitor
    hashed = world.services.passwords.hash("set elsewhere meanwhile")
    assert world.services.users.set_password(person.user.id, hashed, was=person.user.password_hash, now=0, end_everything=False)
    with pytest.raises(Conflict):
        world.services.account.change_password(
            visitor, PASSWORD, NEW, "", device=None, origin=world.origin(), now=world.clock()
        )  # fmt: skip


# --- two-step sign-in ------------------------------------------------------------------------------------------------


def test_it_is_set_up_confirmed_and_used(world: World) -> None:
    """H-07: from then on the code is asked for; a new session, a mail, ten recovery codes."""
    person = world.person()
    browser = signed_in(world, person)
    before = session_cookie(browser)
    page = act(browser, FACTORS[0])
    assert world.services.factors.totp(person.user.id) is None
    wrong = browser.submit(page, {"code": "000000"})
    assert wrong.status == 422
    assert secret_of(wrong) == secret_of(page)
    done = browser.submit(wrong, {"code": code_of(page, world)})
    assert len(re.findall(r"<li><code>", done.text)) == 10
    assert session_cookie(browser) != before
    assert "Two-step sign-in is on" in browser.submit(done).text
    assert mails(world, person) == ["Two-step sign-in is on"]
    person.secret = secret_of(page)
    world.clock.now += 30
    assert session_cookie(signed_in(world, person))


@pytest.mark.parametrize("path", FACTORS)
def test_factors_are_changed_by_a_person_who_is_there(world: World, path: str) -> None:
    """H-06: five minutes after the sign-in the password is asked for, with the code where there is one; then it goes on."""
    person = world.person(totp=path != FACTORS[0])
    browser = signed_in(world, person)
    world.clock.now += 300
    before = session_cookie(browser)
    page = act(browser, path)
    assert "password" in page.fields
    assert ("code" in page.fields) == bool(person.secret)
    for wrong in ({"password": "wrong horse"}, {"password": person.password, "code": "000000"}):
        if "code" in wrong and not person.secret:
            continue
        more = {"code": person.code(world.clock())} if person.secret and "code" not in wrong else {}
        page = browser.submit(page, {**wrong, **more})
        assert page.status == 422
        assert session_cookie(browser) == before
    world.clock.now += 30
    code = {"code": person.code(world.clock())} if person.secret else {}
    page = browser.submit(page, {"password": person.password, **code})
    assert page.status == 200
    assert session_cookie(browser) != before  # F-01
    expected = {FACTORS[0]: "Scan this", FACTORS[1]: "Save your recovery codes", FACTORS[2]: "Two-step sign-in is off"}
    assert expected[path] in page.text


def test_the_services_ask_as_well(world: World) -> None:
    """H-06: a handler that forgot to ask would change nothing."""
    with_one, without = world.person(totp=True), world.person()
    late, here, enrolment = world.clock() + 300, world.origin(), world.services.enrolment
    for person in (with_one, without):
        visitor = world.services.visitors.signed_in(session_cookie(signed_in(world, person)))
        assert visitor
        for act_late in (enrolment.remove, enrolment.new_recovery_codes):
            with pytest.raises(Forbidden):
                act_late(visitor, origin=here, now=late)
        with pytest.raises((Forbidden, Conflict)):
            enrolment.offer(visitor, now=late)


def test_confirming_is_guessing_too(world: World) -> None:
    """G-06: the same counters."""
    person = world.person()
    browser = signed_in(world, person)
    world.clock.now += 300
    page = act(browser, FACTORS[0])
    for _ in range(FREE):
        page = browser.submit(page, {"password": "wrong horse"})
        assert page.status == 422
    page = browser.submit(page, {"password": person.password})
    assert page.status == 429
    assert change(browser).status == 429
    assert len(world.events("reauthentication.failed", person)) == FREE


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/account/../x", "/logout", "javascript:alert(1)", ""])
def test_confirming_leads_nowhere_else(world: World, target: str) -> None:
    """F-05: three paths, written in the code."""
    person = world.person()
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    answer = browser.http.post(
        "/account/confirm", data={"csrf": csrf, "next": target, "password": person.password}, headers={"Origin": ISSUER}
    )
    assert answer.headers.get("location", "/account").startswith("/account")
    assert answer.status_code in {303, 400}


def test_a_recovery_code_confirms_as_well(world: World) -> None:
    """The authenticator is lost: sign in, turn it off, with recovery codes alone."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    world.clock.now += 300
    page = act(browser, FACTORS[2])
    page = browser.submit(page, {"password": person.password, "code": person.recovery_codes[0]})
    assert "Two-step sign-in is off" in page.text
    assert mails(world, person)[:2] == ["Two-step sign-in is off", "A recovery code was used"]
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_new_recovery_codes_kill_the_old_ones(world: World) -> None:
    """H-08."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    page = act(browser, FACTORS[1])
    fresh = re.findall(r"<li><code>([^<]+)</code>", page.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(person.recovery_codes)
    again = world.browser()
    page = again.submit(world.authorize(again, world.client()), {"email": person.email, "password": person.password})
    page = press(again, page, "/recovery-code")
    page = again.submit(page, {"code": person.recovery_codes[0]})
    assert page.status == 422
    assert again.submit(page, {"code": fresh[0]}).redirected_to


def test_who_has_to_have_one_keeps_it(world: World) -> None:
    """An admin cannot go back to the password alone."""
    person = world.person(totp=True, admin=True)
    page = act(signed_in(world, person), FACTORS[2])
    assert page.status == 403
    assert world.services.factors.totp(person.user.id)


def test_a_second_one_is_not_set_up_over_the_first(world: World) -> None:
    """H-06: by a form that was kept, or by the address."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    stored = world.services.factors.totp(person.user.id)
    for path in ("/account/totp/enrol", "/account/totp/confirm"):
        answer = browser.http.post(path, data={"csrf": csrf, "code": "000000", "enrolment": "x"}, headers={"Origin": ISSUER})
        assert answer.status_code == 409
    assert world.services.factors.totp(person.user.id) == stored


def test_a_page_that_was_open_too_long_asks_again(world: World) -> None:
    """The secret of twenty minutes ago is not taken."""
    person = world.person()
    browser = signed_in(world, person)
    page = act(browser, FACTORS[0])
    world.clock.now += 1200
    later = browser.submit(page, {"code": pyotp.TOTP(secret_of(page)).at(world.clock())})
    assert "password" in later.fields
    assert world.services.factors.totp(person.user.id) is None


# --- sessions and apps -----------------------------------------------------------------------------------------------


def test_one_session_or_all_others_are_ended(world: World) -> None:
    """The one in hand stays."""
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
    """J-04: 404, and they go on."""
    person, other = world.person(), world.person()
    theirs = signed_in(world, other)
    grant = granted(world, other, world.client().id)
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    for path, data in (
        ("/account/sessions/end", {"session": world.sessions(other)[0].id}), ("/account/sessions/end", {"session": "x#SESSION#y"}),
        ("/account/grants/revoke", {"grant": grant.id}), ("/account/grants/revoke", {"grant": f"{other.user.id}#{grant.id}"}),
    ):  # fmt: skip
        answer = browser.http.post(path, data={"csrf": csrf, **data}, headers={"Origin": ISSUER})
        assert answer.status_code == 404, path
    assert theirs.open("/account").status == 200
    assert "password" not in theirs.open("/account").fields
    assert len(world.services.access.grants(other.user)) == 1
    assert browser.http.post("/account/sessions/end", data={"csrf": csrf}, headers={"Origin": ISSUER}).status_code == 400


def test_an_app_whose_access_was_taken_back_has_to_ask_again(world: World) -> None:
    """Grant and consent go together."""
    person, client = world.person(), world.client(first_party=False)
    browser = world.browser()
    browser.submit(sign_in(world, browser, client, person), button="approve")
    (grant,) = world.services.grants.of(person.user.id)
    world.services.grants.redeem_code(grant, attempt="a", now=world.clock(), expires_at=world.clock() + 999)
    page = press(browser, browser.open("/account"), "/account/grants/revoke")
    assert "The app has no access any more" in page.text
    assert not world.services.consents.of(person.user.id)
    assert world.authorize(browser, client).has_button("approve")
    assert world.events("grant.revoked", person)


def test_somebody_disabled_is_out_at_once(world: World) -> None:
    """C-04: the next page is the sign-in."""
    person = world.person()
    browser = signed_in(world, person)
    assert world.services.users.set_flags(person.user.id, world.clock(), disabled=True)
    assert "password" in browser.open("/account").fields


def test_who_was_told_to_have_a_second_factor_sets_it_up_first(world: World) -> None:
    """H-04: the session of the password alone opens the account no more."""
    person = world.person()
    browser = signed_in(world, person)
    assert world.services.users.set_flags(person.user.id, world.clock(), mfa_required=True)
    assert "enrolment" in browser.open("/account").fields
