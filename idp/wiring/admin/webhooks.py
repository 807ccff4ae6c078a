"""Webhooks."""

from __future__ import annotations

import os
import secrets
import time
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.mail_services import MailServices
from idp.wiring.stores.admin import AdminStores

if TYPE_CHECKING:
    from idp.adapters.webhook_function import WebhookFunction
    from idp.services.webhooks.consumer import WebhookConsumer
    from idp.services.webhooks.deliveries import WebhookDeliveries
    from idp.services.webhooks.endpoints import WebhookEndpointService
    from idp.services.webhooks.worker import WebhookWorker
    from idp.store.webhook_endpoints import WebhookEndpoints
    from idp.store.webhook_queue import WebhookQueue


class WebhookServices(MailServices, AdminStores):
    """Endpoints, the consumer that queues events, and the worker that sends them."""

    @cached_property
    def webhook_endpoints(self) -> WebhookEndpoints:
        from idp.store.webhook_endpoints import WebhookEndpoints

        return WebhookEndpoints(self.database)

    @cached_property
    def webhook_queue(self) -> WebhookQueue:
        from idp.store.webhook_queue import WebhookQueue

        return WebhookQueue(self.database, self.new_id)

    @cached_property
    def webhook_function(self) -> WebhookFunction:
        from idp.adapters.webhook_function import WebhookFunction

        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_LAMBDA") or None
        return WebhookFunction(self.settings.webhook_function, region=region, endpoint=endpoint)

    @cached_property
    def webhook_consumer(self) -> WebhookConsumer:
        from idp.services.webhooks.consumer import WebhookConsumer

        return WebhookConsumer(self.webhook_endpoints, self.webhook_queue, self.wake_webhooks, self.clock)

    @cached_property
    def webhook_worker(self) -> WebhookWorker:
        from idp.services.webhooks.delivery import SubjectDelivery
        from idp.services.webhooks.limits import still_wants
        from idp.services.webhooks.sending import Sender
        from idp.services.webhooks.switch_off import SwitchOff
        from idp.services.webhooks.worker import WebhookWorker

        delivery = SubjectDelivery(self.webhook_queue, Sender(self.outgoing, self.keyring).send, self.clock, wanted=still_wants)
        switch_off = SwitchOff(self.webhook_endpoints, self.audit, self.mailer, self.settings, self.admins.all)
        return WebhookWorker(
            self.webhook_endpoints, self.webhook_queue, delivery, switch_off.run, self.wake_webhooks, self.clock, time.sleep
        )  # fmt: skip

    @cached_property
    def webhook_endpoint_service(self) -> WebhookEndpointService:
        from idp.services.webhooks.endpoints import WebhookEndpointService

        return WebhookEndpointService(
            self.settings, self.webhook_endpoints, self.webhook_queue, self.keyring, self.audit, self.clock, self.new_id,
            secrets.token_bytes, self.wake_webhooks,
        )  # fmt: skip

    @cached_property
    def webhook_deliveries(self) -> WebhookDeliveries:
        from idp.services.webhooks.deliveries import WebhookDeliveries

        return WebhookDeliveries(
            self.webhook_endpoint_service, self.webhook_queue, self.audit, self.clock, self.new_id, self.wake_webhooks
        )  # fmt: skip

    def wake_webhooks(self, endpoint_id: str) -> None:
        """Let the function send what an endpoint has. Without one, `idp webhooks run` or the development server sends it."""
        if self.settings.webhook_function:
            self.webhook_function.wake(endpoint_id)
