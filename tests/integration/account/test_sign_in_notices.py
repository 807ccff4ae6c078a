"""Mails about sign-ins from a new browser and network, and their link for people who did not sign in (threats M-03, M-12, K-13)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyotp
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict
from idp.domain.sessions.request_origin import Origin
from idp.services.sessions.sign_in_notices import NEW_ACCOUNT
from tests.integration.account.email_changing import changed, link_in, mailed, subjects
from tests.integration.account.passkeys import ORIGIN, add, authenticator, enrol, replace_codes, use, visitor
from tests.integration.account.people import NEW, change, granted, signed_in
from tests.integration.account.sign_in_mails import FIREFOX, browser_at, disown, link_in_mail
from tests.integration.account.upstreams import connection, identity, link_of, put
from tests.integration.account.upstreams import link as link_account
from tests.support.pages import ISSUER, recorded, sign_in

if TYPE_CHECKING:
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World

NOTICE = "A new sign-in to your account"


def known(world: World, *, totp: bool = False) -> Person:
    """A person whose account is not new any more."""
    person = world.person(totp=totp)
    world.clock.now += NEW_ACCOUNT
    return person


def notices(world: World, person: Person) -> int:
    """The number of notices that were sent."""
    return subjects(world, person.email).count(NOTICE)


def test_a_new_browser_in_a_new_network_is_told(world: World) -> None:
    """The mail names the app, the time, the address and the browser."""
    person, client = known(world), world.client(name="Meadow")
    assert sign_in(world, browser_at(world, "198.51.100.9"), client, person).redirected_to
    assert notices(world, person) == 1
    text = mailed(world, person.email).text
    for fact in ("App: Meadow", "From: 198.51.100.9", "With: Firefox on Linux", "When: "):
        assert fact in text


@pytest.mark.parametrize("country", ["DE", ""])
def test_the_mail_names_the_country_if_the_edge_said_it(world: World, country: str) -> None:
    """By its two letters, as the sessions of the account page have it."""
    person, origin = known(world), Origin("198.51.100.9", FIREFOX, country=country)
    world.services.sign_in_notices.tell(person.user, client=None, pending=False, origin=origin, now=world.clock())
    mail = mailed(world, person.email)
    for text in (mail.text, mail.html):
        assert ("Country: DE" in text) == bool(country)
        assert ("Country" in text) == bool(country)


def test_a_known_browser_is_not_told_and_costs_no_call(world: World) -> None:
    """The cookie of the device decides. The calls are those of a deployment without notices."""
    person, client = known(world), world.client()
    browser = browser_at(world, "198.51.100.10")
    sign_in(world, browser, client, person)
    browser.http.cookies.delete("idp_session")
    with recorded(world) as calls:
        sign_in(world, browser, client, person)
    vars(world.services)["settings"] = replace(world.settings, sign_in_notices="off")
    browser.http.cookies.delete("idp_session")
    with recorded(world) as without:
        sign_in(world, browser, client, person)
    assert calls == without
    assert notices(world, person) == 1


@pytest.mark.parametrize(
    ("address", "agent", "number"),
    [
        ("198.51.100.20", FIREFOX, 1), ("198.51.100.20", FIREFOX.replace("140", "141"), 1), ("198.51.100.21", FIREFOX, 2),
        ("198.51.100.20", "Safari/1 (iPhone)", 2),
    ],
)  # fmt: skip
def test_a_place_is_told_once(world: World, address: str, agent: str, number: int) -> None:
    """A browser without its cookie, in the same network and of the same family, sends no second mail; also after a month."""
    person, client = known(world), world.client()
    for _ in range(2):
        sign_in(world, browser_at(world, "198.51.100.20"), client, person)
        world.clock.now += 30 * 86400
    sign_in(world, browser_at(world, address, agent), client, person)
    assert notices(world, person) == number


def test_addresses_of_one_ipv6_network_are_one_place(world: World) -> None:
    """A /64 belongs to one customer."""
    person, client = known(world), world.client()
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
        sign_in(world, browser_at(world, address), client, person)
    assert notices(world, person) == 1


def test_a_new_account_is_not_told(world: World) -> None:
    """Its owner has just made it."""
    person = world.person()
    signed_in(world, person)
    assert notices(world, person) == 0


def test_a_wrong_password_is_not_told(world: World) -> None:
    """Strangers who guess send no mail (K-13)."""
    person = known(world)
    person.password = "a wrong password"
    sign_in(world, browser_at(world, "198.51.100.30"), world.client(), person)
    assert notices(world, person) == 0


@pytest.mark.parametrize("setting", ["notices", "mail"])
def test_it_can_be_switched_off(world: World, setting: str) -> None:
    """By the setting, and in a deployment without mail. It then costs no call."""
    person, client = known(world), world.client()
    off = replace(world.settings, sign_in_notices="off") if setting == "notices" else replace(world.settings, env="test")
    assert not off.tells_sign_ins
    vars(world.services)["settings"] = replace(off, env="dev", sign_in_notices="off")
    with recorded(world) as calls:
        sign_in(world, browser_at(world, "198.51.100.31"), client, person)
    assert "TransactWriteItems" not in calls
    assert notices(world, person) == 0


def test_a_password_without_its_second_factor_is_told_as_such(world: World) -> None:
    """The owner is told that another person has the password. The second step then sends no second mail."""
    person = known(world, totp=True)
    browser = browser_at(world, "198.51.100.32")
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    assert "second step is still asked for" in mailed(world, person.email).text
    browser.submit(page, {"code": person.codes.code()})
    assert notices(world, person) == 1


def told(world: World) -> tuple[Person, Browser, str]:
    """A person, the browser of another person in this account, and the path of the link in the notice."""
    person = known(world)
    stranger = browser_at(world, "198.51.100.66")
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    return person, stranger, link_in(world, person.email)


def test_the_link_ends_everything_and_starts_a_reset(world: World) -> None:
    """Without a session. The reset's link then sets a new password."""
    person, stranger, link = told(world)
    granted(world, person, world.client().id)
    assert disown(world, link) == 200
    assert "password" in stranger.open("/account").fields
    now = world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    assert not world.services.access.grants(now, scope=DEPLOYMENT)
    assert world.audited("sign_in.disowned", person)
    browser = world.browser()
    browser.submit(browser.open(link_in(world, person.email)), {"new_password": NEW})
    person.password = NEW
    signed_in(world, person)


