"""Webhook endpoints (`directory`). They are few, and one Query reads all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.webhooks.endpoint import SigningSecret, WebhookEndpoint
from idp.store import webhook_keys as keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class WebhookEndpointItem(DirectoryItem):
    """The item of an endpoint. `secrets`: {"all": [{"sealed", "until"}, …]}."""

    kind_name = "webhook_endpoint"
    endpoint_id = UnicodeAttribute()
    url = UnicodeAttribute()
    events = UnicodeAttribute(default="")
    org_id = UnicodeAttribute(default="")
    description = UnicodeAttribute(default="")
    secrets = ObjectAttribute()
    disabled_why = UnicodeAttribute(default="")
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)

    def endpoint(self) -> WebhookEndpoint:
        """Convert it to the domain's class."""
        return WebhookEndpoint(
            self.endpoint_id, self.url, tuple(self.events.split()), self.org_id, self.description, _secrets(self.secrets),
            self.disabled_why, int(self.version), int(self.created_at), int(self.updated_at),
        )  # fmt: skip

    def check(self) -> None:
        """Raise an error if the item cannot be converted."""
        super().check()
        self.endpoint()


class WebhookEndpoints:
    """Reads and writes endpoints."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[WebhookEndpoint]:
        """All endpoints by id. One call."""
        found = self._db.query_all("directory", keys.WEBHOOKS, sk_begins="ENDPOINT#")
        return [item.endpoint() for item in WebhookEndpointItem.readable(list(found))]

    def get(self, endpoint_id: str) -> WebhookEndpoint | None:
        """The endpoint, or None."""
        found = self._db.get(WebhookEndpointItem, keys.webhook_endpoint(endpoint_id))
        return found.endpoint() if found else None

    def create(self, made: WebhookEndpoint, event: Raw) -> bool:
        """Write a new endpoint together with its audit event (`Audit.once_part`). False, with nothing written, if the id is taken."""
        new = self._db.put_part(_item(made), WebhookEndpointItem.pk.does_not_exist())
        return self._db.was_applied(self._db.transact(new, event))

    def replace(self, changed: WebhookEndpoint, event: Raw) -> WebhookEndpoint | None:
        """Write it, with its audit event, if it was not written since `changed.version` was read. Returns the written one, or None."""
        written = replace(changed, version=changed.version + 1)
        same = self._db.put_part(_item(written), WebhookEndpointItem.version == changed.version)
        return written if self._db.was_applied(self._db.transact(same, event)) else None

    def delete(self, gone: WebhookEndpoint, event: Raw) -> bool:
        """Remove it, with the audit event. False if it does not exist, or was written since `gone` was read."""
        key = keys.webhook_endpoint(gone.id)
        part = self._db.delete_part(WebhookEndpointItem, key, WebhookEndpointItem.version == gone.version)
        return self._db.was_applied(self._db.transact(part, event))


def _item(made: WebhookEndpoint) -> WebhookEndpointItem:
    return WebhookEndpointItem.new(
        keys.webhook_endpoint(made.id), endpoint_id=made.id, url=made.url, events=" ".join(made.events), org_id=made.org_id,
        description=made.description, secrets={"all": [{"sealed": each.sealed, "until": each.until} for each in made.secrets]},
        disabled_why=made.disabled_why, created_at=made.created_at, updated_at=made.updated_at, version=made.version,
    )  # fmt: skip


def _secrets(stored: dict[str, Any]) -> tuple[SigningSecret, ...]:
    return tuple(SigningSecret(str(each["sealed"]), None if each["until"] is None else int(each["until"])) for each in stored["all"])
