"""What everything else is built on: settings, clock, ids, the log and the database."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from idp.settings import SettingsError

if TYPE_CHECKING:
    from idp.domain.clock import Clock, NewId
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.reads import Reads
    from idp.telemetry.journal import Journal
    from idp.telemetry.tracing import Tracer


class Base:
    """Settings, clock, ids, log and database of a deployment."""

    def __init__(self, settings: Settings, clock: Clock, ids: NewId) -> None:
        self.settings, self.clock, self.new_id = settings, clock, ids

    @cached_property
    def journal(self) -> Journal:
        from idp.telemetry.journal import Journal

        s, in_lambda = self.settings, bool(os.environ.get("AWS_LAMBDA_FUNCTION_NAME"))
        tracer = self.tracer if s.tracing == "otlp" else None
        return Journal(
            deployment=s.table_prefix, metrics=in_lambda and s.metrics != "off", every_metric=s.metrics == "on", least=s.log_level,
            for_people=s.dev and not in_lambda,
            spans=tracer, finish=tracer.flush if tracer and in_lambda else None,
        )  # fmt: skip

    @cached_property
    def tracer(self) -> Tracer:
        try:
            from idp.telemetry.tracing import Tracer
        except ImportError:
            msg = "IDP_TRACING is otlp, and OpenTelemetry is not installed. Install idp[tracing], or set IDP_TRACING to off."
            raise SettingsError(msg) from None

        return Tracer(deployment=self.settings.table_prefix)

    @cached_property
    def database(self) -> Database:
        from idp.adapters.dynamodb import DynamoDb
        from idp.store.database import Database
        from idp.store.transport import NoAnswer, Refusal

        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or None
        transport = DynamoDb(region=region, endpoint=endpoint, refusal=Refusal, silence=NoAnswer)
        return Database(prefix=self.settings.table_prefix, transport=transport, clock=self.clock)

    @cached_property
    def reads(self) -> Reads:
        from idp.store.reads import Reads

        return Reads(self.database)
