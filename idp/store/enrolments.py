"""A person's second factor begins or ends: credential, recovery codes and the user's flag change together or not at all.

A credential without its flag would protect nobody, a flag without its credential would lock its owner out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.store import keys
from idp.store.factors import RecoveryItem, TotpItem, recovery_item, totp_item
from idp.store.users import UserItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pynamodb.expressions.update import Action

    from idp.store.database import Database
    from idp.store.factors import Totp


class Enrolments:
    """Facts about having a second factor."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def enrol(self, totp: Totp, recovery_digests: Iterable[str]) -> bool:
        """Begin: False with nothing written when the user has one already, or is gone. Of two at once, one wins."""
        none_yet = UserItem.pk.exists() & (UserItem.totp_enabled == False)  # noqa: E712  # an expression of DynamoDB
        refused = self._db.transact(
            self._db.put_part(totp_item(totp)),
            self._db.put_part(recovery_item(totp.user_id, recovery_digests, totp.confirmed_at)),
            self._db.update_part(UserItem, keys.user(totp.user_id), self._flag(totp.confirmed_at, on=True), none_yet),
        )
        return refused is None or self._wrote(totp)

    def remove(self, user_id: str, now: int) -> bool:
        """End: False when there was none."""
        enabled = UserItem.totp_enabled == True  # noqa: E712  # an expression of DynamoDB
        refused = self._db.transact(
            self._db.delete_part(TotpItem, keys.totp(user_id)),
            self._db.delete_part(RecoveryItem, keys.recovery_codes(user_id)),
            self._db.update_part(UserItem, keys.user(user_id), self._flag(now, on=False), enabled),
        )
        return refused is None

    def _wrote(self, totp: Totp) -> bool:
        """Whether the reply was lost: a secret is sealed differently each time, so the one that is stored is this one's own."""
        found = self._db.get(TotpItem, keys.totp(totp.user_id))
        return found is not None and found.sealed == totp.sealed

    @staticmethod
    def _flag(now: int, *, on: bool) -> list[Action]:
        return [UserItem.totp_enabled.set(on), UserItem.updated_at.set(now), UserItem.version.add(1)]
