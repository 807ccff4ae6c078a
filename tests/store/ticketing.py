"""Tickets on the store's databases."""

from __future__ import annotations

import secrets
from typing import Any

from idp.domain.tickets.ticket import RESET, Ticket
from idp.services.tickets.tickets import Issued, Tickets
from idp.store.database import Database
from idp.store.tickets import Tickets as TicketStore
from idp.store.tickets import place
from tests.store.examples import NOW
from tests.support.sealing import Sealing


def tickets(database: Database) -> Tickets:
    """The service on this database, with keys of its own that are the same for every call."""
    return Tickets(TicketStore(database), Sealing(), "https://id.example.com")  # type: ignore[arg-type]  # a stand-in


def draft(**given: Any) -> Ticket:
    """A ticket before it is issued, of a new owner."""
    wanted: dict[str, Any] = {"owner": f"adr_{secrets.token_hex(8)}", "kind": RESET, "email": f"{secrets.token_hex(6)}@example.com"}
    return Ticket(**{**wanted, **given})


def issue(database: Database, wanted: Ticket | None = None, *, now: int = NOW) -> Issued:
    """Issue it in place of the stored one."""
    wanted = wanted or draft()
    issued = tickets(database).issue(wanted, database.get(*place(wanted.owner, wanted.kind)), now=now)
    assert issued
    return issued


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**8:08d}"


def stored(database: Database, ticket: Ticket) -> Ticket:
    """The ticket as it is stored now."""
    found = TicketStore(database).get(ticket.owner, ticket.kind)
    assert found
    return found
