"""Hooks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.hooks.asking import AskHooks
    from idp.services.hooks.cedar_hook import CedarHooks
    from idp.services.hooks.dry_run import HookDryRun
    from idp.services.hooks.function_hook import FunctionHooks
    from idp.services.hooks.hooks import HookService
    from idp.services.hooks.registration import RegistrationHooks
    from idp.store.hooks import Hooks


class HookServices(ProtocolServices, PeopleStores):
    """What asks hooks, and what manages them. Nothing of it is loaded while IDP_HOOKS is off."""

    @cached_property
    def hook_store(self) -> Hooks:
        from idp.store.hooks import Hooks

        return Hooks(self.database)

    @cached_property
    def hook_service(self) -> HookService:
        from idp.services.hooks.hooks import HookService

        return HookService(self.settings, self.hook_store, self.audit, self.clock)

    @cached_property
    def hooks(self) -> AskHooks:
        from idp.services.hooks.asking import AskHooks
        from idp.services.hooks.breaker import Breaker
        from idp.services.hooks.live_hooks import LiveHooks

        return AskHooks(
            LiveHooks(self.hook_store, self.clock), Breaker(), lambda: self.cedar_hooks, lambda: self.function_hooks, self.audit, self.clock
        )

    @cached_property
    def hook_dry_run(self) -> HookDryRun:
        from idp.services.hooks.dry_run import HookDryRun

        return HookDryRun(
            self.hook_service,
            lambda: self.cedar_hooks,
            lambda: self.function_hooks,
            self.users.get,
            self.clients.get,
            self.audit,
            self.clock,
        )

    @cached_property
    def registration_hooks(self) -> RegistrationHooks:
        from idp.services.hooks.registration import RegistrationHooks

        return RegistrationHooks(self.settings, lambda: self.hooks, self.audit, self.clock)

    @cached_property
    def cedar_hooks(self) -> CedarHooks:
        from idp.services.hooks.cedar_hook import CedarHooks

        return CedarHooks()

    @cached_property
    def function_hooks(self) -> FunctionHooks:
        from idp.services.hooks.function_hook import FunctionHooks

        return FunctionHooks(frozenset(self.settings.hooks_functions.split()))
