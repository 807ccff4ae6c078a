"""Tickets: one mechanism for every mail with a link and a code (NIST SP 800-63B-4 §3.1.3.2, OWASP ASVS 6.6).

A link is sealed. A forged, cut or expired one is refused without a read, and opening it uses nothing up. A code is counted before it is
compared, so parallel guesses gain nothing. An address without an account has an owner of its own, so that it causes the same calls on
the same kind of key as an address with one (threats M-06).
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.tickets import code as codes
from idp.domain.tickets.ticket import FAILURES, LIFETIMES, LONGEST_REQUEST, TRIES, Ticket, count_asked
from idp.store.database import Refused
from idp.store.tickets import TicketItem, codes_place, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.services.keys.keyring import Keyring
    from idp.services.tickets.limits import Counted
    from idp.store.keys import Key
    from idp.store.tickets import TicketCodesItem
    from idp.store.tickets import Tickets as TicketStore
    from idp.store.transport import Raw

PURPOSE = "ticket"
OWNER_PREFIX = "adr_"
"""The prefix of owners that stand for an address. No user id has it."""
_ID_BYTES = 16
_SLOT = 32
"""Characters of a slot: 128 bits in hex."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new ticket with its secrets, which only the mail may contain. `code`: eight digits. `link`: the URL."""

    ticket: Ticket
    code: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link contains. It names a ticket; whether that ticket is still valid must be checked (`Tickets.check`).

    `user_id`: the account of the ticket, to be read together with it; "" if there is none. `slot`: as in the ticket.
    """

    kind: str
    owner: str
    ticket_id: str
    expires_at: int
    code: str = field(repr=False)
    user_id: str = ""
    slot: str = ""


class Tickets:
    """Issues tickets and checks them. It decides about no account: compare the result with the user (`Ticket.is_of`)."""

    def __init__(self, store: TicketStore, keyring: Keyring, issuer: str) -> None:
        self._store, self._keyring, self._issuer = store, keyring, issuer

    def address_owner(self, email: str) -> str:
        """Return the owner of tickets that begin with a typed address. `email`: the canonical address, of an account or not."""
        digest = hmac.digest(self._keyring.derive("ticket-owner"), email.encode(), "sha256")
        return OWNER_PREFIX + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def place(self, owner: str, kind: str, slot: str = "") -> tuple[type[TicketItem], Key]:
        """Return the key of the ticket, to be read together with other items in one BatchGetItem."""
        return place(owner, kind, slot)

    def codes_place(self, owner: str, kind: str) -> tuple[type[TicketCodesItem], Key]:
        """Return the key of the count of codes, to be read for `issue_in_slot`."""
        return codes_place(owner, kind)

    @staticmethod
    def slot_of(name: str) -> str:
        """Return the slot for a digest, such as that of the browser that asks."""
        return name[:_SLOT]

    def issue_in_slot(
        self, draft: Ticket, found: TicketItem | None, counted: TicketCodesItem | None, *, limits: Counted, now: int
    ) -> Issued | None:
        """Write a ticket of a kind that has slots. It ends the earlier one of its slot only. Otherwise as `issue`.

        So a stranger who asks for the same address ends no link or code of the person who asked in another browser (threats M-13).
        `counted`: the item at `codes_place`. Each ticket allows five codes, 100 in all until one is used (M-01). Beyond that a ticket is
        issued whose code is refused with `ticket.too_many_codes`, and whose link works.

        Raises:
            Throttled: all people together asked for too many mails in this hour.
        """
        before = found.ticket() if found else None
        if before and before.too_soon(now):
            return None
        issued = self._new(draft, before, now)
        accepts = (int(counted.codes) if counted else 0) <= FAILURES - TRIES
        ticket = replace(issued.ticket, failures=0 if accepts else FAILURES)
        parts = [limits.of_all, *limits.others, self._store.count_codes_part(ticket, accepts=accepts)]
        refused = self._store.replace(ticket, before=before, also=parts)
        if refused is None:
            return replace(issued, ticket=ticket)
        limits.require_room(refused=refused[0])
        return None

    def forget_codes_part(self, owner: str, kind: str) -> Raw:
        """Return the part of a transaction that sets the count of codes of a kind with slots to zero, because one ticket was used."""
        return self._store.forget_codes_part(owner, kind)

    def issue(self, draft: Ticket, found: TicketItem | None, *, now: int, also: Sequence[Raw] = (), limited: bool = True) -> Issued | None:
        """Write a ticket in place of `found`, the item that was read. One call. Earlier links and codes of this owner and kind end.

        `draft`: owner, kind, email, user_id, stamp, browser, request and details; the other members are set here. None, with nothing
        written, if the last one was issued less than a minute ago, if there were five in this hour, or if another request issued one
        meanwhile.
        Then the caller shows the same page and sends no mail (threats M-13).
        `also`: parts of the same transaction, such as `TicketLimits.of_people`. None, too, if the condition of one does not hold.
        `limited`: False for a mail that an admin sends: the limits of the address do not count.
        """
        before = found.ticket() if found else None
        if limited and before and before.too_soon(now):
            return None
        issued = self._new(draft, before, now)
        return issued if self._store.replace(issued.ticket, before=before, also=also) is None else None

    def issue_part(self, draft: Ticket, *, now: int) -> tuple[Issued, Raw]:
        """Return a ticket, and the part of a transaction that writes it in place of any other of this owner and kind.

        For a ticket that follows from an act. It has no limit, because the act has one.
        """
        issued = self._new(draft, None, now)
        return issued, self._store.replace_part(issued.ticket)

    def issue_at_once(self, draft: Ticket, *, now: int) -> Issued:
        """Write a ticket as `issue_part` does, without a transaction. One call."""
        issued = self._new(draft, None, now)
        self._store.put(issued.ticket)
        return issued

    def handle(self, ticket: Ticket, code: str) -> str:
        """Return the sealed half: what a link contains, and the hidden field of a page that follows a right code."""
        return self._keyring.sealer().seal(
            PURPOSE, [ticket.kind, ticket.owner, ticket.id, ticket.expires_at, code, ticket.user_id, ticket.slot]
        )

    def open(self, handle: str, *, now: int) -> Opened | None:
        """Return what the handle contains, or None if it is forged, cut or expired. No call."""
        payload = self._keyring.sealer().open(PURPOSE, handle) if handle else None
        if not isinstance(payload, list):
            return None
        opened = Opened(*payload)
        return opened if now < opened.expires_at and opened.kind in LIFETIMES else None

    def try_code(self, owner: str, kind: str, typed: str, *, now: int, slot: str = "") -> Ticket:
        """Count that a code was typed, then compare it. Return its ticket. One call; no call for a text that cannot be a code.

        Raises:
            Invalid: `ticket.wrong_code`; `ticket.expired` if there is no such ticket, it is over, or five codes were typed for it; or
                `ticket.too_many_codes` if 100 codes were typed for this owner and kind since the last use. The link still works.
        """
        code = codes.parse(typed)
        if code is None:
            raise Invalid("ticket.wrong_code", field="code")
        counted = self._store.count_try(owner, kind, now, slot)
        if isinstance(counted, Refused):
            raise _refusal(TicketItem.of(counted.old))
        if not hmac.compare_digest(counted.code_mac, self._mac(kind, owner, counted.id, code)):
            raise Invalid("ticket.wrong_code", field="code")
        return counted

    def read(self, opened: Opened, *, now: int) -> Ticket:
        """Read the ticket that a link names. One call. It raises as `check` does."""
        return self._checked(self._store.get(opened.owner, opened.kind, opened.slot), opened, now)

    def check(self, item: TicketItem | None, opened: Opened, *, now: int) -> Ticket:
        """Return the ticket that a link names. `item`: what is stored at its place.

        Raises:
            Invalid: `ticket.expired`: it was replaced, used or has expired.
        """
        return self._checked(item.ticket() if item else None, opened, now)

    def use(self, ticket: Ticket, *, attempt: str, now: int) -> bool:
        """Use it up by one conditional write. True once, and again for the same `attempt` (an id of the request)."""
        return self._store.use(ticket, attempt=attempt, now=now)

    def was_used(self, ticket: Ticket, *, attempt: str) -> bool:
        """Return whether this attempt used it up, after a refusal that may follow a lost reply. One call."""
        found = self._store.get(ticket.owner, ticket.kind, ticket.slot)
        return found is not None and (found.id, found.used_by) == (ticket.id, attempt)

    def use_part(self, ticket: Ticket, *, attempt: str, now: int) -> Raw:
        """Return the part of a transaction that uses it up, with the same condition as `use`."""
        return self._store.use_part(ticket, attempt=attempt, now=now)

    def drop_part(self, owner: str, kind: str, slot: str = "") -> Raw:
        """Return the part of a transaction that removes the owner's ticket of this kind, if there is one."""
        return self._store.drop_part(owner, kind, slot)

    def drop(self, owner: str, kind: str) -> None:
        """Remove the owner's ticket of this kind, if there is one. One call."""
        self._store.drop(owner, kind)

    def _new(self, draft: Ticket, before: Ticket | None, now: int) -> Issued:
        ticket_id, code = secrets.token_urlsafe(_ID_BYTES), codes.new()
        hour, number = count_asked(before, now)
        ticket = replace(
            draft, id=ticket_id, code_mac=self._mac(draft.kind, draft.owner, ticket_id, code), tries=0, used_by="", asked_hour=hour,
            asked_count=number, failures=before.failures if before else 0, created_at=now, expires_at=now + LIFETIMES[draft.kind],
            request=draft.request if len(draft.request) <= LONGEST_REQUEST else "",
        )  # fmt: skip
        return Issued(ticket, code, f"{self._issuer}/link/{self.handle(ticket, code)}")

    def _mac(self, kind: str, owner: str, ticket_id: str, code: str) -> str:
        message = json.dumps([kind, owner, ticket_id, code]).encode()
        return hmac.digest(self._keyring.derive("ticket-code"), message, "sha256").hex()

    @staticmethod
    def _checked(ticket: Ticket | None, opened: Opened, now: int) -> Ticket:
        if ticket is None or not hmac.compare_digest(ticket.id, opened.ticket_id) or not ticket.live(now):
            raise Invalid("ticket.expired")
        return ticket


def _refusal(item: TicketItem | None) -> Invalid:
    """Return the reason for which no code is accepted."""
    many = item is not None and item.ticket().failures >= FAILURES
    return Invalid("ticket.too_many_codes" if many else "ticket.expired")
