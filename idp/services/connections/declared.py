"""What has to change so that the connections are as a declarative file says. A member that the file leaves out has its default."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import OIDC, SAML, Connection
from idp.domain.connections.presets import PRESETS, members_of
from idp.domain.errors import Invalid
from idp.services.connections.connections import FIXED
from idp.services.connections.discovery import OPTIONAL, REQUIRED
from idp.services.connections.typed_members import typed_members
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.secret import open_secret

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.services.audit.recorder import Actor
    from idp.services.connections.connections import ConnectionService
    from idp.services.keys.keyring import Keyring

CREATE, UPDATE, DELETE, SAME = "create", "update", "delete", "same"
_DISCOVERED = {
    OIDC: frozenset({*REQUIRED, *OPTIONAL, "signing_alg", "iss_parameter"}),
    SAML: frozenset({"issuer", "authorization_endpoint", "certificates", "signs_requests", "client_id"}),
}
"""By type, members that come from the metadata of the upstream, or from this provider, unless the file has them."""
_OURS = FIXED | {"secret", "own_certificates"}


@dataclass(frozen=True, slots=True)
class Planned:
    """One connection. `changed`: for each member the stored and the wanted value. The values of a secret are left out.

    `members`: what `create` or `patch` of the service gets. `version`: of the connection that was compared.
    """

    id: str
    action: str
    changed: Mapping[str, tuple[Any, Any]]
    members: Mapping[str, Any]
    version: int = 0


class DeclaredConnections:
    """Compares and writes. Each write goes through `ConnectionService`, with its rules and its audit events."""

    def __init__(self, service: ConnectionService, keyring: Keyring) -> None:
        self._service, self._keyring = service, keyring

    def plan(self, wanted: Mapping[str, Mapping[str, Any]], *, prune: bool, scope: Scope) -> list[Planned]:
        """Return one entry for each connection, by id. `wanted`: members by id, with `preset`, and `secret` in plain.

        `prune`: connections that are not wanted are deleted. Without it they are left alone.

        Raises:
            Invalid: a connection has a member that is unknown or has another type, or another preset than the stored one.
        """
        scope.require_deployment()
        stored = {each.id: each for each in self._service.listing(scope=scope)}
        planned = [self._compare(id_, dict(members), stored.get(id_)) for id_, members in wanted.items()]
        if prune:
            planned += [Planned(it.id, DELETE, {}, {}, it.version) for it in stored.values() if it.id not in wanted]
        return sorted(planned, key=lambda each: each.id)

    def apply(self, planned: Planned, *, scope: Scope, by: Actor) -> None:
        """Write one entry.

        Raises:
            Conflict, NotFound, PreconditionFailed: the connection changed since the plan.
            Invalid: a member is not valid.
        """
        scope.require_deployment()
        if planned.action == CREATE:
            self._service.create(planned.id, planned.members, scope=scope, by=by)
        elif planned.action == UPDATE:
            self._service.patch(planned.id, planned.members, scope=scope, by=by, expected=[planned.version])
        elif planned.action == DELETE:
            self._service.delete(planned.id, scope=scope, by=by, expected=[planned.version])

    def _compare(self, id_: str, members: dict[str, Any], stored: Connection | None) -> Planned:
        preset, secret = members.pop("preset", ""), members.pop("secret", "")
        if preset not in PRESETS:
            raise Invalid("declared.preset", id=id_, values=", ".join(PRESETS), field="preset")
        given = typed_members(members)
        if stored is None:
            shown = {name: (None, value) for name, value in given.items()}
            return Planned(id_, CREATE, {"preset": (None, preset), **shown}, {"preset": preset, **given, "secret": secret})
        if stored.preset != preset:
            raise Invalid("declared.other_preset", id=id_, preset=stored.preset, field="preset")
        changed = _differences(stored, given)
        changes: dict[str, Any] = {name: given.get(name) for name in changed}
        if secret and (not self._has(stored, secret) or changes):
            changes["secret"] = secret  # a change of the host needs the secret again, also if it is the same
        if secret and not self._has(stored, secret):
            changed["secret"] = (None, None)
        return Planned(id_, UPDATE if changed else SAME, changed, changes, stored.version)

    def _has(self, stored: Connection, secret: str) -> bool:
        try:
            known = open_secret(self._keyring, stored)
        except UpstreamRefused:
            return False
        return hmac.compare_digest(known.encode(), secret.encode())


def _differences(stored: Connection, given: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the stored and the wanted value of each member that differs. Endpoints that were discovered are not compared."""
    full = members_of(PRESETS[stored.preset], {name: value for name, value in given.items() if value is not None})
    empty = Connection(id="", type="")
    names = (each.name for each in fields(Connection) if each.name not in _OURS)
    found = {}
    for name in names:
        if name in _DISCOVERED.get(stored.type, ()) and name not in given:
            continue
        now, then = getattr(stored, name), full.get(name, getattr(empty, name))
        if now != then:
            found[name] = (now, then)
    return found
