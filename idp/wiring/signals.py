"""Shared signals."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.admin.webhooks import WebhookServices

if TYPE_CHECKING:
    from idp.services.signals.administration import StreamAdministration
    from idp.services.signals.audience import Audience
    from idp.services.signals.consumer import SignalConsumer
    from idp.services.signals.limits import Limits
    from idp.services.signals.pause import Pause
    from idp.services.signals.polling import Polling
    from idp.services.signals.push import Push
    from idp.services.signals.security_event_token import SecurityEventTokens
    from idp.services.signals.stream_changes import StreamChanges
    from idp.services.signals.stream_subjects import StreamSubjects
    from idp.services.signals.streams import SignalStreamService
    from idp.services.webhooks.worker import WebhookWorker
    from idp.store.signal_streams import SignalStreams
    from idp.store.signal_subjects import SignalSubjects


class SignalServices(WebhookServices):
    """Streams of receivers, the consumer that queues signals, and the worker that pushes them. They wait in the queue of webhooks."""

    @cached_property
    def signal_streams(self) -> SignalStreams:
        from idp.store.signal_streams import SignalStreams

        return SignalStreams(self.database)

    @cached_property
    def signal_subjects(self) -> SignalSubjects:
        from idp.store.signal_subjects import SignalSubjects

        return SignalSubjects(self.database)

    @cached_property
    def signal_audience(self) -> Audience:
        from idp.services.signals.audience import Audience

        resource = self.settings.signals_resource
        return Audience(self.signal_subjects, self.clients, self.grants, self.sessions, resource, self.clock)

    @cached_property
    def signal_consumer(self) -> SignalConsumer:
        from idp.services.signals.consumer import SignalConsumer

        return SignalConsumer(
            self.signal_streams, self.signal_subjects, self.signal_audience, self.users, self.webhook_queue, self.wake_webhooks, self.clock
        )  # fmt: skip

    @cached_property
    def signal_stream_changes(self) -> StreamChanges:
        from idp.services.signals.stream_changes import StreamChanges

        return StreamChanges(self.settings, self.keyring)

    @cached_property
    def signal_stream_service(self) -> SignalStreamService:
        from idp.services.signals.streams import SignalStreamService

        return SignalStreamService(
            self.signal_streams, self.clients, self.signal_stream_changes, self.webhook_queue, self.audit, self.clock, self.new_id,
            self.wake_webhooks,
        )  # fmt: skip

    @cached_property
    def signal_stream_subjects(self) -> StreamSubjects:
        from idp.services.signals.stream_subjects import StreamSubjects

        return StreamSubjects(self.settings, self.signal_subjects, self.signal_audience, self.users, self.clock)

    @cached_property
    def security_event_tokens(self) -> SecurityEventTokens:
        from idp.services.signals.security_event_token import SecurityEventTokens

        return SecurityEventTokens(self.settings, self.tokens, self.subjects)

    @cached_property
    def signal_limits(self) -> Limits:
        from idp.services.signals.limits import Limits

        return Limits(self.signal_subjects)

    @cached_property
    def signal_polling(self) -> Polling:
        from idp.services.signals.polling import Polling

        return Polling(self.webhook_queue, self.signal_limits, self.security_event_tokens, self.clock)

    @cached_property
    def signal_push(self) -> Push:
        from idp.services.signals.push import Push

        return Push(self.settings, self.outgoing, self.keyring, self.clients, self.security_event_tokens)

    @cached_property
    def signal_pause(self) -> Pause:
        from idp.services.signals.pause import Pause

        return Pause(self.signal_streams, self.signal_push, self.audit, self.new_id)

    @cached_property
    def signal_stream_administration(self) -> StreamAdministration:
        from idp.services.signals.administration import StreamAdministration

        return StreamAdministration(
            self.signal_streams, self.webhook_queue, self.signal_pause, self.audit, self.clock, self.new_id, self.wake_webhooks
        )  # fmt: skip

    @cached_property
    def signal_worker(self) -> WebhookWorker:
        from idp.services.webhooks.delivery import SubjectDelivery
        from idp.services.webhooks.worker import WebhookWorker

        delivery = SubjectDelivery(
            self.webhook_queue, self.signal_push.send, self.clock, repeats=False, wanted=self.signal_limits.wants
        )  # fmt: skip
        return WebhookWorker(
            self.signal_streams, self.webhook_queue, delivery, self.signal_pause.run, self.wake_webhooks, self.clock, time.sleep
        )  # fmt: skip

    def worker_of(self, receiver_id: str) -> WebhookWorker:
        """The worker that sends to this endpoint of webhooks, or to this stream."""
        from idp.domain.signals.stream import PREFIX

        return self.signal_worker if receiver_id.startswith(PREFIX) else self.webhook_worker

    def receivers_waiting(self) -> list[str]:
        """The ids of endpoints and of streams that have something due."""
        signals = self.signal_worker.waiting() if self.settings.sends_signals else []
        return [*self.webhook_worker.waiting(), *signals]