def test_it_locks_out_no_one_and_changes_no_factor(world: World) -> None:
    """M-12: after a stranger used the link of a forwarded mail, the owner signs in with the same password and authenticator."""
    person = known(world, totp=True)
    browser = browser_at(world, "198.51.100.67")
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    before = world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    assert disown(world, link_in(world, person.email)) == 200
    after = world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    kept = replace(before, security_stamp=1, updated_at=after.updated_at, version=after.version, disowned_browsers=after.disowned_browsers)
    assert after == kept
    world.clock.now += 30
    signed_in(world, person)


def test_a_passkey_that_was_added_since_the_sign_in_goes(world: World) -> None:
    """The stranger would sign in with it, and the reset would ask the owner for it."""
    person, _, link = told(world)
    user = world.services.users.get(person.user.id)
    assert user
    planted = authenticator(user)
    add(world, user, planted)
    disown(world, link)
    browser = world.browser()
    page = use(browser, browser.open("/login"), planted, "/passkey-sign-in")
    assert str(page.response.url).endswith("/passkey-sign-in")
    after = world.services.users.get(user.id)
    assert after
    assert not after.has_second_factor


def test_a_link_that_was_added_since_the_sign_in_goes(world: World) -> None:
    """The stranger would sign in with it. One that is added before the reset goes with the reset."""
    put(world, connection())
    person, _, path = told(world)
    link_account(world, person, identity())
    disown(world, path)
    assert link_of(world, person) == []
    link_account(world, person, identity())
    browser = world.browser()
    browser.submit(browser.open(link_in(world, person.email)), {"new_password": NEW})
    assert link_of(world, person) == []


def test_an_authenticator_that_was_added_since_the_sign_in_goes(world: World) -> None:
    """The reset would ask the owner for its code. The recovery codes, which the stranger saw, go with it."""
    person, _, link = told(world)
    enrol(world, person.user)
    assert disown(world, link) == 200
    after = world.services.users.get(person.user.id)
    assert after
    assert not after.has_second_factor
    assert not world.services.factors.totp(person.user.id)
    assert not world.services.factors.recovery_codes_left(person.user.id)
    browser = world.browser()
    browser.submit(browser.open(link_in(world, person.email)), {"new_password": NEW})
    person.password = NEW
    signed_in(world, person)


@pytest.mark.parametrize("factor", ["authenticator", "passkey"])
def test_a_factor_that_is_added_before_the_reset_goes_with_it(world: World, factor: str) -> None:
    """The password works until the reset, so the stranger can sign in and add a factor again. The reset does not ask the owner for it."""
    person, _, link = told(world)
    assert disown(world, link) == 200
    user = world.services.users.get(person.user.id)
    assert user
    if factor == "passkey":
        add(world, user, authenticator(user))
    else:
        enrol(world, user)
    browser = world.browser()
    page = browser.open(link_in_mail(world, person.email, "password"))
    assert "code" not in page.fields
    browser.submit(page, {"new_password": NEW})
    person.password = NEW
    signed_in(world, person)
    after = world.services.users.get(user.id)
    assert after
    assert not after.has_second_factor


