"""Device authorizations (`state`, RFC 8628): one item each, found by its user code. Every change is one conditional write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.requests.device_authorization import INTERVAL, DeviceAuthorization
from idp.store import keys
from idp.store.attributes import ObjectAttribute, has_shape
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from idp.store.database import Database

KEPT = 3600
"""Seconds for which an item outlives its code, so that a late poll gets expired_token."""


class DeviceCodeItem(StateItem):
    """The item of a device authorization. The device code is sealed and contains the user code, so no second item has to find it."""

    kind_name = "device_code"
    device_id = UnicodeAttribute()
    user_code = UnicodeAttribute()
    client_id = UnicodeAttribute()
    client_stamp = UnicodeAttribute(default="")
    scope = UnicodeAttribute(default="")
    resources = UnicodeAttribute(default="")
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    address = UnicodeAttribute(default="")
    user_agent = UnicodeAttribute(default="")
    interval = NumberAttribute(default=INTERVAL)
    polled_at = NumberAttribute(default=0)
    user_id = UnicodeAttribute(null=True)
    grant_id = UnicodeAttribute(null=True)
    denied_by = UnicodeAttribute(null=True)
    organization = UnicodeAttribute(null=True)
    org_id = UnicodeAttribute(null=True)
    more = ObjectAttribute(null=True)

    def device(self) -> DeviceAuthorization:
        """Convert it to the domain's class."""
        return DeviceAuthorization(
            id=self.device_id, user_code=self.user_code, client_id=self.client_id, scopes=tuple(self.scope.split()),
            resources=tuple(self.resources.split()), authorization_details=tuple((self.more or {}).get("authorization_details", ())),
            created_at=int(self.created_at), expires_at=int(self.expires_at), address=self.address, user_agent=self.user_agent,
            interval=int(self.interval), polled_at=int(self.polled_at), user_id=self.user_id or "", grant_id=self.grant_id or "",
            denied_by=self.denied_by or "", client_stamp=self.client_stamp,
            organization=self.organization or "", org_id=self.org_id or "",
        )  # fmt: skip

    def check(self) -> None:
        """Raise TypeError if an optional member is damaged."""
        super().check()
        has_shape(self.more, authorization_details=list)


_ANSWERED: tuple[Action, ...] = (DeviceCodeItem.address.remove(), DeviceCodeItem.user_agent.remove())


def item(device: DeviceAuthorization) -> DeviceCodeItem:
    """The item of a new device authorization."""
    details = list(device.authorization_details)
    return DeviceCodeItem.new(
        keys.device_code(device.user_code), device_id=device.id, user_code=device.user_code, client_id=device.client_id,
        client_stamp=device.client_stamp,
        scope=" ".join(device.scopes), resources=" ".join(device.resources), created_at=device.created_at, expires_at=device.expires_at,
        address=device.address, user_agent=device.user_agent, interval=device.interval, polled_at=device.polled_at,
        ttl=device.expires_at + KEPT, organization=device.organization or None,
        more={"authorization_details": details} if details else None,
    )  # fmt: skip


class DeviceCodes:
    """Reads and writes device authorizations."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, device: DeviceAuthorization) -> bool:
        """Write a new one. False if another device has this user code and may still poll."""
        free = DeviceCodeItem.pk.does_not_exist() | (DeviceCodeItem.expires_at <= device.created_at - KEPT)
        return self._db.put(item(device), free) is None

    def get(self, user_code: str) -> DeviceAuthorization | None:
        """The device authorization with this user code, or None."""
        found = self._db.get(DeviceCodeItem, keys.device_code(user_code))
        return found.device() if found else None

    def approve(self, user_code: str, device_id: str, *, user_id: str, grant_id: str, now: int, org_id: str = "") -> bool:
        """Store that the user approved. False if it was answered before or has expired. A retry recognises its new `grant_id`.

        `org_id`: the organisation of the grant, or empty. The address and the browser's name of the device are removed with each answer,
        because they were for the question only.
        """
        actions = [DeviceCodeItem.user_id.set(user_id), DeviceCodeItem.grant_id.set(grant_id), *_ANSWERED]
        if org_id:
            actions.append(DeviceCodeItem.org_id.set(org_id))
        old = self._answer(user_code, device_id, actions, now)
        return old is None or old.grant_id == grant_id

    def deny(self, user_code: str, device_id: str, *, user_id: str, now: int) -> bool:
        """Store that the user denied. False if it was answered before or has expired."""
        old = self._answer(user_code, device_id, [DeviceCodeItem.denied_by.set(user_id), *_ANSWERED], now)
        return old is None or old.denied_by == user_id

    def poll(self, device: DeviceAuthorization, now: int) -> bool:
        """Count a poll before the user answered. False if the device polled too soon; its interval then grows. One write.

        See RFC 8628 §3.5.

        Of concurrent polls one is in time. The others are too soon, and they write nothing more.
        """
        key, same = keys.device_code(device.user_code), DeviceCodeItem.device_id == device.id
        if device.is_too_soon(now):
            self._db.update(DeviceCodeItem, key, [DeviceCodeItem.polled_at.set(now), DeviceCodeItem.interval.add(INTERVAL)], same)
            return False
        unmoved = same & (DeviceCodeItem.polled_at == device.polled_at)
        return not isinstance(self._db.update(DeviceCodeItem, key, [DeviceCodeItem.polled_at.set(now)], unmoved), Refused)

    def _answer(self, user_code: str, device_id: str, actions: Sequence[Action], now: int) -> DeviceAuthorization | None:
        """None if the answer was written; else the stored device authorization, or an unanswered one if it is gone."""
        pending: Condition = (
            (DeviceCodeItem.device_id == device_id) & DeviceCodeItem.grant_id.does_not_exist()
            & DeviceCodeItem.denied_by.does_not_exist() & (DeviceCodeItem.expires_at > now)
        )  # fmt: skip
        done = self._db.update(DeviceCodeItem, keys.device_code(user_code), actions, pending)
        if not isinstance(done, Refused):
            return None
        found = DeviceCodeItem.of(done.old)
        return found.device() if found else DeviceAuthorization(device_id, user_code, "", (), 0, 0)
