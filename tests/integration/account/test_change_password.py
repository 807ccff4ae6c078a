"""A change of the password needs the current one, counts failures, and ends all other sessions (threats C-04, F-01, G-06, G-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Invalid
from idp.domain.factors.throttle import FREE
from idp.services.audit.recorder import SYSTEM
from tests.integration.account.people import NEW, change, granted, mails, signed_in, wrong_code
from tests.support.pages import error, press, session_cookie, sign_in
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.world import World

FACTORS = ("/account/totp/enrol", "/account/recovery-codes", "/account/totp/remove")


def test_a_new_password_ends_everything_else(world: World) -> None:
    """C-04: other sessions and all grants end. This session continues under a new id (F-01), and a mail says so."""
    person, client = world.person(), world.client()
    elsewhere, browser = signed_in(world, person), signed_in(world, person)
    granted(world, person, client.id)
    world.clock.now += 60
    before = session_cookie(browser)
    page = change(browser)
    assert "Your password is changed" in page.text
    assert session_cookie(browser) not in (None, before)
    assert "password" in elsewhere.open("/account").fields
    assert not world.services.access.grants(world.services.user_service.get(person.user.id, scope=DEPLOYMENT), scope=DEPLOYMENT)
    assert mails(world, person) == ["Your password was changed"]
    assert world.audited("password.changed", person)
    assert sign_in(world, world.browser(), client, person).status == 422
    person.password = NEW
    assert sign_in(world, world.browser(), client, person).redirected_to


def test_what_began_in_the_second_of_the_change_ends_too(world: World) -> None:
    """The result does not depend on a clock."""
    person = world.person()
    elsewhere, browser = signed_in(world, person), signed_in(world, person)
    change(browser)
    assert "password" in elsewhere.open("/account").fields
    assert browser.open("/account").status == 200
    assert len(world.sessions(person)) == 1


@pytest.mark.parametrize("ends", ["set_password", "disable", "end_everything", "reset_factors"])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_sign_in_that_read_the_old_password_ends_with_it(world: World, ends: str, seconds: int) -> None:
    """C-04: it had the password right and writes its session when all has been ended already. It opens nothing, whatever the clock says."""
    person, client, browser = world.person(), world.client(), world.browser()
    verify, users = world.services.passwords.verify, world.services.user_service
    acts: dict[str, Callable[[], object]] = {
        "set_password": lambda: users.set_password(person.user.id, NEW, scope=DEPLOYMENT),
        "disable": lambda: [users.patch(person.user.id, {"disabled": flag}, scope=DEPLOYMENT) for flag in (True, False)],
        "end_everything": lambda: world.services.access.end_everything(
            users.get(person.user.id, scope=DEPLOYMENT), SYSTEM, scope=DEPLOYMENT
        ),
        "reset_factors": lambda: users.reset_factors(person.user.id, scope=DEPLOYMENT),
    }

    def verified_while_it_ends(encoded: str | None, typed: str, **more: str) -> bool:
        right = verify(encoded, typed, **more)
        acts[ends]()
        world.clock.now += seconds
        return right

    page = world.authorize(browser, client)
    vars(world.services.passwords)["verify"] = verified_while_it_ends
    browser.submit(page, {"email": person.email, "password": person.password})
    del vars(world.services.passwords)["verify"]
    now = users.get(person.user.id, scope=DEPLOYMENT)
    stamps = [s.security_stamp for s in world.services.sessions.of(now.id)] + [g.security_stamp for g in world.services.grants.of(now.id)]
    assert len(stamps) == 2
    assert not any(now.accepts(stamp) for stamp in stamps)
    assert "password" in browser.open("/account").fields


def test_the_old_session_id_is_dead(world: World) -> None:
    """F-01: a copy of the cookie from before is refused."""
    browser, copy = signed_in(world, world.person()), world.browser()
    copy.http.cookies.set("idp_session", session_cookie(browser) or "")
    assert copy.open("/account").status == 200
    change(browser)
    assert "password" in copy.open("/account").fields


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "Use at least 15 characters."),
        ("fourteen chars", "Use at least 15 characters."),
        ("123456789qwerty", "one of the most common passwords"),
        ("idp.example-idp!example", "Use other words"),
        ("x" * 1025, "Use at most 1024 characters."),
        (PASSWORD, "Choose another"),
        ("", "Use at least 15 characters."),
    ],
)
def test_a_new_password_has_to_be_good(world: World, new: str, sentence: str) -> None:
    """G-10: the page gives the reason, and the old password stays."""
    person = world.person()
    page = change(signed_in(world, person), new=new)
    assert page.status == 422
    assert sentence in error(page)
    assert not new or new not in page.text
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


@pytest.mark.parametrize("because", [{"totp": True}, {"mfa_required": True}, {"admin": True}])
def test_with_a_second_factor_eight_characters_are_enough(world: World, because: dict[str, Any]) -> None:
    """NIST SP 800-63B-4 §3.1.1.2, for people who have one or must have one. The page says so before. Admins may set as short a one."""
    person = world.person(**because)
    assert world.services.new_passwords.minimum(person.user) == 8 or "totp" in because
    user = world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    with pytest.raises(Invalid, match="at least 8"):
        world.services.user_service.set_password(user.id, "7 chars", scope=DEPLOYMENT)
    world.services.user_service.set_password(user.id, "k7#mQ2!x", scope=DEPLOYMENT)
    if person.secret:
        person.password = "k7#mQ2!x"
        browser = signed_in(world, person)
        assert "At least 8 characters, because your account also asks for a second step." in browser.open("/account/password").text
        assert "at least 8" in error(change(browser, current=person.password, new="7 chars"))
        assert "Your password is changed" in change(browser, current=person.password, new="Q2!xk7#m").text


def test_a_short_password_from_before_still_signs_in(world: World) -> None:
    """The rules are for new passwords. The page of the next change says what is needed."""
    person = world.person(password="sixsix")
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    browser = signed_in(world, person)
    assert "At least 15 characters." in browser.open("/account/password").text
    assert "at least 15" in error(change(browser, current="sixsix", new="k7#mQ2!x"))
    assert "Your password is changed" in change(browser, current="sixsix").text


def test_turning_the_second_factor_off_keeps_a_short_password(world: World) -> None:
    """The short password still signs the person in. The pages say before and after that it is weak alone. The next one must be long."""
    person = world.person(totp=True, password="k7#mQ2!x")
    browser = signed_in(world, person)
    world.clock.now += 30
    page = press(browser, browser.open("/account"), "/account/totp/remove")
    assert "fewer than 15 characters still works" in page.text
    page = browser.submit(page, {"password": person.password, "code": person.code(world.clock())})
    assert "If your password is short, choose a longer one" in page.text
    person.phone = None
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    assert "at least 15" in error(change(browser, current=person.password, new="Q2!xk7#m"))
    assert "Your password is changed" in change(browser, current=person.password).text


def test_a_refused_password_uses_up_no_code(world: World) -> None:
    """The person corrects the password and sends the same code again."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    world.clock.now += 330
    code = person.code(world.clock())
    assert change(browser, new="7 chars", code=code).status == 422
    assert "Your password is changed" in change(browser, code=code).text