def test_a_request_that_began_before_the_end_adds_nothing(world: World) -> None:
    """The stranger's session was read before "this was not me" and writes after it: no authenticator, no recovery codes."""
    person, _, link = told(world)
    before = visitor(world, person.user, amr=("pwd",))
    offer = world.services.enrolment.offer(before, now=world.clock())
    assert disown(world, link) == 200
    code = pyotp.TOTP(offer.secret).at(world.clock())
    with pytest.raises(Conflict):
        world.services.enrolment.confirm(before, offer.handle, code, origin=ORIGIN, now=world.clock())
    after = world.services.users.get(person.user.id)
    assert after
    assert not after.has_second_factor
    with_factor = visitor(world, replace(person.user, totp_enabled=True), amr=("pwd", "otp", "mfa"))
    with pytest.raises(Conflict):
        world.services.enrolment.new_recovery_codes(with_factor, origin=ORIGIN, now=world.clock())
    assert not world.services.factors.recovery_codes_left(person.user.id)


def test_the_reset_still_demands_an_older_factor(world: World) -> None:
    """H-13: the reset that "this was not me" starts removes nothing that its owner had before the sign-in."""
    person = known(world, totp=True)
    stranger = browser_at(world, "198.51.100.70")
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    assert disown(world, link_in(world, person.email)) == 200
    browser = world.browser()
    page = browser.open(link_in(world, person.email))
    assert "code" in page.fields
    assert browser.submit(page, {"new_password": NEW, "code": person.codes.wrong()}).status == 422
    after = world.services.users.get(person.user.id)
    assert after
    assert after.totp_enabled


def test_recovery_codes_that_were_made_since_the_sign_in_go(world: World) -> None:
    """The authenticator is older, and stays. The owner makes new codes with it."""
    person = known(world, totp=True)
    browser = browser_at(world, "198.51.100.69")
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    browser.submit(page, {"code": person.codes.code()})
    link = link_in(world, person.email)
    replace_codes(world, person.user)
    assert disown(world, link) == 200
    after = world.services.users.get(person.user.id)
    assert after
    assert after.totp_enabled
    assert not world.services.factors.recovery_codes_left(person.user.id)


def test_without_resets_the_factors_stay(world: World) -> None:
    """The password stays then, so a removed factor would protect the owner of a forwarded mail less (M-12)."""
    person, _, link = told(world)
    enrol(world, person.user)
    world.services.sign_in_notices._start_reset = None  # noqa: SLF001  # as in a deployment with IDP_PASSWORD_RESET=off
    assert disown(world, link) == 200
    after = world.services.users.get(person.user.id)
    assert after
    assert after.totp_enabled


def test_a_passkey_from_before_the_sign_in_stays(world: World) -> None:
    """M-12: a forwarded mail removes nothing that its owner had before."""
    person = known(world)
    add(world, person.user, authenticator(person.user))
    world.clock.now += 1
    stranger = browser_at(world, "198.51.100.68")
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    assert disown(world, link_in(world, person.email)) == 200
    after = world.services.users.get(person.user.id)
    assert after
    assert len(after.passkeys) == 1


def test_opening_the_link_ends_nothing(world: World) -> None:
    """M-03."""
    _, stranger, link = told(world)
    for _ in range(3):
        assert world.browser().open(link).has_button("not-me")
        world.browser().http.head(link)
    assert stranger.open("/account").has_button("change-email")


def test_the_link_works_once_and_for_seven_days(world: World) -> None:
    """Also a page that was open before is refused."""
    _, _, link = told(world)
    browser = world.browser()
    page = browser.open(link)
    assert disown(world, link) == 200
    assert browser.submit(page, button="not-me").status == 400
    assert browser.open(link).status == 400
    _, _, other = told(world)
    world.clock.now += 7 * 86400
    assert world.browser().open(other).status == 400


def test_the_link_works_after_a_new_password(world: World) -> None:
    """The stranger may have set it."""
    person, stranger, link = told(world)
    change(stranger)
    assert disown(world, link) == 200
    assert "password" in stranger.open("/account").fields
    assert subjects(world, person.email)[0].startswith("Reset") or "password" in subjects(world, person.email)[0]


def test_the_link_of_each_mail_works(world: World) -> None:
    """Two people signed in, in two places. A newer mail ends no earlier link, and each link works once."""
    person, first, link = told(world)
    second = browser_at(world, "198.51.100.71")
    second.submit(second.open("/account"), {"email": person.email, "password": person.password})
    newer = link_in(world, person.email)
    assert disown(world, link) == 200
    for browser in (first, second):
        assert "password" in browser.open("/account").fields
    assert world.browser().open(link).status == 400
    assert disown(world, newer) == 200
    assert world.browser().open(newer).status == 400


