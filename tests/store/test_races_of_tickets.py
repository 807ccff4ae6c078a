"""Concurrent uses of a ticket: one wins (threats H-12, M-02)."""

from __future__ import annotations

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.domain.tickets.ticket import RESET, TRIES, Ticket
from idp.services.tickets.tickets import Issued
from idp.store.database import Database
from tests.store.examples import NOW
from tests.store.race import crowd
from tests.store.ticketing import draft, issue, stored, tickets, wrong

ARTEFACTS, AT_ONCE = 30, 20

pytestmark = pytest.mark.engines


def test_one_of_twenty_uses_wins(real: Database) -> None:
    """Thirty tickets, twenty attempts each, alone and as a part of a transaction."""
    service = tickets(real)
    for number in range(ARTEFACTS):
        ticket = issue(real).ticket

        def alone(n: int, ticket: Ticket = ticket) -> bool:
            return service.use(ticket, attempt=f"a{n}", now=NOW)

        def within(n: int, ticket: Ticket = ticket) -> bool:
            try:
                return real.transact(service.use_part(ticket, attempt=f"a{n}", now=NOW)) is None
            except Unavailable:  # the item was busy: nothing was written, and another attempt won or wins
                return False

        assert sum(crowd(AT_ONCE, alone if number % 2 else within)) == 1


def test_link_and_code_at_once_are_one_use(real: Database) -> None:
    """Ten come by the link and ten by the code. Both lead to the same conditional write."""
    service = tickets(real)
    for _ in range(ARTEFACTS):
        issued = issue(real)

        def come(n: int, issued: Issued = issued) -> bool:
            try:
                if n % 2:
                    found = service.try_code(issued.ticket.owner, RESET, issued.code, now=NOW)
                else:
                    opened = service.open(issued.link.rpartition("/")[2], now=NOW)
                    assert opened
                    found = service.read(opened, now=NOW)
            except Invalid:
                return False
            return service.use(found, attempt=f"a{n}", now=NOW)

        assert sum(crowd(AT_ONCE, come)) == 1


def test_fifty_guesses_at_once_are_five_tries(real: Database) -> None:
    """Forty-nine wrong codes and the right one: five are compared, not more, and the rest is told that the ticket is over."""
    service = tickets(real)
    for _ in range(5):
        issued = issue(real)

        def guess(n: int, issued: Issued = issued) -> str:
            try:
                service.try_code(issued.ticket.owner, RESET, issued.code if n == 0 else wrong(issued.code), now=NOW)
            except Invalid as refusal:
                return refusal.message.id
            return "right"

        answers = crowd(50, guess)
        assert answers.count("ticket.wrong_code") + answers.count("right") == TRIES
        assert answers.count("ticket.expired") == 50 - TRIES
        assert stored(real, issued.ticket).tries == stored(real, issued.ticket).failures == TRIES


def test_one_of_twenty_requests_gets_a_ticket(real: Database) -> None:
    """Twenty people ask for the same address at once: one mail is sent."""
    service = tickets(real)
    for _ in range(ARTEFACTS):
        wanted = draft()
        assert len([one for one in crowd(AT_ONCE, lambda _, w=wanted: service.issue(w, None, now=NOW)) if one]) == 1  # type: ignore[misc]  # mypy infers no type of a lambda with a default
