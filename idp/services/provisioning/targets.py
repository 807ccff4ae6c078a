"""Provisioning targets, as admins manage them. A token is stored encrypted and never read back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.outgoing import FetchRefused, parse_target
from idp.domain.access.roles import is_name
from idp.domain.errors import Conflict, Invalid, NotFound, PreconditionFailed
from idp.domain.provisioning.target import EVERYBODY, LEAVERS, MOST, PEOPLE, Target
from idp.services.provisioning.comparison import FIRST
from idp.services.provisioning.token import seal_token

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_targets import ProvisioningTargets
    from idp.store.transport import Raw

FIXED = frozenset({"id", "version", "created_at", "updated_at"})
_LONGEST_URL = 1024
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_TOKEN = re.compile(r"[!-~]{8,4096}", re.ASCII)

Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class TargetStatus(NamedTuple):
    """How a target does. Times in epoch seconds, 0 for never. `problem`: why it rests. `comparing`: the comparison is not through."""

    sent_at: int
    failing_since: int
    rests_until: int
    problem: str
    comparing: bool


class Failure(NamedTuple):
    """An account that could not be brought up to date."""

    user_id: str
    problem: str
    at: int


class ProvisioningTargetService:
    """Manages targets. Its methods raise Invalid, Conflict, NotFound or PreconditionFailed; then nothing was written."""

    def __init__(
        self, settings: Settings, targets: ProvisioningTargets, provisioning: Provisioning, keyring: Keyring, audit: Audit, clock: Clock
    ) -> None:
        self._settings, self._targets, self._provisioning = settings, targets, provisioning
        self._keyring, self._audit, self._clock = keyring, audit, clock

    def listing(self, *, scope: Scope) -> list[Target]:
        """Return all targets by id."""
        scope.require_deployment()
        return self._targets.all()

    def get(self, target_id: str, *, scope: Scope) -> Target:
        """Return one target, by a strongly consistent read."""
        scope.require_deployment()
        found = self._targets.get(target_id)
        if found is None:
            raise NotFound("provisioning.unknown")
        return found

    def status(self, target_id: str, *, scope: Scope) -> TargetStatus:
        """Return how the target does."""
        scope.require_deployment()
        it = self._provisioning.state(target_id)
        return TargetStatus(int(it.sent_at), int(it.failing_since), int(it.rests_until), it.problem, it.comparing is not None)

    def must_be_free(self, target_id: str, *, scope: Scope) -> None:
        """Check an id for a target. Raises Invalid if it is malformed, and Conflict if a target has it."""
        scope.require_deployment()
        _check_id(target_id)
        if self._targets.get(target_id) is not None:
            raise Conflict("provisioning.exists")

    def create(self, target_id: str, given: Mapping[str, Any], *, scope: Scope, by: Actor) -> Target:
        """Make a target, and compare it with the people who are here. `given`: its members by name, and `token` in clear."""
        scope.require_deployment()
        _check_id(target_id)
        if len(self._targets.all()) >= MOST:
            raise Invalid("provisioning.too_many", maximum=MOST)
        members, now = {name: value for name, value in given.items() if name != "token" and value is not None}, self._clock()
        made = replace(Target(id=target_id, base_url=""), **members, created_at=now, updated_at=now)
        self._check(made)
        made = self._with_token(made, given.get("token") or "")
        if not self._targets.create(made):
            raise Conflict("provisioning.exists")
        self._audit.act("provisioning_target.created", by, target=made.id, base_url=made.base_url, people=made.people, scope=scope)
        self._begin_comparison(made.id)
        return made

    def patch(self, target_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None) -> Target:
        """Change members. None sets the default. Another address needs the token again: a stored one goes nowhere else."""
        before = self._expected(target_id, scope, expected)
        empty, token = Target(id="", base_url=""), changes.get("token")
        changed = {name: getattr(empty, name) if value is None else value for name, value in changes.items() if name != "token"}
        after = replace(before, **changed, updated_at=self._clock())
        self._check(after)
        if token or after.base_url != before.base_url or "token" in changes:
            after = self._with_token(after, token or "")
        written = self._targets.replace(after)
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        names = [f.name for f in fields(Target) if f.name not in FIXED and getattr(before, f.name) != getattr(after, f.name)]
        self._audit.act("provisioning_target.updated", by, target=target_id, changed=" ".join(names), scope=scope)
        self._begin_comparison(target_id)
        return written

    def delete(self, target_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove a target. The accounts there stay as they are. What is known about them is removed by the nightly run."""
        found = self._expected(target_id, scope, expected)
        if not self._targets.delete(found):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("provisioning_target.deleted", by, target=target_id, base_url=found.base_url, scope=scope)

    def failures(self, target_id: str, *, start: Raw | None, limit: int, scope: Scope) -> tuple[list[Failure], Raw | None]:
        """Return one page of the accounts that could not be brought up to date."""
        self.get(target_id, scope=scope)
        found, more = self._provisioning.failures(target_id, start=start, limit=limit)
        return [Failure(each.user_id, each.problem, int(each.failed_at)) for each in found], more

    def redeliver(self, target_id: str, user_ids: Collection[str], *, scope: Scope, by: Actor) -> int:
        """Try these accounts again now; none stands for the first hundred that failed. Returns how many."""
        self.get(target_id, scope=scope)
        wanted = list(user_ids) or [each.user_id for each in self._provisioning.failures(target_id, limit=100)[0]]
        self._provisioning.redeliver(target_id, wanted, now=self._clock())
        self._audit.act("provisioning.redelivered", by, target=target_id, accounts=str(len(wanted)), scope=scope)
        return len(wanted)

    def compare(self, target_id: str, *, scope: Scope, by: Actor) -> None:
        """Compare all accounts with the people who are here, from the beginning. A rest of the target ends."""
        self.get(target_id, scope=scope)
        self._begin_comparison(target_id)
        self._audit.act("provisioning.compared", by, target=target_id, scope=scope)

    def _begin_comparison(self, target_id: str) -> None:
        state = self._provisioning.state(target_id)
        state.comparing, state.rests_until = dict(FIRST), 0
        self._provisioning.keep(state, now=self._clock())

    def _expected(self, target_id: str, scope: Scope, expected: Versions) -> Target:
        found = self.get(target_id, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        return found

    def _with_token(self, made: Target, plain: str) -> Target:
        if not _TOKEN.fullmatch(plain):
            raise Invalid("provisioning.token_malformed", field="token")
        return replace(made, token=seal_token(self._keyring, made.id, made.base_url, plain))

    def _check(self, made: Target) -> None:
        try:
            parse_target(made.base_url, frozenset(self._settings.dev_fetch_hosts.split()))
        except FetchRefused:
            raise Invalid("provisioning.url_malformed", field="base_url") from None
        if len(made.base_url) > _LONGEST_URL or "?" in made.base_url or "#" in made.base_url:
            raise Invalid("provisioning.url_malformed", field="base_url")
        if made.people not in PEOPLE:
            raise Invalid("value.not_one_of", values=", ".join(PEOPLE), field="people")
        if made.leavers not in LEAVERS:
            raise Invalid("value.not_one_of", values=", ".join(LEAVERS), field="leavers")
        if (made.people == EVERYBODY) != (made.name == "") or (made.name and not is_name(made.name)):
            raise Invalid("provisioning.name_needed", field="name")


def _check_id(target_id: str) -> None:
    if not _ID.fullmatch(target_id):
        raise Invalid("provisioning.id_malformed", field="id")
