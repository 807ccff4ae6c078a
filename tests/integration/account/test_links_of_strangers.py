"""A link of a connection that a stranger added goes when the owner takes the account back (threats O-20, H-15, M-12).

The stranger knows the password and signed in. In the tests about the mailbox the stranger reads the mails of the account and does not know
the password. The home browser is one in which the owner first signed in a month before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.trusted_issuer import IssuerLink
from idp.store import issuer_keys
from idp.store.issuer_links import IssuerLinkItem
from tests.integration.account.email_changing import changed, link_in
from tests.integration.account.home_browsers import DAY, at_home, enter, sign_in_again, stored
from tests.integration.account.people import NEW, signed_in
from tests.integration.account.sign_in_mails import disown, link_in_mail
from tests.integration.account.upstreams import connection, go, identity, link_of, return_as, sign_in_as, with_connections

if TYPE_CHECKING:
    from idp.domain.connections.identity import UpstreamIdentity
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World

LINKS = connection(accounts="link")
"""It makes no accounts, so an identity without a link gets no further than the page for signing in."""
OWN, STRANGERS = identity("own", "ada@else.example"), identity("stranger", "mallory@else.example")


def on_the_account_page(world: World, browser: Browser, person: Person, who: UpstreamIdentity) -> None:
    """Sign in, and connect the identity on the account page."""
    page = sign_in_again(world, browser, person)
    done = return_as(world, browser, who, go(browser, page))
    assert str(done.response.url).endswith("done=connected"), done


def at_a_sign_in(world: World, browser: Browser, person: Person, who: UpstreamIdentity) -> None:
    """Come with the identity, whose provider tells the address of the account, then sign in to the account and accept the link."""
    vouched = identity(who.subject, stored(world, person).email)
    browser.http.cookies.delete("idp_session")
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), vouched)
    if "email" in page.fields:
        page = browser.submit(page, {"email": person.email, "password": person.password})
    else:
        page = browser.submit(page, {"password": person.password})
    assert "code" in browser.submit(page, button="link").answer
    assert who.subject in subjects(world, person)


WAYS = {"account page": on_the_account_page, "sign-in": at_a_sign_in}


def subjects(world: World, person: Person) -> set[str]:
    """The subjects of the links of a person."""
    return {one.subject for one in link_of(world, person)}


def gets_in(world: World, who: UpstreamIdentity, person: Person) -> bool:
    """Whether a sign-in by the connection as this identity, in a new browser, opens the account."""
    before = {one.id for one in world.sessions(person)}
    browser = world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), who)
    new = {one.id for one in world.sessions(person)} - before
    assert bool(new) == (page.redirected_to is not None), page
    return bool(new)


def reset(world: World, person: Person) -> None:
    """The owner chooses a password by the mail that followed, and is in."""
    browser = world.browser()
    browser.submit(browser.open(link_in_mail(world, person.email, "password")), {"new_password": NEW})
    person.password = NEW
    signed_in(world, person)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kept", [False, True], ids=["at once", "in a kept browser, days later"])
def test_a_stranger_gets_in_no_more_by_a_link_and_the_owner_does(alone: World, way: str, *, kept: bool) -> None:
    """The owner connected an account before the stranger came, and presses the button "this was not me"."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    on_the_account_page(world, home, person, OWN)
    world.clock.now += 1
    stranger = enter(world, person)
    notice = link_in(world, person.email)
    if kept:
        world.clock.now += 5 * DAY
    WAYS[way](world, stranger, person, STRANGERS)
    assert gets_in(world, STRANGERS, person)
    assert disown(world, notice) == 200
    assert world.sessions(person) == []
    assert not gets_in(world, STRANGERS, person)
    reset(world, person)
    assert not gets_in(world, STRANGERS, person)
    assert gets_in(world, OWN, person)


