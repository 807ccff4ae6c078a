"""The remembered devices of a user, as the user, admins and the command line see and remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import NotFound

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.factors.remembered_device import RememberedDevice
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.settings import Settings
    from idp.store.remembered_devices import RememberedDevices

_DAY = 86400


class RememberedDeviceList:
    """Lists and removes remembered devices. A removed one counts for no sign-in from then on; sessions that began with it go on."""

    def __init__(self, settings: Settings, devices: RememberedDevices, audit: Audit, clock: Clock) -> None:
        self._days, self._devices, self._audit, self._clock = settings.remember_device_days, devices, audit, clock

    def of(self, user: User, *, scope: Scope) -> list[RememberedDevice]:
        """Return the devices that count now, the newest first. One Query; no call if the deployment remembers no devices."""
        scope.require_deployment()
        if not self._days:
            return []
        now = self._clock()
        found = [one for one in self._devices.of(user.id) if one.counts_for(user, now) and now < one.created_at + self._days * _DAY]
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)

    def remove(self, user: User, device_id: str, by: Actor, *, scope: Scope) -> None:
        """Remove one device.

        Raises:
            NotFound: it is none of this user's, or does not count any more.
        """
        scope.require_deployment()
        if all(one.id != device_id for one in self.of(user, scope=scope)):
            raise NotFound("remembered_device.unknown")
        event = self._audit.once_part("remembered_device.removed", origin=by.origin, actor=by.id, subject=user.id, target=device_id)
        if not self._devices.remove_one(user.id, device_id, event=event):
            raise NotFound("remembered_device.unknown")

    def remove_all(self, user: User, by: Actor, *, scope: Scope) -> int:
        """Remove all devices. Returns how many there were."""
        scope.require_deployment()
        found = [one.id for one in self.of(user, scope=scope)]
        if found:
            self._devices.remove(user.id, found)
            self._audit.act_on_all("remembered_device.removed", by, found, subject=user.id, scope=scope)
        return len(found)
