"""Enrolment and removal of a second factor: credential, recovery codes and the user's flag change in one transaction.

A credential without its flag would have no effect. A flag without its credential would lock the user out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.store import factor_keys, keys
from idp.store.factors import RecoveryItem, TotpItem, recovery_item, totp_item
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pynamodb.expressions.update import Action

    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.factors import Totp
    from idp.store.transport import Raw


class Enrolments:
    """Writes enrolments and removals."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def enrol(self, totp: Totp, recovery_digests: Iterable[str], *, stamp: int = 0) -> bool:
        """Store a new factor. False, with nothing written, if the user has one or does not exist. Of two concurrent calls one succeeds.

        `stamp`: the user's security stamp. False, too, if it has changed: the session that asked has ended.
        """
        none_yet = UserItem.pk.exists() & (UserItem.totp_enabled == False)  # noqa: E712  # an expression of pynamodb
        none_yet &= UserItem.security_stamp == stamp
        refused = self._db.transact(
            self._db.put_part(totp_item(totp)),
            self._db.put_part(recovery_item(totp.user_id, recovery_digests, totp.confirmed_at, totp.browser_known_since)),
            self._db.update_part(UserItem, keys.user(totp.user_id), self._flag(totp.confirmed_at, on=True), none_yet),
        )
        return refused is None or self._was_written(totp)

    def renew_codes(self, user: User, recovery_digests: Iterable[str], now: int, browser_known_since: int | None) -> bool:
        """Replace the whole set of recovery codes. False, with nothing written, if the user was written since it was read.

        So a call that arrives late, when one of the new codes was used or newer ones were made, does not bring the set back.
        """
        new = recovery_item(user.id, recovery_digests, now, browser_known_since)
        actions = [UserItem.updated_at.set(now), UserItem.version.add(1)]
        same = (UserItem.security_stamp == user.security_stamp) & (UserItem.version == user.version)
        refused = self._db.transact(self._db.put_part(new), self._db.update_part(UserItem, keys.user(user.id), actions, same))
        if refused is None:
            return True
        found = self._db.get(RecoveryItem, new.key)  # the retry of a write that was done, where tokens of transactions are not known
        return found is not None and found.raw() == new.raw()

    def remove(self, user_id: str, now: int, *, event: Raw, passkeys_stay: bool = False) -> bool:
        """Remove the factor. True for one attempt. `event`: the audit event, from `Audit.once_part`. `now` in epoch seconds.

        `passkeys_stay`: the user has a passkey too. Then the recovery codes stay. False, with nothing removed, if there was no factor, or
        if the user has no passkey any more, or has one now.
        """
        enabled = UserItem.totp_enabled == True  # noqa: E712  # an expression of pynamodb
        codes = [] if passkeys_stay else [self._db.delete_part(RecoveryItem, factor_keys.recovery_codes(user_id))]
        condition = enabled & (UserItem.passkeys.exists() if passkeys_stay else UserItem.passkeys.does_not_exist())
        refused = self._db.transact(
            self._db.delete_part(TotpItem, factor_keys.totp(user_id)),
            self._db.update_part(UserItem, keys.user(user_id), [*self._flag(now, on=False), UserItem.factor_stamp.add(1)], condition),
            *codes,
            event,
        )
        return self._db.was_applied(refused)

    def _was_written(self, totp: Totp) -> bool:
        """Whether an earlier attempt was applied. A secret is sealed differently each time, so an equal one was written by this call."""
        found = self._db.get(TotpItem, factor_keys.totp(totp.user_id))
        return found is not None and found.sealed == totp.sealed

    @staticmethod
    def _flag(now: int, *, on: bool) -> list[Action]:
        return [UserItem.totp_enabled.set(on), UserItem.updated_at.set(now), UserItem.version.add(1)]
