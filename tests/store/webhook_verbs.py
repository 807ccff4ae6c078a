"""Cases of the methods that write webhook endpoints and what is due at them (see `verbs`)."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.webhooks.endpoint import SigningSecret, WebhookEndpoint
from idp.store.database import Database
from idp.store.webhook_endpoints import WebhookEndpoints
from idp.store.webhook_queue import WebhookQueue
from tests.store.examples import NOW, new_id
from tests.store.verb import Verb
from tests.store.versioned import Versioned


def _endpoint() -> WebhookEndpoint:
    return WebhookEndpoint(id=new_id(), url="https://crm.example/hook", secrets=(SigningSecret("sealed"),))


def claim_endpoint(db: Database) -> Verb:
    endpoint_id = new_id()
    return Verb(
        "UpdateItem",
        lambda db: WebhookQueue(db, new_id).claim(endpoint_id, now=NOW) is not None,
        lambda db: (it := WebhookQueue(db, new_id).state(endpoint_id)) and it.leased_until,
        lambda db: WebhookQueue(db, new_id).claim(endpoint_id, now=NOW) is not None,
    )


TRANSACTIONS = Versioned(
    "endpoint", WebhookEndpoints, _endpoint, lambda it: replace(it, description="CRM"),
    lambda it: replace(it, url="https://other.example/"), lambda it: it.id,
).cases()  # fmt: skip
ALL = (claim_endpoint,)
