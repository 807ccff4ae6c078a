"""Answers to POST requests with an Idempotency-Key (`state`): for one principal and key, at most one effect (threats FI-10)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.store.database import Database


class IdempotencyItem(StateItem):
    """The item of a request, and of its answer once there is one."""

    kind_name = "idempotency"
    digest = UnicodeAttribute()
    attempt = UnicodeAttribute()
    expires_at = NumberAttribute()
    status = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)


class AnswerAboutItem(StateItem):
    """The item in the partition of a person, or of an address, that names a stored answer about them. An erasure finds the answer by it."""

    kind_name = "answer_about"
    answer = UnicodeAttribute()


class Started:
    """The key is new. The caller carries out the request, then calls `finish`, or `abandon` if nothing was done."""


class InProgress:
    """The same request was started and has no answer. It may have had its effect, so it is not started again before the key expires."""


class Mismatch:
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class Done:
    """The same request was answered. The caller gives this answer again."""

    status: int
    body_json: str


class Idempotency:
    """Reads and writes idempotency keys. `new_id` makes the attempt ids, by which a retry recognises its own write."""

    def __init__(self, database: Database, new_id: NewId = secrets.token_urlsafe) -> None:
        self._db = database
        self._new_id = new_id

    def begin(
        self, principal: str, key: str, digest: str, now: int, lifetime: int, *, earlier: str = ""
    ) -> Started | InProgress | Done | Mismatch:  # fmt: skip
        """Take the key for the request whose method, path and body hash to `digest`, for `lifetime` seconds. One conditional write.

        `earlier`: the digest that the release before stored of the same request.
        """
        attempt = self._new_id()
        item = IdempotencyItem.new(
            keys.idempotency(principal, key), digest=digest, attempt=attempt, expires_at=now + lifetime, ttl=now + lifetime
        )
        refused = self._db.put(item, IdempotencyItem.pk.does_not_exist() | (IdempotencyItem.expires_at <= now))
        if not isinstance(refused, Refused):
            return Started()
        old = IdempotencyItem.of(refused.old)
        if old is None:
            return InProgress()
        if old.digest not in {digest, earlier}:
            return Mismatch()
        return InProgress() if old.status is None else Done(int(old.status), old.body or "")

    def finish(self, principal: str, key: str, status: int, body_json: str, *, about: str = "", until: int = 0) -> None:
        """Store the answer. The caller has already sealed its secrets.

        `about`: the user, or the owner that stands for an address, whose data the answer has. `until`: when the answer expires.
        """
        actions, place = [IdempotencyItem.status.set(status), IdempotencyItem.body.set(body_json)], keys.idempotency(principal, key)
        if not about:
            self._db.update(IdempotencyItem, place, actions, IdempotencyItem.pk.exists())
            return
        found_by = keys.answer_about(about, hashlib.sha256(place.pk.encode()).hexdigest())
        self._db.transact(
            self._db.update_part(IdempotencyItem, place, actions, IdempotencyItem.pk.exists()),
            self._db.put_part(AnswerAboutItem.new(found_by, answer=place.pk, ttl=until)),
        )

    def abandon(self, principal: str, key: str) -> None:
        """Remove the key, because the request was refused before it had an effect."""
        self._db.delete(IdempotencyItem, keys.idempotency(principal, key), IdempotencyItem.status.does_not_exist())
