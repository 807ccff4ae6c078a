"""Remembered devices (`state`), in the user's partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.factors.remembered_device import RememberedDevice
from idp.store import keys, sign_in_keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database
    from idp.store.transport import Raw


class RememberedDeviceItem(StateItem):
    """The item of a remembered device."""

    kind_name = "remembered_device"
    device_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    security_stamp = NumberAttribute()
    factor_stamp = NumberAttribute()
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    user_agent = UnicodeAttribute(default="")
    address = UnicodeAttribute(default="")

    def device(self) -> RememberedDevice:
        """Convert it to the domain's class."""
        return RememberedDevice(
            id=self.device_id, user_id=self.user_id, security_stamp=int(self.security_stamp), factor_stamp=int(self.factor_stamp),
            created_at=int(self.created_at), expires_at=int(self.expires_at), user_agent=self.user_agent, address=self.address,
        )  # fmt: skip


def item(device: RememberedDevice) -> RememberedDeviceItem:
    """The item of a remembered device."""
    return RememberedDeviceItem.new(
        sign_in_keys.remembered_device(device.user_id, device.id), device_id=device.id, user_id=device.user_id,
        security_stamp=device.security_stamp, factor_stamp=device.factor_stamp, created_at=device.created_at,
        expires_at=device.expires_at, user_agent=device.user_agent, address=device.address, ttl=device.expires_at,
    )  # fmt: skip


class RememberedDevices:
    """Lists and removes remembered devices. A device is written together with the session of its sign-in."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str) -> list[RememberedDevice]:
        """All remembered devices of a user, also those that do not count any more. One Query."""
        found = self._db.query_all("state", keys.user_pk(user_id), sk_begins=sign_in_keys.REMEMBERED_DEVICE)
        return [one.device() for one in RememberedDeviceItem.readable(found)]

    def remove_one(self, user_id: str, device_id: str, *, event: Raw) -> bool:
        """Remove one. True for the one attempt that removed it. `event`: the audit event, from `Audit.once_part`."""
        gone = self._db.delete_part(
            RememberedDeviceItem, sign_in_keys.remembered_device(user_id, device_id), RememberedDeviceItem.pk.exists()
        )
        return self._db.was_applied(self._db.transact(gone, event))

    def remove(self, user_id: str, device_ids: Iterable[str]) -> None:
        """Remove these. One write for 25 of them."""
        self._db.batch_write(deletes=[(RememberedDeviceItem, sign_in_keys.remembered_device(user_id, one)) for one in device_ids])