@pytest.mark.parametrize("way", WAYS)
def test_a_link_that_is_added_before_the_reset_goes_with_it(alone: World, way: str) -> None:
    """The stranger knows the password until the owner chooses a new one."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    on_the_account_page(world, home, person, OWN)
    world.clock.now += 1
    stranger = enter(world, person)
    assert disown(world, link_in(world, person.email)) == 200
    mail = link_in_mail(world, person.email, "password")
    WAYS[way](world, stranger, person, STRANGERS)
    browser = world.browser()
    browser.submit(browser.open(mail), {"new_password": NEW})
    assert not gets_in(world, STRANGERS, person)
    assert gets_in(world, OWN, person)


@pytest.mark.parametrize("way", WAYS)
def test_a_stranger_who_took_the_address_gets_in_no_more_by_a_link(alone: World, way: str) -> None:
    """H-15: the stranger connected an account, then changed the address. The owner undoes it by the mail to the former one."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    on_the_account_page(world, home, person, OWN)
    world.clock.now += DAY
    stranger = enter(world, person)
    WAYS[way](world, stranger, person, STRANGERS)
    changed(world, stranger, world.unused_email())
    assert gets_in(world, STRANGERS, person)
    browser = world.browser()
    browser.submit(browser.open(link_in_mail(world, person.email, "changed")), button="undo")
    assert stored(world, person).email == person.email
    assert not gets_in(world, STRANGERS, person)
    reset(world, person)
    assert not gets_in(world, STRANGERS, person)
    assert gets_in(world, OWN, person)


@pytest.mark.parametrize("way", WAYS)
def test_the_mailbox_alone_takes_no_link_that_was_added_at_home(alone: World, way: str) -> None:
    """The owner travels, gets a mail, and connects an account at home. It opens the account after the button was pressed."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    enter(world, person)
    notice = link_in(world, person.email)
    world.clock.now += DAY
    WAYS[way](world, home, person, OWN)
    assert disown(world, notice) == 200
    assert subjects(world, person) == {"own"}
    assert gets_in(world, OWN, person)


def test_the_former_mailbox_takes_no_link_that_was_added_at_home(alone: World) -> None:
    """H-15: the owner gave up an address, and connected an account."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    sign_in_again(world, home, person)
    changed(world, home, world.unused_email())
    undo = link_in_mail(world, person.email, "changed")
    return_as(world, home, OWN, go(home, home.open("/account")))
    assert subjects(world, person) == {"own"}
    browser = world.browser()
    browser.submit(browser.open(undo), button="undo")
    assert stored(world, person).email == person.email
    assert subjects(world, person) == {"own"}


def test_a_link_that_an_earlier_release_stored_goes(alone: World) -> None:
    """Its browser is unknown. A stranger may have added it just before the update."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    enter(world, person)
    notice = link_in(world, person.email)
    on_the_account_page(world, home, person, OWN)
    [made] = link_of(world, person)
    unknown = [IssuerLinkItem.browser_known_since.remove()]
    world.services.database.update(IssuerLinkItem, issuer_keys.issuer_link(person.user.id, made.id), unknown)
    assert disown(world, notice) == 200
    assert link_of(world, person) == []
    assert world.services.issuer_links.user_of(made.id) is None


def test_a_link_that_an_admin_made_stays(alone: World) -> None:
    """It is for assertions of a trusted issuer, and has no connection."""
    world = with_connections(alone, LINKS)
    person, _ = at_home(world)
    enter(world, person)
    by_admin = IssuerLink(person.user.id, "https://issuer.example", "", "from-admin", world.clock())
    assert world.services.issuer_links.create(by_admin, stored(world, person))
    assert disown(world, link_in(world, person.email)) == 200
    assert link_of(world, person) == [by_admin]


def test_a_link_keeps_when_its_browser_was_first_used(alone: World) -> None:
    """On the account page and at a sign-in."""
    world = with_connections(alone, LINKS)
    person, home = at_home(world)
    on_the_account_page(world, home, person, OWN)
    on_home = {session.browser_known_since for session in world.sessions(person)}
    assert all(known is not None and known < world.clock() - 29 * DAY for known in on_home)
    at_a_sign_in(world, home, person, identity("second"))
    assert {one.browser_known_since for one in link_of(world, person)} == on_home


def test_a_link_that_no_one_was_asked_about_is_of_a_new_browser(alone: World) -> None:
    """With a new account, and by the rule of the connection, in a browser without a cookie of the account."""
    world = with_connections(alone, connection(link_verified=True))
    person, new = world.person(email_verified=True), world.unused_email()
    for who in (identity("by-rule", person.email, email_authoritative=True), identity("new", new)):
        browser = world.browser()
        sign_in_as(world, browser, world.authorize(browser, world.client()), who)
        user_id = world.services.users.id_of(who.email or "")
        assert user_id
        [made] = world.services.issuer_links.of(user_id)
        assert made.browser_known_since == made.created_at == world.clock()
