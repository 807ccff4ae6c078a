"""Stores of the protocol: apps, sessions, grants, tokens."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.base import Base

if TYPE_CHECKING:
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.consents import Consents
    from idp.store.deliveries import Deliveries
    from idp.store.device_codes import DeviceCodes
    from idp.store.events import Events
    from idp.store.grants import Grants
    from idp.store.sessions import Sessions
    from idp.store.tokens import RevokedTokens
    from idp.store.upstream_tokens import UpstreamTokenStore
    from idp.store.used_once import UsedOnce


class ProtocolStores(Base):
    """The stores that the endpoints of the protocol read and write, and the audit events."""

    @cached_property
    def clients(self) -> Clients:
        from idp.store.clients import Clients

        return Clients(self.database)

    @cached_property
    def consents(self) -> Consents:
        from idp.store.consents import Consents

        return Consents(self.database)

    @cached_property
    def sessions(self) -> Sessions:
        from idp.store.sessions import Sessions

        return Sessions(self.database, self.new_id)

    @cached_property
    def grants(self) -> Grants:
        from idp.store.grants import Grants

        return Grants(self.database, self.new_id)

    @cached_property
    def revoked_tokens(self) -> RevokedTokens:
        from idp.store.tokens import RevokedTokens

        return RevokedTokens(self.database)

    @cached_property
    def device_codes(self) -> DeviceCodes:
        from idp.store.device_codes import DeviceCodes

        return DeviceCodes(self.database)

    @cached_property
    def used_once(self) -> UsedOnce:
        from idp.store.used_once import UsedOnce

        return UsedOnce(self.database)

    @cached_property
    def upstream_token_store(self) -> UpstreamTokenStore:
        from idp.store.upstream_tokens import UpstreamTokenStore

        return UpstreamTokenStore(self.database)

    @cached_property
    def deliveries(self) -> Deliveries:
        from idp.store.deliveries import Deliveries

        return Deliveries(self.database)

    @cached_property
    def detail_types(self) -> DetailTypes:
        from idp.store.authorization_detail_types import DetailTypes

        return DetailTypes(self.database)

    @cached_property
    def events(self) -> Events:
        from idp.store.events import Events

        return Events(self.database)