def test_an_older_link_removes_what_was_added_since_its_own_sign_in(world: World) -> None:
    """The passkey is older than the newest sign-in, and newer than the one that the owner disowns."""
    person, _, link = told(world)
    add(world, person.user, authenticator(person.user))
    world.clock.now += 3600
    later = browser_at(world, "198.51.100.72")
    later.submit(later.open("/account"), {"email": person.email, "password": person.password})
    assert notices(world, person) == 2
    assert disown(world, link) == 200
    after = world.services.users.get(person.user.id)
    assert after
    assert not after.passkeys


def test_after_a_change_of_address_the_browser_is_still_known(world: World) -> None:
    """Its cookie names the address, so it gets another one. The next sign-in there, in another network, sends no mail."""
    person, new = known(world), world.unused_email()
    browser = signed_in(world, person, "198.51.100.73")
    changed(world, browser, new)
    browser.http.cookies.delete("idp_session")
    moved = world.browser("198.51.100.74")
    moved.http.cookies.update(browser.http.cookies)
    page = moved.submit(moved.open("/account"), {"email": new, "password": person.password})
    assert str(page.response.url).endswith("/account")
    assert subjects(world, new).count(NOTICE) == 0


def test_a_change_of_address_makes_no_strange_browser_known(world: World) -> None:
    """A browser without the cookie of the account gets none by a change."""
    person, new = known(world), world.unused_email()
    browser = signed_in(world, person, "198.51.100.75")
    browser.http.cookies.delete("idp_device")
    changed(world, browser, new)
    assert "idp_device" not in browser.http.cookies


def test_a_change_of_address_ends_the_link(world: World) -> None:
    """The undo link of the other mail is for that (M-05). Its mailbox is not the account's any more."""
    person, stranger, link = told(world)
    changed(world, stranger, world.unused_email())
    assert world.browser().open(link).status == 400
    assert subjects(world, person.email)[0] == "Your email address was changed"


@pytest.mark.parametrize("ticket", ["", "x"])
def test_a_forged_link_ends_nothing(world: World, ticket: str) -> None:
    """Its answer is an error page."""
    _, stranger, _ = told(world)
    answer = world.browser().http.post("/not-me", data={"ticket": ticket}, headers={"Origin": ISSUER})
    assert answer.status_code == 400
    assert stranger.open("/account").has_button("change-email")


def test_another_site_cannot_send_it(world: World) -> None:
    """F-02."""
    _, stranger, link = told(world)
    sent = {"ticket": link.removeprefix("/link/")}
    assert world.browser().http.post("/not-me", data=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert stranger.open("/account").has_button("change-email")


def forget_session(browser: Browser) -> None:
    """The browser keeps its other cookies."""
    for name in [name for name in browser.http.cookies if name.endswith("session")]:
        browser.http.cookies.delete(name)


@pytest.mark.parametrize("reset", [True, False])
def test_a_disowned_browser_is_not_known_any_more(world: World, reset: bool) -> None:
    """M-12: the stranger comes back in the same browser, at the same place, with a newly stolen password. The owner is told again."""
    person, stranger, link = told(world)
    assert disown(world, link) == 200
    if reset:
        world.clock.now += 5
        stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
        assert notices(world, person) == 2
        browser = world.browser()
        browser.submit(browser.open(link_in_mail(world, person.email, "password")), {"new_password": NEW})
        person.password = NEW
    before = notices(world, person)
    world.clock.now += 8 * 86400
    forget_session(stranger)
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    assert notices(world, person) == before + 1
    [session] = world.sessions(person)
    assert session.browser_known_since == world.clock()
    forget_session(stranger)
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    assert notices(world, person) == before + 1


def test_a_browser_that_was_known_before_stays_known(world: World) -> None:
    """M-12: the owner of the account is not told about the own browser again."""
    person = known(world)
    home = browser_at(world, "198.51.100.7")
    home.submit(home.open("/account"), {"email": person.email, "password": person.password})
    began = world.clock()
    world.clock.now += 86400
    stranger = browser_at(world, "198.51.100.66")
    stranger.submit(stranger.open("/account"), {"email": person.email, "password": person.password})
    assert disown(world, link_in(world, person.email)) == 200
    told_so_far = notices(world, person)
    home.submit(home.open("/account"), {"email": person.email, "password": person.password})
    assert notices(world, person) == told_so_far
    [session] = world.sessions(person)
    assert session.browser_known_since == began
