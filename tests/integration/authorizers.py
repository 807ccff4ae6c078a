"""A deployment beside an authorizer that reads the same tables."""

from __future__ import annotations

import uuid
from pathlib import Path

from idp.adapters.aws_client import Limits
from idp.adapters.dynamodb_reader import Reader
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.authorizer.stored_decisions import stored_decider
from idp.settings import Settings
from idp.verify.decisions import Decider
from tests.engines.lossy_proxy import LossyProxy
from tests.support.admin_calls import ISSUER
from tests.support.clock import Clock
from tests.support.world import World

EAGER = Limits(connect=1.0, read=5.0, attempts=1, patience=5.0)


class Publisher:
    """A provider that publishes policies, and the deciders of authorizers that read its tables through a proxy."""

    def __init__(self, proxy: LossyProxy, folder: Path) -> None:
        settings = Settings(issuer=ISSUER, table_prefix="t" + uuid.uuid4().hex[:12], key_file=str(folder / "key"))
        self.proxy, self.clock, self.world = proxy, Clock(), World(settings, []).begun()

    def decider(self, *kinds: str) -> Decider:
        """The decider of a new execution environment."""
        reader = Reader(self.world.settings.table_prefix, region="us-east-1", endpoint=self.proxy.url, limits=EAGER)
        return stored_decider(kinds, reader, self.clock)

    def publish(self, effect: str) -> None:
        """Publish a rule that allows or denies every request."""
        service = self.world.services.policy_service
        made = service.create(
            policies="", schema="", rules={"rules": [{"id": effect, "effect": effect}]}, by=self.world.by, scope=DEPLOYMENT
        )
        service.publish(made.number, by=self.world.by, scope=DEPLOYMENT)
