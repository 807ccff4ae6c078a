"""The facts that a poll of a device reads (RFC 8628 §3.4): the client and the device authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import keys
from idp.store.clients import place
from idp.store.device_codes import DeviceCodeItem
from idp.store.reads.client import StoredClient, to_stored_client

if TYPE_CHECKING:
    from idp.domain.requests.device_authorization import DeviceAuthorization
    from idp.store.database import Database


class DevicePollFacts(NamedTuple):
    """A member is None if its item is not stored; the device also if no user code was asked for."""

    client: StoredClient | None
    device: DeviceAuthorization | None = None


def read(database: Database, client_id: str, user_code: str | None) -> DevicePollFacts:
    """`user_code`: in its stored form, eight letters."""
    if user_code is None:
        (client,) = database.batch_get(place(client_id))
        return DevicePollFacts(to_stored_client(client))
    client, device = database.batch_get(place(client_id), (DeviceCodeItem, keys.device_code(user_code)))
    return DevicePollFacts(to_stored_client(client), device.device() if device else None)
