"""The account page as a whole: what it says about the protection of the account, its times, and what it costs."""

from __future__ import annotations

import time
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.people.consent import Consent
from idp.store import factor_keys
from tests.integration.account.passkeys import add, authenticator
from tests.integration.account.people import change, granted, signed_in
from tests.integration.account.resetting import asked, newest, set_password
from tests.support.pages import recorded
from tests.support.stored import change_user
from tests.support.world import World

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.forms import Page
    from tests.support.people import Person


def the_day(epoch: int) -> str:
    """Return the day as the page has it in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(epoch))


def current(world: World, person: Person) -> User:
    """Return the user as stored."""
    found = world.services.users.get(person.user.id)
    assert found
    return found


def section(page: Page, identifier: str) -> str:
    """Return the text of the section with this id, up to the next one."""
    return page.text.partition(f'id="{identifier}"')[2].partition("</section>")[0]


def test_the_page_takes_few_calls(world: World) -> None:
    """The session and the user, then one Query of each: their other items in `directory`, sessions, grants; then the apps at once.

    The number does not rise with passkeys, recovery codes, consents, sessions and apps.
    """
    bare, rich = world.person(), world.person(totp=True)
    browsers = [signed_in(world, bare), signed_in(world, rich)]
    add(world, current(world, rich), authenticator(rich.user))
    for _ in range(3):
        client = world.client()
        granted(world, rich, client.id)
        world.services.consents.put(Consent(rich.user.id, client.id, ("openid",), world.clock(), "r"))
    made = []
    for browser in browsers:
        with recorded(world) as calls:
            assert browser.open("/account").status == 200
        made.append(list(calls))
    assert made == [["BatchGetItem", "Query", "Query", "Query"], ["BatchGetItem", "Query", "Query", "Query", "BatchGetItem"]]


def test_a_password_alone_is_called_what_it_is(world: World) -> None:
    """The next step is offered by a button that leads to it."""
    browser = signed_in(world, world.person())
    page = browser.open("/account")
    assert "A password alone opens your account." in section(page, "overview")
    assert "well protected" not in page.text
    assert "/account/passkeys/add" in section(page, "overview")


def test_a_protected_account_has_nothing_to_do(world: World) -> None:
    """With an authenticator app and a passkey no step is recommended."""
    person = world.person(totp=True, email_verified=True)
    browser = signed_in(world, person)
    add(world, current(world, person), authenticator(person.user))
    world.services.factors.put_recovery_codes(person.user.id, [f"{number}" for number in range(10)], world.clock())
    overview = section(browser.open("/account"), "overview")
    assert "Your account is well protected." in overview
    assert "There is nothing that you have to do." in overview
    assert "10 left" in overview
    assert "next-step" not in overview


def test_an_address_that_is_not_verified_is_a_step(world: World) -> None:
    """The button sends the mail. An account with a password alone has the more useful step first."""
    person = world.person(totp=True, email_verified=False)
    world.services.factors.put_recovery_codes(person.user.id, [f"{number}" for number in range(10)], world.clock())
    overview = section(signed_in(world, person).open("/account"), "overview")
    assert "Your email address is not verified." in overview
    assert 'action="/account/verify-email"' in overview
    bare = section(signed_in(world, world.person(email_verified=False)).open("/account"), "overview")
    assert "A password alone opens your account." in bare
    assert "Not verified" in bare


def test_few_recovery_codes_are_a_step(world: World) -> None:
    """Two are few; the button makes new ones."""
    person = world.person(totp=True)
    world.services.factors.put_recovery_codes(person.user.id, ["a", "b"], world.clock())
    overview = section(signed_in(world, person).open("/account"), "overview")
    assert "A lost device could shut you out." in overview
    assert "2 left" in overview
    assert 'action="/account/recovery-codes"' in overview


def test_a_deployment_without_passkeys_recommends_an_authenticator_app(world: World) -> None:
    """No button leads to a page that does not exist."""
    world.services.settings = replace(world.services.settings, passkeys="off")
    overview = section(signed_in(world, world.person()).open("/account"), "overview")
    assert 'action="/account/totp/enrol"' in overview
    assert "/account/passkeys/add" not in overview


def test_the_page_says_when_the_password_was_set(world: World) -> None:
    """A password that an admin sets, and a change, each have their day."""
    person, since = world.person(), world.clock.now
    world.services.user_service.set_password(person.user.id, person.password, scope=DEPLOYMENT)
    world.clock.now += 3 * 86_400
    browser = signed_in(world, person)
    page = browser.open("/account")
    assert the_day(since) in section(page, "password")
    assert "Changed <time" in section(page, "overview")
    change(browser)
    assert the_day(world.clock()) in section(browser.open("/account"), "password")


def test_a_new_account_has_the_day_of_its_password(world: World) -> None:
    """Without a password there is no day."""
    service = world.services.user_service
    made = [service.create(world.unused_email(), password, scope=DEPLOYMENT) for password in ("nine wet walruses on a raft", None)]
    assert [user.password_changed_at for user in made] == [world.clock(), 0]


def test_a_reset_sets_the_password_too(world: World) -> None:
    """Its day is the day of the reset."""
    person, browser = world.person(), world.browser()
    page = asked(world, browser, person.email)
    set_password(browser, browser.submit(page, {"code": newest(world, person.email).code}))
    assert current(world, person).password_changed_at == world.clock()


def test_another_hash_of_the_same_password_is_no_change(world: World) -> None:
    """A sign-in may store a stronger hash. The password is as old as before."""
    person = world.person()
    before = change_user(world.services.users, person.user.id, password_changed_at=1_700_000_000)
    world.services.users.set_password(before.id, "another hash", was=before.password_hash, now=world.clock() + 99, end_everything=False)
    after = current(world, person)
    assert (after.password_hash, after.password_changed_at) == ("another hash", before.password_changed_at)


def test_a_password_of_an_earlier_release_has_no_day(world: World) -> None:
    """Its item does not say when it was set, and the page does not guess."""
    page = signed_in(world, world.person()).open("/account")
    assert "<time" not in section(page, "password")
    assert "Changed" not in section(page, "overview")


def test_a_damaged_item_does_not_close_the_page(world: World) -> None:
    """A passkey that cannot be read is left out, and so is one that the account does not list."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    for name in ("Whole phone", "Lost key"):
        add(world, current(world, person), authenticator(person.user), name=name)
    listed = {one.id: one.summary for one in world.services.passkeys.of(person.user.id) if one.name == "Whole phone"}
    change_user(world.services.users, person.user.id, passkeys=listed)
    place = factor_keys.passkey(person.user.id, "broken")
    world.services.database.write_raw("directory", [{"pk": {"S": place.pk}, "sk": {"S": place.sk}, "kind": {"S": "passkey"}}])
    page = browser.open("/account")
    assert "Whole phone" in page.text
    assert "Lost key" not in page.text
    assert page.text.count('value="Whole phone"') == 1


