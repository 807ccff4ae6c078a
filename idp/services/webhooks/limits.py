"""What an endpoint still wants of the events that were queued or kept for it: it may have been limited since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.domain.events.catalogue import TEST
from idp.domain.events.event import Event

if TYPE_CHECKING:
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.store.webhook_items import WebhookDeadItem, WebhookEventItem, WebhookSentItem


def still_wants(endpoint: WebhookEndpoint, kept: WebhookEventItem | WebhookDeadItem | WebhookSentItem) -> bool:
    """Return whether the endpoint gets this event by its present types and organisation. A test event is for every endpoint.

    An event that cannot be read is not wanted: nothing tells whom it is about.
    """
    if kept.type == TEST:
        return True
    try:
        data = json.loads(kept.body)["data"]
        org_id = str(data.get("org_id") or "")  # the organisation that an event is about is always in its data
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return endpoint.wants(Event(kept.event_id, kept.type, kept.subject, int(kept.happened_at), kept.order, data, org_id))
