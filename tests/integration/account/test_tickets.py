"""Tickets of a whole provider: limits on asking, and erasure (threats M-07, M-17)."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import NOT_ME, RESET, Ticket
from idp.services.tickets.limits import TicketLimits
from tests.support.world import World

HOUR = 3600


def limits(world: World) -> TicketLimits:
    """Two mails an hour for a network, three in all."""
    settings = replace(world.services.settings, tickets_hourly_per_network=2, tickets_hourly=3)
    return TicketLimits(settings, world.services.throttles, world.services.keyring)


def test_mails_have_a_limit_for_each_network_and_in_all(world: World) -> None:
    """A network over its limit does not use up the limit of all. The next hour begins at zero."""
    now, asked = world.clock() + HOUR * 7_777, limits(world)  # an hour in which no other test asks
    assert [asked.allow("192.0.2.1", now) for _ in range(9)] == [True] * 2 + [False] * 7
    assert asked.allow("192.0.2.2", now)
    assert not asked.allow("192.0.2.3", now)
    assert asked.allow("192.0.2.1", now + HOUR)


def test_addresses_of_one_ipv6_network_are_counted_together(world: World) -> None:
    """A /64 is one network."""
    now, asked = world.clock() + HOUR * 8_888, limits(world)
    assert [asked.allow(f"2001:db8::{n}", now) for n in range(1, 4)] == [True, True, False]


def test_erasing_a_person_removes_their_tickets(world: World) -> None:
    """Those of the user, and those of the address."""
    person, tickets, now = world.person(), world.services.tickets, world.clock()
    owners = (person.user.id, NOT_ME), (tickets.address_owner(person.email), RESET)
    for owner, kind in owners:
        assert tickets.issue(Ticket(owner, kind, person.email, user_id=person.user.id), None, now=now)
    world.services.user_service.delete(person.user.id, scope=DEPLOYMENT)
    assert world.services.database.batch_get(*(tickets.place(*each) for each in owners)) == [None, None]