@pytest.mark.parametrize(
    ("zone", "shown", "day"),
    [
        ("Asia/Tokyo", "2027-01-15 17:00 JST", "2027-01-15"), ("America/Los_Angeles", "2027-01-15 00:00 PST", "2027-01-15"),
        ("Pacific/Honolulu", "2027-01-14 22:00 HST", "2027-01-14"), ("Moon/Tranquility", "2027-01-15 08:00 UTC", "2027-01-15"),
        ("../../../etc/passwd", "2027-01-15 08:00 UTC", "2027-01-15"), ("", "2027-01-15 08:00 UTC", "2027-01-15"),
    ],
)  # fmt: skip
def test_times_are_in_the_zone_of_the_person(world: World, zone: str, shown: str, day: str) -> None:
    """Without JavaScript too. An unknown zone is UTC, and each time says in which zone it is."""
    person = world.person(claims={"zoneinfo": zone} if zone else {})
    page = signed_in(world, person).open("/account")
    assert world.clock() == 1_800_000_000
    assert f">{shown}</time>" in section(page, "your-devices")
    assert f">{day}</time>" in section(page, "your-devices")
    assert ("data-zone" in page.text) == bool(zone)


@pytest.mark.parametrize(
    ("claims", "shown"),
    [
        ({"locale": "pt-BR", "zoneinfo": "America/Sao_Paulo"}, ["Português (Brasil)", "<dd>America/Sao_Paulo</dd>"]),
        ({"locale": "en-GB"}, ["English", "The time zone of the browser"]),
        ({"locale": "tlh"}, ["The language of the browser", "The time zone of the browser"]),
        ({}, ["The language of the browser", "The time zone of the browser"]),
    ],
)
def test_the_profile_shows_language_and_time_zone(world: World, claims: dict[str, str], shown: list[str]) -> None:
    """The language in which pages and mails are, by its own name; one without a catalogue is that of the browser."""
    browser = signed_in(world, world.person(claims=claims))
    page = browser.open("/account?ui_locales=en")
    assert [words in section(page, "profile") for words in shown] == [True, True], section(page, "profile")


def test_this_browser_comes_first(world: World) -> None:
    """Newer sessions follow it."""
    person = world.person()
    browser = signed_in(world, person)
    world.clock.now += 60
    signed_in(world, person)
    page = section(browser.open("/account"), "your-devices")
    assert page.index("This one") < page.index('name="session"')


def test_the_country_of_a_session_is_the_one_that_cloudfront_states(world: World) -> None:
    """F-09: CloudFront proves itself by its secret. A page without JavaScript shows the two letters."""
    edge = World(replace(world.settings, edge_sha256=sha256(b"a secret of CloudFront").hexdigest()), world.keys)
    browser = edge.browser()
    browser.http.headers.update({"x-idp-edge": "a secret of CloudFront", "cloudfront-viewer-address": "203.0.113.9:4711"})
    browser.http.headers["cloudfront-viewer-country"] = "PT"
    person = edge.person()
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    assert ">PT</span>" in section(page, "your-devices")
    assert "203.0.113.9" in section(page, "your-devices")
    assert edge.sessions(person)[0].country == "PT"


def test_a_country_that_the_caller_names_is_ignored(world: World) -> None:
    """F-09: without the setting for CloudFront the header could come from the caller."""
    person, browser = world.person(), world.browser()
    browser.http.headers.update({"cloudfront-viewer-country": "PT", "x-idp-edge": "a secret of CloudFront"})
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    assert "data-country" not in page.text
    assert world.sessions(person)[0].country == ""
