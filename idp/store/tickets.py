"""Tickets (`state`): one item for each owner and kind. A try of a code and a use of a ticket are each one conditional write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.tickets.ticket import FAILURES, TRIES, Ticket
from idp.store import sign_in_keys
from idp.store.attributes import TextMapAttribute
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.transport import Raw

KEPT = 30 * 86400
"""Seconds for which the item outlives its ticket. Failures stay counted for as long, so that waiting gives no new guesses."""


class TicketItem(StateItem):
    """The item of a ticket. Nothing in it opens anything: the code is a MAC, and the link is sealed."""

    kind_name = "ticket"
    owner = UnicodeAttribute()
    ticket_kind = UnicodeAttribute()
    ticket_id = UnicodeAttribute()
    email = UnicodeAttribute()
    user_id = UnicodeAttribute(default="")
    stamp = NumberAttribute(default=0)
    code_mac = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    failures = NumberAttribute(default=0)
    asked_hour = NumberAttribute(default=0)
    asked_count = NumberAttribute(default=0)
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    used_by = UnicodeAttribute(null=True)
    browser = UnicodeAttribute(default="")
    request = UnicodeAttribute(default="")
    details = TextMapAttribute(null=True)
    slot = UnicodeAttribute(default="")

    def ticket(self) -> Ticket:
        """Convert it to the domain's class."""
        return Ticket(
            owner=self.owner, kind=self.ticket_kind, email=self.email, user_id=self.user_id, stamp=int(self.stamp), browser=self.browser,
            request=self.request, details=self.details or {}, id=self.ticket_id, code_mac=self.code_mac, tries=int(self.tries),
            failures=int(self.failures), asked_hour=int(self.asked_hour), asked_count=int(self.asked_count),
            created_at=int(self.created_at), expires_at=int(self.expires_at), used_by=self.used_by or "", slot=self.slot,
        )  # fmt: skip


class TicketCodesItem(StateItem):
    """The count of codes that may be typed for all tickets of an owner and a kind with slots: five for each ticket, until one is used."""

    kind_name = "ticket_codes"
    codes = NumberAttribute(default=0)


def place(owner: str, kind: str, slot: str = "") -> tuple[type[TicketItem], Key]:
    """The key of a ticket, to be read together with other items."""
    return TicketItem, sign_in_keys.ticket(owner, kind, slot)


def codes_place(owner: str, kind: str) -> tuple[type[TicketCodesItem], Key]:
    """The key of the count of codes, to be read together with other items."""
    return TicketCodesItem, sign_in_keys.ticket_codes(owner, kind)