def test_the_email_is_no_password(world: World) -> None:
    """ASVS 6.2."""
    person = world.person()
    assert change(signed_in(world, person), new=person.email).status == 422


def test_guessing_the_current_password_is_guessing(world: World) -> None:
    """G-06: five failures, then waits. The counter is that of this browser's sign-ins."""
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
    assert len(world.audited("password_change.failed", person)) == FREE


def test_a_stolen_session_without_the_device_counts_for_the_account(world: World) -> None:
    """G-06: the guesses count in the account's counter, so another new browser must wait too."""
    person, thief = world.person(), world.browser()
    thief.http.cookies.set("idp_session", session_cookie(signed_in(world, person)) or "")
    for _ in range(FREE):
        assert change(thief, current="wrong horse").status == 422
    assert change(thief).status == 429
    assert sign_in(world, world.browser(), world.client(), person).status == 429


def test_with_a_second_factor_the_code_is_asked_for_as_well(world: World) -> None:
    """The code is not asked for if it was given a moment ago."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    assert "code" not in browser.open("/account/password").fields
    world.clock.now += 300
    assert "code" in browser.open("/account/password").fields
    assert change(browser, code=wrong_code(world, person.secret)).status == 422
    assert sign_in(world, world.browser(), world.client(), person).redirected_to  # nothing changed
    world.clock.now += 30
    assert "Your password is changed" in change(browser, code=person.code(world.clock())).text


def test_a_password_that_changed_meanwhile_is_not_overwritten(world: World) -> None:
    """Of two browsers at once, the second gets an error."""
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
