"""Hooks, as admins manage them. A hook can change the tokens of all people and lock admins out, so writing one needs every scope."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.apps.claim_mapping import ACCESS_TOKEN, ID_TOKEN
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.hooks.hook import CLAIMS, MOST, ON_FAILURE, USUAL, Hook
from idp.services.hooks.hook_rules import check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.settings import Settings
    from idp.store.hooks import Hooks
    from idp.store.transport import Raw

    Versions = Collection[int] | None

_FIXED = frozenset({"name", "kind", "version", "created_at", "updated_at"})
_SETTABLE = tuple(f.name for f in fields(Hook) if f.name not in _FIXED)


class HookService:
    """Manages hooks. Its methods raise Forbidden, Invalid, NotFound, Conflict, PreconditionFailed; then nothing was written."""

    def __init__(self, settings: Settings, hooks: Hooks, audit: Audit, clock: Clock) -> None:
        self._settings, self._hooks, self._audit, self._clock = settings, hooks, audit, clock

    def listing(self, *, scope: Scope) -> list[Hook]:
        """Return all hooks by name."""
        scope.require_deployment()
        return self._hooks.all()

    def get(self, name: str, *, scope: Scope) -> Hook:
        """Return one hook, by a strongly consistent read."""
        scope.require_deployment()
        found = self._hooks.get(name)
        if found is None:
            raise NotFound("hook.unknown")
        return found

    def create(self, given: Mapping[str, Any], *, scope: Scope, by: Actor) -> Hook:
        """Make a hook. `given`: its members by name. None sets the default."""
        scope.require_deployment()
        self._require_power(by)
        if self._settings.hooks != "on":
            raise Conflict("hook.off")
        now = self._clock()
        made = _changed(Hook(name=given["name"], kind=given["kind"]), {**dict.fromkeys(_SETTABLE), **given})
        made = replace(made, created_at=now, updated_at=now)
        check(made, self._functions)
        if len(self._hooks.all()) >= MOST:
            raise Invalid("hook.too_many", maximum=MOST)
        if not self._hooks.create(made, self._event("hook.created", by, made.name, kind=made.kind)):
            raise Conflict("hook.name_taken")
        return made

    def patch(self, name: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None) -> Hook:
        """Change members. None sets the default. A change that only switches it off is possible whatever else is wrong with it."""
        before = self._expected(name, scope, by, expected)
        after = replace(_changed(before, changes), updated_at=self._clock())
        if set(changes) != {"enabled"} or after.enabled:
            check(after, self._functions)
        names = [each for each in _SETTABLE if getattr(before, each) != getattr(after, each)]
        written = self._hooks.replace(after, self._event("hook.updated", by, name, changed=" ".join(names)))
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        return written

    def delete(self, name: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove a hook."""
        found = self._expected(name, scope, by, expected)
        if not self._hooks.delete(found, self._event("hook.deleted", by, name)):
            raise PreconditionFailed("resource.changed_meanwhile")

    @property
    def _functions(self) -> frozenset[str]:
        return frozenset(self._settings.hooks_functions.split())

    def _event(self, type_: str, by: Actor, name: str, **details: str) -> Raw:
        return self._audit.once_part(type_, origin=by.origin, actor=by.id, target=name, **details)

    def _expected(self, name: str, scope: Scope, by: Actor, expected: Versions) -> Hook:
        scope.require_deployment()
        self._require_power(by)
        found = self.get(name, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        return found

    @staticmethod
    def _require_power(by: Actor) -> None:
        """Raise Forbidden if the caller lacks a scope: a hook decides about the sign-in of every admin (threats J-05)."""
        if not by.held >= admin_scopes.ALL:
            raise Forbidden("hook.needs_every_scope")


def _changed(before: Hook, changes: Mapping[str, Any]) -> Hook:
    """The hook with these members. The default of `on_failure` and `targets` depends on the kind."""
    kind = before.kind
    defaults: dict[str, Any] = {
        "cedar": "", "schema": "", "claims": {}, "function": "", "timeout_ms": USUAL, "apps": (), "enabled": True, "description": "",
        "on_failure": ON_FAILURE.get(kind, ("",))[0], "targets": (ACCESS_TOKEN, ID_TOKEN) if kind == CLAIMS else (),
    }  # fmt: skip
    members = {name: defaults[name] if value is None else value for name, value in changes.items() if name in defaults}
    for name in ("apps", "targets"):
        if name in members:
            members[name] = tuple(dict.fromkeys(members[name]))
    return replace(before, **members)