class Tickets:
    """Reads and writes tickets."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, owner: str, kind: str, slot: str = "") -> Ticket | None:
        """The ticket of this owner, kind and slot, also a used or expired one, or None."""
        found = self._db.get(*place(owner, kind, slot))
        return found.ticket() if found else None

    def replace(self, new: Ticket, *, before: Ticket | None, also: Sequence[Raw] = ()) -> list[bool] | None:
        """Write `new` in place of `before`. None if it was written. The failures stay counted.

        `also`: parts that are written in the same transaction. If a condition does not hold, nothing is written, and the list says of
        each of them whether it was refused. The list also follows if another ticket was written since `before` was read.
        """
        unchanged = TicketItem.ticket_id == before.id if before else TicketItem.pk.does_not_exist()
        if also:
            part = self._db.update_part(TicketItem, _key(new), _written(new), unchanged)
            refused = self._db.transact(part, *also)
            old = TicketItem.of(refused[0].get("Item")) if refused and refused[0] else None
            written = refused is None or (old is not None and old.ticket_id == new.id)
            return None if written else [reason is not None for reason in (refused or [])[1:]]
        done = self._db.update(TicketItem, _key(new), _written(new), unchanged)
        if not isinstance(done, Refused):
            return None
        old = TicketItem.of(done.old)
        return None if old is not None and old.ticket_id == new.id else []  # a retry after a lost reply meets its own write

    def put(self, new: Ticket) -> None:
        """Write `new` in place of any other. A call that arrives after its own retry does not make a used ticket unused."""
        self._db.update(TicketItem, _key(new), _written(new), TicketItem.pk.does_not_exist() | (TicketItem.ticket_id != new.id))

    def replace_part(self, new: Ticket) -> Raw:
        """The part of a transaction that writes `new` in place of any other."""
        return self._db.update_part(TicketItem, _key(new), _written(new))

    def count_codes_part(self, new: Ticket, *, accepts: bool) -> Raw:
        """The part of a transaction that counts the five codes of a new ticket. With `accepts` on the condition that they are allowed."""
        item = TicketCodesItem
        few = item.codes.does_not_exist() | (item.codes <= FAILURES - TRIES)
        actions = [item.codes.add(TRIES), item.kind.set(item.kind_name), item.ttl.set(new.expires_at + KEPT)]
        return self._db.update_part(item, sign_in_keys.ticket_codes(new.owner, new.kind), actions, few if accepts else None)

    def forget_codes_part(self, owner: str, kind: str) -> Raw:
        """The part of a transaction that removes the count of codes, after a use."""
        return self._db.delete_part(*codes_place(owner, kind))

    def count_try(self, owner: str, kind: str, now: int, slot: str = "") -> Ticket | Refused:
        """Count that a code was typed, before it is compared (threats M-02). The ticket with its new counts, or Refused with the old item.

        A lost reply counts twice, which can only cost the person a try.
        """
        free = (
            TicketItem.ticket_id.exists() & (TicketItem.tries < TRIES) & (TicketItem.failures < FAILURES)
            & (TicketItem.expires_at > now) & TicketItem.used_by.does_not_exist()
        )  # fmt: skip
        actions = [TicketItem.tries.add(1), TicketItem.failures.add(1)]
        done = self._db.update(TicketItem, sign_in_keys.ticket(owner, kind, slot), actions, free)
        return done if isinstance(done, Refused) else done.ticket()

    def use(self, ticket: Ticket, *, attempt: str, now: int) -> bool:
        """Use it up. True for the first attempt, and for the same attempt again; False if it was used, replaced or has expired."""
        done = self._db.update(TicketItem, _key(ticket), _used(attempt), _usable(ticket, attempt, now))
        return not isinstance(done, Refused)

    def use_part(self, ticket: Ticket, *, attempt: str, now: int) -> Raw:
        """The part of a transaction that uses it up, on the same condition as `use`."""
        return self._db.update_part(TicketItem, _key(ticket), _used(attempt), _usable(ticket, attempt, now))

    def drop_part(self, owner: str, kind: str, slot: str = "") -> Raw:
        """The part of a transaction that removes the ticket of this owner, kind and slot, if there is one."""
        return self._db.delete_part(*place(owner, kind, slot))

    def drop(self, owner: str, kind: str) -> None:
        """Remove the ticket of this owner and kind, if there is one. Link and code stop working."""
        self._db.delete(*place(owner, kind))


def _key(ticket: Ticket) -> Key:
    return sign_in_keys.ticket(ticket.owner, ticket.kind, ticket.slot)


def _written(new: Ticket) -> list[Action]:
    t = TicketItem
    return [
        t.kind.set(t.kind_name), t.owner.set(new.owner), t.ticket_kind.set(new.kind), t.ticket_id.set(new.id), t.email.set(new.email),
        t.user_id.set(new.user_id), t.stamp.set(new.stamp), t.code_mac.set(new.code_mac), t.tries.set(0),
        t.failures.set(new.failures) if new.slot else t.failures.add(0), t.slot.set(new.slot),
        t.asked_hour.set(new.asked_hour), t.asked_count.set(new.asked_count), t.created_at.set(new.created_at),
        t.expires_at.set(new.expires_at), t.ttl.set(new.expires_at + KEPT), t.used_by.remove(), t.browser.set(new.browser),
        t.request.set(new.request), t.details.set(new.details),
    ]  # fmt: skip


def _used(attempt: str) -> list[Action]:
    return [TicketItem.used_by.set(attempt), TicketItem.failures.set(0)]


def _usable(ticket: Ticket, attempt: str, now: int) -> Condition:
    unused = TicketItem.used_by.does_not_exist() | (TicketItem.used_by == attempt)
    usable: Condition = (TicketItem.ticket_id == ticket.id) & unused & (TicketItem.expires_at > now)
    return usable
