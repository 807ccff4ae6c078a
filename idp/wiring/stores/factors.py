"""Stores of factors: passkeys, second factors, throttles, browsers of a person."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.base import Base

if TYPE_CHECKING:
    from idp.store.added_factors import AddedFactors
    from idp.store.device_locks import DeviceLocks
    from idp.store.enrolments import Enrolments
    from idp.store.factors import Factors
    from idp.store.passkeys import Passkeys
    from idp.store.remembered_devices import RememberedDevices as RememberedDeviceStore
    from idp.store.seen_places import SeenPlaces
    from idp.store.throttles import Throttles


class FactorStores(Base):
    """The stores of what people sign in with, and of what slows down guessing."""

    @cached_property
    def factors(self) -> Factors:
        from idp.store.factors import Factors

        return Factors(self.database)

    @cached_property
    def passkeys(self) -> Passkeys:
        from idp.store.passkeys import Passkeys

        return Passkeys(self.database)

    @cached_property
    def added_factors(self) -> AddedFactors:
        from idp.store.added_factors import AddedFactors
        from idp.store.issuer_links import IssuerLinks

        return AddedFactors(self.database, self.passkeys, IssuerLinks(self.database))

    @cached_property
    def enrolments(self) -> Enrolments:
        from idp.store.enrolments import Enrolments

        return Enrolments(self.database)

    @cached_property
    def throttles(self) -> Throttles:
        from idp.store.throttles import Throttles

        return Throttles(self.database)

    @cached_property
    def device_locks(self) -> DeviceLocks:
        from idp.store.device_locks import DeviceLocks

        return DeviceLocks(self.database)

    @cached_property
    def remembered_device_store(self) -> RememberedDeviceStore:
        from idp.store.remembered_devices import RememberedDevices

        return RememberedDevices(self.database)

    @cached_property
    def seen_places(self) -> SeenPlaces:
        from idp.store.seen_places import SeenPlaces

        return SeenPlaces(self.database)
