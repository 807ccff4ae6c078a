"""Remembered devices at a sign-in: recognise one, and make a new one after a second factor. The cookie is sealed, so it cannot be forged.

The cookie names a user and a device. It counts only for that user, with the device's item, which a strong read finds at each sign-in.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.factors.remembered_device import RememberedDevice
from idp.store import sign_in_keys
from idp.store.remembered_devices import RememberedDeviceItem, item

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.keys import Key
    from idp.store.tables import Item

PURPOSE = "remembered_device"
_DAY = 86400
_USER_AGENT = 200


class NewDevice(NamedTuple):
    """A device that is about to be remembered. The caller writes `puts` and removes `deletes` together with the session.

    `handle`: the cookie. `lasts`: its age, in seconds. `again`: makes the same under another id, if a write of this one got no answer.
    """

    handle: str
    lasts: int
    puts: tuple[Item, ...]
    deletes: tuple[tuple[type[Item], Key], ...]
    again: Callable[[], NewDevice]


class RememberedDevices:
    """Recognises and makes remembered devices."""

    def __init__(self, settings: Settings, keyring: Keyring, audit: Audit, new_id: NewId) -> None:
        self._days, self._keyring, self._audit, self._new_id = settings.remember_device_days, keyring, audit, new_id

    def wanted(self, cookie: str | None, user_id: str) -> list[tuple[type[Item], Key]]:
        """Return the key of the device that this cookie names, to be read with the user. Empty for a cookie that is not ours.

        It is in the partition of `user_id`, so the device of another user is not found.
        """
        named = self._open(cookie) if self._days else None
        return [(RememberedDeviceItem, sign_in_keys.remembered_device(user_id, named[1]))] if named else []

    def id_of(self, cookie: str | None, user: User) -> str:
        """Return the id of the device of this user that the cookie names, or an empty text. The device may not count any more."""
        named = self._open(cookie)
        return named[1] if named and named[0] == user.id else ""

    def recognise(self, cookie: str | None, found: Any, user: User, now: int) -> str:
        """Return the id of the device if it counts for this user, or an empty text. `found`: the item at the key of `wanted`, or None."""
        if not self.id_of(cookie, user) or not isinstance(found, RememberedDeviceItem):
            return ""
        device = found.device()
        counts = device.counts_for(user, now) and now < device.created_at + self._days * _DAY  # the setting may be lower by now
        return device.id if counts else ""

    def remember(self, user: User, *, cookie: str | None, origin: Origin, now: int) -> NewDevice:
        """Return a new device of this user, who has just used the second factor. `cookie`: the browser's former one, which it replaces."""
        lasts = self._days * _DAY
        device = RememberedDevice(
            id=self._new_id(), user_id=user.id, security_stamp=user.security_stamp, factor_stamp=user.factor_stamp, created_at=now,
            expires_at=now + lasts, user_agent=origin.user_agent[:_USER_AGENT], address=origin.address,
        )  # fmt: skip
        event = self._audit.record_item("remembered_device.added", origin=origin, actor=user.id, subject=user.id, target=device.id)
        handle = self._keyring.sealer().seal(PURPOSE, [user.id, device.id])
        former = self._open(cookie)
        replaced = ((RememberedDeviceItem, sign_in_keys.remembered_device(user.id, former[1])),) if former and former[0] == user.id else ()
        again = partial(self.remember, user, cookie=cookie, origin=origin, now=now)
        return NewDevice(handle, lasts, (item(device), event), replaced, again)

    def _open(self, cookie: str | None) -> tuple[str, str] | None:
        payload = self._keyring.sealer().open(PURPOSE, cookie) if cookie else None
        return (payload[0], payload[1]) if isinstance(payload, list) else None
