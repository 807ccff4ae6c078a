"""Domains of organisations: claimed, proven by a TXT record, looked up again each month, and lost without it (threats O-17)."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.connections import public_mail
from idp.domain.connections.ids import org_id_of
from idp.domain.errors import Conflict, Invalid, InvalidValue, NotFound, PreconditionFailed, Unavailable
from idp.domain.organisations.domain_claim import LOST, MOST_DOMAINS, PENDING, PROVEN, DomainClaim
from idp.domain.people import email as email_addresses
from idp.services.audit.recorder import SYSTEM
from idp.store.organisation_domains import DomainTakenError
from idp.telemetry.record import note

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.organisations.txt_lookup import TxtLookup
    from idp.services.organisations.ways_in import WaysIn
    from idp.store.connections import Connections
    from idp.store.database import Raw
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisations import Organisations

_TRIES = 5
_MOST_DUE = 100
"""Domains of one run of the daily job. The next run goes on with the others."""


class DomainService:
    """Manages domains. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, organisations: Organisations, domains: OrganisationDomains, connections: Connections, lookup: TxtLookup, audit: Audit,
        clock: Clock, new_value: NewId, ways_in: WaysIn, *, offers_connections: bool = False,
    ) -> None:  # fmt: skip
        """`new_value`: makes the random value of a record, of at least 128 bits. `offers_connections`: organisations have their own."""
        self._organisations, self._domains, self._connections, self._lookup = organisations, domains, connections, lookup
        self._audit, self._clock, self._new_value, self._ways_in = audit, clock, new_value, ways_in
        self._offers_connections = offers_connections

    def listing(self, org_id: str, *, scope: Scope) -> list[DomainClaim]:
        """Return the claims of the organisation, by domain."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        return self._domains.of_organisation(org_id)

    def get(self, org_id: str, domain: str, *, scope: Scope) -> DomainClaim:
        """Return one claim, by a strongly consistent read."""
        scope.require_organisation(org_id)
        found = self._domains.get(org_id, domain)
        if found is None:
            raise NotFound("domain.unknown")
        return found

    def claim(self, org_id: str, domain: object, *, scope: Scope, connection_id: str = "", by: Actor = SYSTEM) -> DomainClaim:
        """Claim a domain. It counts when `check` finds the TXT record that the claim names.

        `connection_id`: where people with an address in it sign in. An organisation's admin gives only one of its own (threats Q-03).

        Raises:
            Forbidden: domains cannot be proved here, or an organisation's admin names a connection of the deployment.
            Invalid: it is no domain, or every person can get an address in it.
        """
        scope.require_organisation(org_id)
        self._lookup.require_on()
        self._require_there(org_id)
        name = parse_domain(domain)
        self._check_connection(connection_id, org_id, scope)
        if len(self._domains.of_organisation(org_id)) >= MOST_DOMAINS:
            raise Conflict("domain.too_many", maximum=MOST_DOMAINS)
        new = DomainClaim(org_id, name, self._new_value(), connection_id=connection_id, created_at=self._clock())
        event = self._audit.act_parts("organization.domain_claimed", by, scope=scope, target=name, org_id=org_id)
        if not self._domains.create(new, also=event):
            raise Conflict("domain.exists")
        return new

    def route(
        self, org_id: str, domain: str, connection_id: str | None, *, scope: Scope, by: Actor = SYSTEM,
        expected: Collection[int] | None = None,
    ) -> DomainClaim:  # fmt: skip
        """Set the connection to which the domain leads, or none.

        Raises:
            Forbidden: an organisation's admin names a connection of the deployment, or takes the domain from one.
            Conflict: the organisation accepts no other sign-in, and its own admin would take the last domain from a connection that is on,
                while this admin never signed in by one to which a domain leads then.
        """
        scope.require_organisation(org_id)
        self._check_connection(connection_id or "", org_id, scope)
        for _ in range(_TRIES):
            before = self.get(org_id, domain, scope=scope)
            if not self._offers_connections or (before.connection_id and org_id_of(before.connection_id) != org_id):
                scope.require_deployment()
            if expected is not None and before.version not in expected:
                raise PreconditionFailed("domain.changed")
            after = replace(before, connection_id=connection_id or "")
            if after == before:
                return before
            own, to = bool(scope.organisation and before.connection_id), after.connection_id
            unchanged = self._ways_in.require_other_than(org_id, domain, scope=scope, user_id=by.id, leads_to=to) if own else []
            event = self._audit.act_parts("organization.domain_routed", by, scope=scope, target=domain, org_id=org_id)
            event = [*unchanged, *event]
            if written := self._write(before, after, event):
                return written
        raise Conflict("organisation.busy")

    def check(self, org_id: str, domain: str, *, scope: Scope, by: Actor = SYSTEM) -> DomainClaim:
        """Look the record up, and return the claim with the state that follows. One request to the resolver.

        Raises:
            Conflict: another organisation has proven the domain, and its record is there.
            Unavailable: the resolver gives no answer. The state stays.
        """
        scope.require_organisation(org_id)
        for _ in range(_TRIES):
            before = self.get(org_id, domain, scope=scope)
            after = self._looked_up(before)
            type_ = _TYPES.get((before.state, after.state), "organization.domain_checked")
            event = self._audit.act_parts(type_, by, scope=scope, target=domain, org_id=org_id)
            if written := self._write(before, after, event):
                return written
        raise Conflict("organisation.busy")

    def remove(
        self, org_id: str, domain: str, *, scope: Scope, by: Actor = SYSTEM, expected: Collection[int] | None = None
    ) -> None:  # fmt: skip
        """Remove the claim. A proven domain leads nowhere then, and another organisation may prove it.

        Raises:
            Conflict: the organisation accepts no other sign-in, and its own admin would remove the last domain that leads to a connection
                that is on, while this admin never signed in by another one.
        """
        scope.require_organisation(org_id)
        for _ in range(_TRIES):
            found = self.get(org_id, domain, scope=scope)
            if expected is not None and found.version not in expected:
                raise PreconditionFailed("domain.changed")
            own = bool(scope.organisation and found.connection_id)
            unchanged = self._ways_in.require_other_than(org_id, domain, scope=scope, user_id=by.id) if own else []
            event = self._audit.act_parts("organization.domain_removed", by, scope=scope, target=domain, org_id=org_id)
            if self._domains.delete(found, also=[*unchanged, *event]):
                return
        raise Conflict("organisation.busy")

    def check_due(self, *, scope: Scope, has_time: Callable[[], bool] = lambda: True) -> int:
        """Look up the domains that are due: proven ones after a month, lost ones each day. Return how many were looked up.

        A resolver without an answer changes nothing, so no domain is lost by its trouble.
        """
        scope.require_deployment()
        checked = 0
        for due in self._domains.due(self._clock(), limit=_MOST_DUE):
            if not has_time():
                break
            try:
                self.check(due.org_id, due.domain, scope=scope)
            except (NotFound, Conflict):  # it was removed meanwhile, or is another organisation's by now
                continue
            except Unavailable as trouble:
                note(f"a domain could not be looked up: {trouble.detail}")
                continue
            checked += 1
        return checked

    def _looked_up(self, before: DomainClaim) -> DomainClaim:
        now, wanted = self._clock(), before.record_value.encode()
        found = self._lookup.texts(before.record_name)
        there = any(hmac.compare_digest(text.encode("utf-8", "replace"), wanted) for text in found)
        if there:
            return replace(before, state=PROVEN, checked_at=now, lost_since=0, proven_at=before.proven_at or now)
        if before.state == PENDING:
            return replace(before, checked_at=now)
        return replace(before, state=LOST, checked_at=now, lost_since=before.lost_since or now)

    def _write(self, before: DomainClaim, after: DomainClaim, event: list[Raw]) -> DomainClaim | None:
        try:
            return self._domains.replace(after, was=before, also=event)
        except DomainTakenError:
            raise Conflict("domain.taken") from None

    def _check_connection(self, connection_id: str, org_id: str, scope: Scope) -> None:
        """Check that the domain may lead there: to a connection of the organisation, or for the deployment's admin to one of its own."""
        if not connection_id:
            return
        of = org_id_of(connection_id)
        if of != org_id or not self._offers_connections:
            scope.require_deployment()
        if of not in {"", org_id} or self._connections.get(connection_id) is None:
            raise Invalid("connection.unknown", field="connection_id")

    def _require_there(self, org_id: str) -> None:
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")


_TYPES = {
    (PENDING, PROVEN): "organization.domain_proven", (LOST, PROVEN): "organization.domain_proven",
    (PROVEN, LOST): "organization.domain_lost",
}  # fmt: skip
"""The types of audit events by the state before and after."""


def parse_domain(domain: object) -> str:
    """Return the domain in lower case and ASCII.

    Raises:
        Invalid: it is no domain with at least two labels, or a public mail domain.
    """
    try:
        name = email_addresses.normalise(f"x@{domain}").rpartition("@")[2] if isinstance(domain, str) and "@" not in domain else ""
    except InvalidValue:
        name = ""
    if "." not in name or name.startswith("["):
        raise Invalid("domain.malformed", field="domain")
    if public_mail.is_public(name):
        raise Invalid("domain.public", field="domain")
    return name
