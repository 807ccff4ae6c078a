"""Second factors (`directory`): a TOTP credential and a set of recovery codes per user. Each use is one conditional write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, MapAttribute, NumberAttribute
from pynamodb.expressions.operand import Path

from idp.store import keys
from idp.store.database import Refused
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database


@dataclass(frozen=True, slots=True)
class Totp:
    """A confirmed credential. `sealed` is the secret under the data key; `last_step` the newest step used; `failures` since the last success."""

    user_id: str
    sealed: bytes
    confirmed_at: int
    last_step: int
    failures: int


class TotpItem(DirectoryItem):
    """A TOTP credential. It exists only once a code of it was right (H-07)."""

    kind_name = "totp"
    sealed = BinaryAttribute(legacy_encoding=False)
    confirmed_at = NumberAttribute()
    last_step = NumberAttribute()
    failures = NumberAttribute(default=0)

    def totp(self, user_id: str) -> Totp:
        """As services see it."""
        return Totp(user_id, self.sealed, int(self.confirmed_at), int(self.last_step), int(self.failures))


class RecoveryItem(DirectoryItem):
    """Recovery codes that are left: digest → 1."""

    kind_name = "recovery_codes"
    codes: MapAttribute[str, int] = MapAttribute()
    created_at = NumberAttribute()
    failures = NumberAttribute(default=0)


class Factors:
    """Facts about second factors."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def totp(self, user_id: str) -> Totp | None:
        """The credential, or None."""
        found = self._db.get(TotpItem, keys.totp(user_id))
        return found.totp(user_id) if found else None

    def put_totp(self, totp: Totp) -> None:
        """Enrol, or replace what was enrolled."""
        self._db.put(TotpItem.new(keys.totp(totp.user_id), sealed=totp.sealed, confirmed_at=totp.confirmed_at, last_step=totp.last_step))

    def use_totp(self, user_id: str, *, step: int, allowed: int) -> bool:
        """Use the code of `step`, once, if no later one was used and at most `allowed` failures were counted by now (H-01, H-03)."""
        fresh = (TotpItem.last_step < step) & (TotpItem.failures <= allowed)
        done = self._db.update(TotpItem, keys.totp(user_id), [TotpItem.last_step.set(step), TotpItem.failures.set(0)], fresh)
        return not isinstance(done, Refused)

    def fail_totp(self, user_id: str) -> int:
        """Count a wrong code: how many since the last right one."""
        done = self._db.update(TotpItem, keys.totp(user_id), [TotpItem.failures.add(1)], TotpItem.pk.exists())
        return 0 if isinstance(done, Refused) else int(done.failures)

    def delete(self, user_id: str) -> None:
        """Remove both factors."""
        self._db.batch_write(deletes=[(TotpItem, keys.totp(user_id)), (RecoveryItem, keys.recovery_codes(user_id))])

    def put_recovery_codes(self, user_id: str, digests: Iterable[str], now: int) -> None:
        """Replace the whole set: old codes are dead."""
        item = RecoveryItem.new(keys.recovery_codes(user_id), created_at=now)
        item.codes = MapAttribute(**dict.fromkeys(digests, 1))
        self._db.put(item)

    def use_recovery_code(self, user_id: str, digest: str) -> bool:
        """Use one code, once."""
        place = Path(["codes", digest])
        return not isinstance(self._db.update(RecoveryItem, keys.recovery_codes(user_id), [place.remove()], place.exists()), Refused)

    def recovery_codes_left(self, user_id: str) -> int:
        """How many are left."""
        found = self._db.get(RecoveryItem, keys.recovery_codes(user_id))
        return len(found.codes.as_dict()) if found else 0
