"""A dry run: asks one hook about a sample, and returns what it answered and what would count. Nothing else happens (docs/hooks.md)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access import admin_scopes
from idp.domain.errors import Forbidden, Invalid, NotFound
from idp.domain.hooks.answer import ALLOWED, DENIED, HookFailed, read_claims, read_decision
from idp.domain.hooks.hook import CLAIMS, REGISTRATION, SIGN_IN, TOGETHER
from idp.domain.people.user import User
from idp.domain.sessions.request_origin import Origin
from idp.services.hooks import facts
from idp.services.hooks.asking import BY_POLICY
from idp.services.hooks.registration import BY_CONNECTION, BY_INVITATION, BY_SIGN_UP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.domain.hooks.hook import Hook
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.hooks.cedar_hook import CedarHooks
    from idp.services.hooks.facts import Facts
    from idp.services.hooks.function_hook import FunctionHooks
    from idp.services.hooks.hooks import HookService

ADDED = "claims"
"""What would count: the claims are added."""
_HOW = (BY_SIGN_UP, BY_INVITATION, BY_CONNECTION)


class Sample(NamedTuple):
    """What the hook is asked about. `user_id`: a stored person, or "" for an invented one with this address.

    `amr`, `acr`, `connection`, `session_is_new`, `grant_type`: of a sign-in. `how`, `connection`: of a registration.
    """

    user_id: str = ""
    email: str = "someone@example.com"
    client_id: str = ""
    scopes: tuple[str, ...] = ("openid",)
    org_id: str = ""
    ip_address: str = ""
    country: str = ""
    user_agent: str = ""
    amr: tuple[str, ...] = ("pwd",)
    acr: str = "aal1"
    connection: str = ""
    session_is_new: bool = True
    grant_type: str = ""
    how: str = BY_SIGN_UP


class DryRun(NamedTuple):
    """What came of it. `counts`: allow, deny or require_mfa; for claims: claims, without_claims or deny. `failure`: "" for an answer.

    `told`: the event of a function, or the facts of the policies. `took_ms`: milliseconds.
    """

    hook: Hook
    counts: str
    reason: str
    claims: Mapping[str, Any]
    failure: str
    told: Facts
    took_ms: int


class HookDryRun:
    """`person`, `client`: read a person and an app by id, or None. `elapsed`: seconds of a clock that only goes forward."""

    def __init__(
        self, hooks: HookService, cedar: Callable[[], CedarHooks], functions: Callable[[], FunctionHooks],
        person: Callable[[str], User | None], client: Callable[[str], Client | None], audit: Audit, clock: Clock,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._hooks, self._cedar, self._functions = hooks, cedar, functions
        self._person, self._client, self._audit, self._clock, self._elapsed = person, client, audit, clock, elapsed

    def run(self, name: str, sample: Sample, *, scope: Scope, by: Actor) -> DryRun:
        """Ask the hook, also one that is switched off or that rests. It takes every scope: a function is told what an admin chooses.

        The failure counts for no breaker and no metric. A function gets `dry_run` with its event.

        Raises:
            Forbidden: the caller lacks a scope of the admin API.
            NotFound: there is no such hook.
            Invalid: the sample names a person or an app that is not there, or something else of it is wrong.
        """
        scope.require_deployment()
        if not by.held >= admin_scopes.ALL:
            raise Forbidden("hook.needs_every_scope")
        hook = self._hooks.get(name, scope=scope)
        told = {**self._facts(hook, sample, by.origin), "hook": hook.name, "kind": hook.kind, "dry_run": True}
        began = self._elapsed()
        counts, reason, claims, failure = self._ask(hook, told)
        took = int((self._elapsed() - began) * 1000)
        self._audit.act("hook.tested", by, target=hook.name, scope=scope)
        return DryRun(hook, counts, reason, claims, failure, told, took)

    def _ask(self, hook: Hook, told: Facts) -> tuple[str, str, Mapping[str, Any], str]:
        try:
            if not hook.function:
                permitted = self._cedar().permits(hook, told)
                if hook.kind == CLAIMS:
                    return ADDED, "", hook.claims if permitted else {}, ""
                return (ALLOWED, "", {}, "") if permitted else (DENIED, BY_POLICY, {}, "")
            body = self._functions().ask(hook, told, TOGETHER)
            if hook.kind == CLAIMS:
                return ADDED, "", read_claims(body), ""
            decision = read_decision(body, hook.kind)
        except HookFailed as failed:
            return DENIED if hook.denies_on_failure else hook.on_failure, "", {}, failed.detail
        return decision.outcome, decision.reason, {}, ""

    def _facts(self, hook: Hook, sample: Sample, origin: Origin) -> Facts:
        user, client = self._read(sample)
        place = Origin(
            address=sample.ip_address, country=sample.country, user_agent=sample.user_agent, request_id=origin.request_id,
        )  # fmt: skip
        sign_in: Mapping[str, Any] | None = None
        registration: Mapping[str, Any] | None = None
        if hook.kind == SIGN_IN:
            sign_in = {
                "amr": list(sample.amr), "acr": sample.acr, "connection": sample.connection or None, "second_factor_due": False,
                "session_is_new": sample.session_is_new, "grant_type": sample.grant_type or None,
            }  # fmt: skip
        if hook.kind == REGISTRATION:
            if sample.how not in _HOW:
                raise Invalid("hook.how_unknown", field="how", values=", ".join(_HOW))
            registration = {"how": sample.how, "connection": sample.connection or None}
        is_new = hook.kind == REGISTRATION or not sample.user_id
        return facts.of(
            user=user, client=client, origin=place, now=self._clock(), is_new=is_new, scopes=sample.scopes, org_id=sample.org_id,
            sign_in=sign_in, registration=registration,
        )  # fmt: skip

    def _read(self, sample: Sample) -> tuple[User, Client | None]:
        client = self._client(sample.client_id) if sample.client_id else None
        if sample.client_id and client is None:
            raise Invalid("hook.sample_app_unknown", field="client_id")
        if not sample.user_id:
            return User(id="", email=sample.email, created_at=self._clock()), client
        try:
            user = self._person(sample.user_id)
        except NotFound:
            user = None
        if user is None:
            raise Invalid("hook.sample_person_unknown", field="user_id")
        return user, client
