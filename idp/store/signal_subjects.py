"""Which apps with a stream get events about a person (`state`): those that the person used.

It is written from the stream of grants, never at a sign-in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.store import signal_keys as keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Collection

    from pynamodb.expressions.update import Action

    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tables import Item

KEPT = 400 * 86400
"""Seconds after the last grant in which an app gets events about the person."""
KEPT_PURGED = 2 * 86400
"""The same after the person was erased: the other stream may still tell of what happened before."""


class SignalSubjectItem(StateItem):
    """An app gets events about a person. `incarnation`: of the app, because a later app with its id does not. `used_at`: 0 if unknown.

    `removed`: the receiver does not want it. `ended`: the person ended the app's access. `purged`: the person was erased.
    """

    kind_name = "signal_subject"
    user_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    incarnation = UnicodeAttribute(default="")
    removed = BooleanAttribute(default=False)
    ended = BooleanAttribute(default=False)
    purged = BooleanAttribute(null=True)
    used_at = NumberAttribute(default=0)


class SignalSubjects:
    """Reads and writes these items."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str) -> dict[str, SignalSubjectItem]:
        """By client id, what is known of a person."""
        found = SignalSubjectItem.readable(list(self._db.query_all("state", keys.signal_subject_pk(user_id), sk_begins="CLIENT#")))
        return {each.client_id: each for each in found}

    def removed(self, user_ids: Collection[str], client_id: str, incarnation: str) -> set[str]:
        """Return those of these people, at most 100, whom the receiver of this incarnation removed. One call."""
        wanted: list[tuple[type[Item], Key]] = [(SignalSubjectItem, self._key(each, client_id)) for each in user_ids]
        found = filter(None, self._db.batch_get(*wanted))
        return {each.user_id for each in found if each.removed and each.incarnation == incarnation}

    def used(self, user_id: str, client_id: str, incarnation: str, *, now: int) -> None:
        """The person has used the app of this incarnation. A subject that was removed stays so, and one that was erased."""
        model = SignalSubjectItem
        alive = model.purged.does_not_exist()
        actions = [
            *_names(user_id, client_id, now + KEPT),
            model.used_at.set(now),
            model.incarnation.set(incarnation),
            model.ended.set(False),
        ]
        self._db.update(model, self._key(user_id, client_id), actions, alive)

    def set_removed(self, user_id: str, client_id: str, incarnation: str, *, removed: bool, noted: bool, now: int) -> None:
        """The receiver wants no more events about the person, or wants them again. This never makes the time longer.

        `noted`: the use of this incarnation was noted. Without that the item says only what the receiver wants.
        """
        model = SignalSubjectItem
        alive = model.purged.does_not_exist()
        if noted:
            same = alive & (model.incarnation == incarnation)
            self._db.update(model, self._key(user_id, client_id), [model.removed.set(removed)], same)
            return
        actions = [
            *_names(user_id, client_id, model.ttl | (now + KEPT)), model.removed.set(removed), model.incarnation.set(incarnation),
            model.used_at.set(0),
        ]  # fmt: skip
        self._db.update(model, self._key(user_id, client_id), actions, alive)

    def forget(self, user_id: str, client_id: str, *, now: int) -> None:
        """The person has ended the access of the app, until it is used again."""
        model = SignalSubjectItem
        actions = [model.ttl.set(now + KEPT_PURGED), model.ended.set(True)]
        self._db.update(model, self._key(user_id, client_id), actions, model.pk.exists() & model.purged.does_not_exist())

    def purge(self, user_id: str, client_id: str, *, now: int) -> None:
        """The person was erased: the item goes soon, and is not used again."""
        model = SignalSubjectItem
        actions = [model.ttl.set(now + KEPT_PURGED), model.purged.set(True)]
        self._db.update(model, self._key(user_id, client_id), actions, model.pk.exists() & model.purged.does_not_exist())

    @staticmethod
    def _key(user_id: str, client_id: str) -> Key:
        return keys.signal_subject(user_id, client_id)


def _names(user_id: str, client_id: str, ttl: Any) -> list[Action]:
    """`ttl`: epoch seconds, or those that the item has already."""
    model = SignalSubjectItem
    return [model.kind.set(model.kind_name), model.user_id.set(user_id), model.client_id.set(client_id), model.ttl.set(ttl)]
