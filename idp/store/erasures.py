"""Erases what `state` has about a person: their partition, and the partitions of their addresses.

Everything in the partition of a user goes, also kinds of items of later releases. Only audit events stay, without personal data; the record
of a sign-in, which is a session's item, becomes an event.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from idp.domain.audit.leaf import Cover, cover_after
from idp.domain.audit.pseudonymous import about_nobody, pseudonymous
from idp.domain.tickets.ticket import JOIN
from idp.store import events, keys
from idp.store.events import EventItem
from idp.store.idempotency import AnswerAboutItem
from idp.store.organisation_keys import organisation_invitation
from idp.store.sessions import SessionItem
from idp.store.tables import StateItem
from idp.store.tickets import TicketItem
from idp.store.time_shards import is_shard
from idp.store.upstream_sessions import finder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.domain.audit.event import AuditEvent
    from idp.store.database import Database
    from idp.store.transport import Raw

_TOGETHER = 50
"""Items that are read before their writes: an end in the middle leaves a part for the next run."""


class Erasures:
    """Erases, in calls of 25 writes. Each method may be repeated; what is erased already costs only its reading."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def erase_user(self, user_id: str) -> None:
        """Erase the partition of the user in `state`, and keep pseudonymous audit events."""
        for some in self._pages(keys.user_pk(user_id)):
            kept = [event_without_person(raw, user_id) for raw in some]
            self._db.write_raw("state", _copies((new for new, raw in zip(kept, some, strict=True) if new and new != raw), user_id))
            self._db.write_raw("state", [new for new, raw in zip(kept, some, strict=True) if new and new != raw])
            self._delete(raw for new, raw in zip(kept, some, strict=True) if new is None or _key(new) != _key(raw))

    def erase_partitions(self, pks: Iterable[str], *, only_of: str = "") -> None:
        """Erase partitions of `state`. `only_of`: a user id; then only the items that name this user.

        Audit events go to another partition, without personal data: the audit chain shows that none was removed.
        """
        for pk in pks:
            for some in self._pages(pk):
                doomed = [raw for raw in some if not only_of or raw.get("user_id") == {"S": only_of}]
                self._db.write_raw("state", filter(None, (_event_without_address(raw) for raw in doomed)))
                self._delete(doomed)

    def _pages(self, pk: str) -> Iterator[list[Raw]]:
        rest = self._db.query_all("state", pk)
        while some := list(islice(rest, _TOGETHER)):
            yield some

    def _delete(self, raws: Iterable[Raw]) -> None:
        """Delete items. What they lead to goes first: answers about the person, finders by sessions, invitations into organisations."""
        items = list(raws)
        answers = [keys.Key(raw["answer"]["S"], "IDEMPOTENCY") for raw in items if raw["kind"] == {"S": AnswerAboutItem.kind_name}]
        self._db.batch_write(deletes=[(StateItem, key) for key in (*answers, *_finders(items), *_invitations(items))])
        self._db.batch_write(deletes=[(StateItem, _key(raw)) for raw in items])


def event_without_person(raw: Raw, user_id: str) -> Raw | None:
    """The item of an audit event without personal data of this user; None for other items, also for an event that cannot be read.

    `raw`: the item of an event, or of a session, which records a sign-in.
    """
    found = events.parse_events([raw])
    if not found:
        return None
    without = pseudonymous(found[0], user_id)
    is_event = raw["kind"] == {"S": EventItem.kind_name}
    if is_event and without == found[0]:
        return raw
    kept = _rewritten(raw, found[0], without)
    if is_event:
        kept.pk, kept.sk = raw["pk"]["S"], raw["sk"]["S"]
    return kept.raw()


def _event_without_address(raw: Raw) -> Raw | None:
    """The item of an event about an address without a user, as an event without a person; None for other items."""
    found = events.parse_events([raw]) if raw["kind"] == {"S": EventItem.kind_name} else []
    return _rewritten(raw, found[0], about_nobody(found[0])).raw() if found else None


def _rewritten(raw: Raw, before: AuditEvent, after: AuditEvent) -> EventItem:
    """The item of an event from which personal values were removed. Its leaf in the audit chain stays the same."""
    sharded = is_shard(raw.get("day", {}).get("S", ""))
    kept, cover = events.item(after, retention=0, sharded=sharded), cover_after(before, after, _cover(raw))
    kept.salt, kept.proof = None, {"keys": dict(cover.keys), "hidden": dict(cover.hidden)}
    kept.ttl = int(raw["ttl"]["N"])
    return kept


def _cover(raw: Raw) -> Cover:
    """What covers the personal values. A damaged one must not stop an erasure; the chain then shows that the event was changed."""
    try:
        return events.cover_of(raw)
    except (KeyError, TypeError, ValueError):
        return Cover()


def copy_without_person(raw: Raw, user_id: str) -> Raw | None:
    """The copy of an event for its organisation, without personal data of this user; None for an event of none, or that cannot be read.

    `raw`: the copy, or the event itself.
    """
    for found in events.parse_events([raw]):
        if found.org_id:
            copy, _ = events.items(pseudonymous(found, user_id), retention=0)
            return copy.raw() | {"ttl": raw["ttl"], "sk": raw["sk"]}
    return None


def _copies(raws: Iterable[Raw], user_id: str) -> list[Raw]:
    """The copies for organisations of these events. They are written first: the item in the person's partition leads to them."""
    return [copy for raw in raws if "org_id" in raw and (copy := copy_without_person(raw, user_id))]


def _finders(raws: Iterable[Raw]) -> list[keys.Key]:
    """The keys of the finders of these sessions, by the sessions of upstreams in which they began."""
    sessions = [one.session() for one in SessionItem.readable(raw for raw in raws if raw["kind"] == {"S": SessionItem.kind_name})]
    return [place for one in sessions if (place := finder(one.upstream or {}, one.user_id))]


def _invitations(raws: Iterable[Raw]) -> list[keys.Key]:
    """The keys of the invitations into organisations whose links these tickets are."""
    tickets = [raw["details"]["M"] for raw in raws if raw["kind"] == {"S": TicketItem.kind_name} and raw["ticket_kind"] == {"S": JOIN}]
    named = [each for each in tickets if {"invitation", "organization"} <= each.keys()]
    return [organisation_invitation(each["organization"]["S"], each["invitation"]["S"]) for each in named]


def _key(raw: Raw) -> keys.Key:
    return keys.Key(raw["pk"]["S"], raw["sk"]["S"])
