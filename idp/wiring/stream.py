"""The consumers of the streams: which of them get the changes of the tables, in which order."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.admin.provisioning import ProvisioningServices
from idp.wiring.audit_chain import AuditChainServices
from idp.wiring.search import SearchServices
from idp.wiring.signals import SignalServices

if TYPE_CHECKING:
    from idp.services.streams.dispatcher import Consumer, StreamDispatcher
    from idp.services.streams.event_bus import EventBusConsumer


class StreamServices(SignalServices, AuditChainServices, ProvisioningServices, SearchServices):
    """The dispatcher of records, and its consumers."""

    @cached_property
    def stream_consumers(self) -> tuple[Consumer, ...]:
        events: tuple[Consumer, ...] = (self.event_bus_consumer,) if self.settings.event_bus else ()
        chain: tuple[Consumer, ...] = (self.chain_writer,) if self.settings.chains_events else ()
        signals: tuple[Consumer, ...] = (self.signal_consumer,) if self.settings.sends_signals else ()
        return (
            self.provisioning_changes, self.search_row_consumer, self.webhook_consumer, *signals, *events, self.statistics_consumer, *chain,
        )  # fmt: skip

    @cached_property
    def event_bus_consumer(self) -> EventBusConsumer:
        from idp.adapters.event_bus import EventBus
        from idp.services.streams.event_bus import EventBusConsumer

        region, endpoint = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get("AWS_ENDPOINT_URL_EVENTS") or None
        return EventBusConsumer(EventBus(self.settings.event_bus, region=region, endpoint=endpoint), self.settings.table_prefix)

    @cached_property
    def stream(self) -> StreamDispatcher:
        from idp.services.streams.dispatcher import StreamDispatcher

        return StreamDispatcher(self.stream_consumers)
