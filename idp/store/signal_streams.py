"""Streams of shared signals (`directory`). They are few, and one Query reads all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.signals.stream import SignalStream
from idp.store import signal_keys as keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

    from idp.store.database import Database, Raw


class SignalStreamItem(DirectoryItem):
    """The item of a stream. `events`: the requested types, one a line; without it every type was requested."""

    kind_name = "signal_stream"
    stream_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    incarnation = UnicodeAttribute(default="")
    method = UnicodeAttribute()
    endpoint_url = UnicodeAttribute(default="")
    sealed_authorization = UnicodeAttribute(default="")
    events = UnicodeAttribute(null=True)
    description = UnicodeAttribute(default="")
    status = UnicodeAttribute()
    reason = UnicodeAttribute(default="")
    verified_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    created_at = NumberAttribute(default=0)

    def stream(self) -> SignalStream:
        """Convert it to the domain's class."""
        return SignalStream(
            self.stream_id, self.client_id, self.incarnation, self.method, self.endpoint_url, self.sealed_authorization,
            None if self.events is None else tuple(self.events.splitlines()), self.description, self.status, self.reason,
            int(self.verified_at), int(self.version), int(self.created_at),
        )  # fmt: skip

    def check(self) -> None:
        """Raise an error if the item cannot be converted."""
        super().check()
        self.stream()


class SignalStreams:
    """Reads and writes streams."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[SignalStream]:
        """All streams. One call."""
        found = self._db.query_all("directory", keys.SIGNALS, sk_begins="STREAM#")
        return [item.stream() for item in SignalStreamItem.readable(list(found))]

    def get(self, stream_id: str) -> SignalStream | None:
        """The stream with this id, or None."""
        return next((each for each in self.all() if each.id == stream_id), None)

    def of(self, client_id: str) -> SignalStream | None:
        """The stream of a client, or None."""
        found = self._db.get(SignalStreamItem, keys.signal_stream(client_id))
        return found.stream() if found else None

    def create(self, made: SignalStream, event: Raw) -> bool:
        """Write a new stream together with its audit event (`Audit.once_part`). False, with nothing written, if the client has one."""
        new = self._db.put_part(_item(made), SignalStreamItem.pk.does_not_exist())
        return self._db.was_applied(self._db.transact(new, event))

    def replace(self, changed: SignalStream, event: Raw) -> SignalStream | None:
        """Write it, with its audit event, if it was not written since `changed.version` was read, and has the same id. Returns the written
        one, or None.
        """
        written = replace(changed, version=changed.version + 1)
        part = self._db.put_part(_item(written), _unchanged(changed))
        return written if self._db.was_applied(self._db.transact(part, event)) else None

    def note_verification(self, changed: SignalStream) -> bool:
        """Write the time of a request for verification, of which no audit event tells, under the same condition."""
        return self._db.put(_item(replace(changed, version=changed.version + 1)), _unchanged(changed)) is None

    def delete(self, gone: SignalStream, event: Raw, *, unchanged: bool = False) -> bool:
        """Remove it, with the audit event. False if it is not there any more; with `unchanged` also if it was written since it was read."""
        same = _unchanged(gone) if unchanged else SignalStreamItem.stream_id == gone.id
        part = self._db.delete_part(SignalStreamItem, keys.signal_stream(gone.client_id), same)
        return self._db.was_applied(self._db.transact(part, event))


def _unchanged(read: SignalStream) -> Condition:
    same: Condition = (SignalStreamItem.version == read.version) & (SignalStreamItem.stream_id == read.id)
    return same


def _item(made: SignalStream) -> SignalStreamItem:
    return SignalStreamItem.new(
        keys.signal_stream(made.client_id), stream_id=made.id, client_id=made.client_id, incarnation=made.incarnation,
        method=made.method, endpoint_url=made.endpoint_url, sealed_authorization=made.sealed_authorization,
        events=None if made.events_requested is None else "\n".join(made.events_requested), description=made.description,
        status=made.status, reason=made.reason, verified_at=made.verified_at, version=made.version, created_at=made.created_at,
    )  # fmt: skip
