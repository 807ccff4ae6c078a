"""Tickets of a whole provider: limits on asking, and erasure (threats M-07, M-13, M-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import NOT_ME, RESET, Ticket
from tests.integration.account.email_changing import changed
from tests.integration.account.people import signed_in
from tests.integration.account.signing_up import begin, mails, opened
from tests.support.pages import error

if TYPE_CHECKING:
    from tests.support.forms import Page
    from tests.support.world import World

HOUR = 3600


def used_up(world: World, hour: int) -> World:
    """A deployment whose mails of an hour were used up by strangers. `hour`: one in which no other test asks."""
    site = opened(world, tickets_hourly_per_network=1, tickets_hourly=2)
    site.clock.advance(HOUR * hour)
    for number in range(2):
        assert mails(site, begin(site, browser=site.browser(f"203.0.113.{number}")).email)
    return site


def ask(site: World, path: str, email: str, network: str) -> Page:
    """Ask for a mail to this address, from a network that did not ask before."""
    browser = site.browser(network)
    return browser.submit(browser.open(path), {"email": email}, button="send-code" if path == "/sign-up" else "send")


@pytest.mark.parametrize(("path", "hour"), [("/sign-up", 7_710), ("/forgot", 7_720)])
def test_people_are_told_that_all_mails_of_the_hour_are_used_up(
    world: World, path: str, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says when to try again, with and without an account. It is counted for the operator."""
    site, person = used_up(world, hour), world.person()
    counted: list[str] = []
    monkeypatch.setattr("idp.services.tickets.limits.count", counted.append)
    pages = [ask(site, path, email, f"198.51.100.{n}") for n, email in enumerate((person.email, site.unused_email()))]
    for page in pages:
        assert page.status == 429
        assert "Very many people asked for a mail in this hour" in error(page)
        assert 0 < int(page.response.headers["retry-after"]) <= HOUR
    assert error(pages[0]) == error(pages[1])
    assert counted == ["TicketLimitsReached"] * 2
    assert not mails(site, person.email)
    site.clock.advance(HOUR)
    assert ask(site, path, person.email, "198.51.100.9").status == 200
    assert len(mails(site, person.email)) == 1


def test_a_network_over_its_limit_is_not_told(world: World) -> None:
    """It counts nothing for all networks, and gets the same page as before."""
    site = opened(world, tickets_hourly_per_network=1, tickets_hourly=2)
    site.clock.advance(HOUR * 7_730)
    asked = [ask(site, "/sign-up", site.unused_email(), "203.0.113.7").status for _ in range(5)]
    assert asked == [200] * 5
    elsewhere = site.unused_email()
    ask(site, "/sign-up", elsewhere, "203.0.113.8")
    assert mails(site, elsewhere)


def test_addresses_of_one_ipv6_network_are_counted_together(world: World) -> None:
    """A /64 is one network."""
    site = opened(world, tickets_hourly_per_network=2)
    site.clock.advance(HOUR * 7_740)
    emails = [site.unused_email() for _ in range(3)]
    for number, email in enumerate(emails, 1):
        ask(site, "/sign-up", email, f"2001:db8::{number}")
    assert [len(mails(site, email)) for email in emails] == [1, 1, 0]


def test_strangers_use_up_no_mail_of_a_person_who_is_signed_in(world: World) -> None:
    """A change of address is limited for the person and the network."""
    site = used_up(world, 7_750)
    person, new = site.person(), site.unused_email()
    changed(site, signed_in(site, person, "198.51.100.20"), new)
    user = site.services.users.get(person.user.id)
    assert user
    assert user.email == new


def test_strangers_use_up_no_mail_that_an_admin_sends(world: World) -> None:
    """A reset that an admin starts is limited for its address only."""
    site = used_up(world, 7_760)
    person = site.person()
    assert site.services.reset_request.send_for_admin(person.user, now=site.clock())
    assert len(mails(site, person.email)) == 1


def test_erasing_a_person_removes_their_tickets(world: World) -> None:
    """Those of the user, and those of the address."""
    person, tickets, now = world.person(), world.services.tickets, world.clock()
    owners = (person.user.id, NOT_ME), (tickets.address_owner(person.email), RESET)
    for owner, kind in owners:
        assert tickets.issue(Ticket(owner, kind, person.email, user_id=person.user.id), None, now=now)
    world.services.user_service.delete(person.user.id, scope=DEPLOYMENT)
    assert world.services.database.batch_get(*(tickets.place(*each) for each in owners)) == [None, None]
