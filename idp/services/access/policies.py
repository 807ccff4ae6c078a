"""Stored policies. They are saved as versions if they are valid, simulated, published, and rolled back by publishing an older version."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.policy_version import MOST_VERSIONS, LivePolicies, PolicyVersion
from idp.domain.errors import Conflict, NotFound, PreconditionFailed, Unavailable, Unprocessable
from idp.verify.decisions.cedar import MissingEngine
from idp.verify.decisions.policy_set import PolicySetDecider, faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.database import Raw
    from idp.store.policies import Policies

_TRIES = 5
_KEPT = 3
"""The number of prepared versions in memory: the live one, the one before it during a change, and one that is simulated."""


class PolicyService:
    """Manages versions. Its methods raise NotFound, Unprocessable, PreconditionFailed, Conflict or Unavailable before any write."""

    def __init__(self, policies: Policies, audit: Audit, clock: Clock, new_id: NewId) -> None:
        self._policies, self._audit, self._clock, self._new_id = policies, audit, clock, new_id
        self._ready: OrderedDict[int, PolicySetDecider] = OrderedDict()

    def create(
        self,
        *,
        scope: Scope,
        policies: str,
        schema: str,
        namespace: str = "",
        rules: Mapping[str, Any] | None = None,
        note: str = "",
        by: Actor,
    ) -> PolicyVersion:
        """Save a new version, which is not live. Parallel calls get different numbers."""
        scope.require_deployment()
        check(policies=policies, schema=schema, namespace=namespace, rules=rules)
        new = PolicyVersion(0, policies, schema, namespace, rules, note, self._clock(), by.id)
        for _ in range(_TRIES):
            new = replace(new, number=self._policies.newest() + 1)
            if new.number > MOST_VERSIONS:
                raise Conflict("policies.too_many_versions")
            if self._policies.create(new, attempt=self._new_id()):
                self._audit.act("policies.saved", by, target=str(new.number), scope=scope)
                return new
        raise Conflict("policies.busy")

    def get(self, number: int, *, scope: Scope) -> PolicyVersion:
        """Return a version."""
        scope.require_deployment()
        found = self._policies.get(number) if 0 < number <= MOST_VERSIONS else None
        if found is None:
            raise NotFound("policies.version_unknown")
        return found

    def listing(self, *, scope: Scope, limit: int, start: Raw | None) -> tuple[list[PolicyVersion], Raw | None]:
        """Return one page of versions, the newest first, and the start of the next page."""
        scope.require_deployment()
        return self._policies.listing(limit=limit, start=start)

    def live(self, *, scope: Scope) -> LivePolicies | None:
        """Return the pointer to the live version, by a strongly consistent read, or None if no version was published."""
        scope.require_deployment()
        return self._policies.live()

    def publish(self, number: int, *, scope: Scope, by: Actor, expected: frozenset[int] | None = None) -> LivePolicies:
        """Make a version live by one conditional write. Publishing an older version is a rollback."""
        scope.require_deployment()
        self.get(number, scope=scope)
        before = self._policies.live()
        revision = before.revision if before else 0
        if expected is not None and revision not in expected:
            raise PreconditionFailed("policies.changed")
        after = LivePolicies(number, revision + 1, self._clock(), by.id)
        if not self._policies.publish(after, attempt=self._new_id()):
            raise PreconditionFailed("policies.changed_meanwhile")
        self._audit.act("policies.published", by, target=str(number), before=str(before.number if before else ""), scope=scope)
        return after

    def decider(self, number: int, *, scope: Scope) -> PolicySetDecider:
        """Return a prepared version. It is kept in memory, because a version never changes."""
        scope.require_deployment()
        found = self._ready.get(number)
        if found is None:
            version = self.get(number, scope=scope)
            try:
                found = PolicySetDecider(
                    policies=version.policies, schema=version.schema, namespace=version.namespace, rules=version.rules, validated=True
                )  # fmt: skip
            except (ValueError, MissingEngine) as problem:
                raise Unavailable(detail=f"version {number} of the policies cannot be used: {type(problem).__name__}") from problem
            self._ready[number] = found
            while len(self._ready) > _KEPT:
                self._ready.popitem(last=False)
        return found


def check(*, policies: str, schema: str, namespace: str, rules: Mapping[str, Any] | None) -> None:
    """Check a policy set.

    Raises:
        Unprocessable: it cannot be used. `problems` lists all faults.
        Unavailable: the deployment has no Cedar engine.
    """
    try:
        found = faults(policies=policies, schema=schema, namespace=namespace, rules=rules)
    except MissingEngine as missing:
        raise Unavailable("policies.no_engine", detail=str(missing)) from missing
    if found:
        problems = [{name: value for name, value in asdict(fault).items() if value} for fault in found]
        raise Unprocessable("policies.faulty", problems=problems)
