"""Whether an object has a secret that the caller knows. So a declarative file finds that a secret was changed, without reading one back."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from idp.domain.connections.ids import org_id_of
from idp.domain.errors import Unavailable
from idp.services.apps.client_secrets import digest
from idp.services.provisioning.token import open_token
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.secret import open_secret

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.connections.connection import Connection
    from idp.services.apps.clients import ClientService
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.connections.connections import ConnectionService
    from idp.services.connections.organisation_connections import OrganisationConnections
    from idp.services.keys.keyring import Keyring
    from idp.services.provisioning.targets import ProvisioningTargetService


class SecretComparison:
    """Compares in constant time. Its methods raise NotFound for an unknown object. A caller of the API may guess: `record` shows that."""

    def __init__(
        self, clients: ClientService, connections: ConnectionService, of_organisations: OrganisationConnections,
        targets: ProvisioningTargetService, keyring: Keyring, clock: Clock, audit: Audit,
    ) -> None:  # fmt: skip
        self._clients, self._connections, self._of_organisations, self._targets = clients, connections, of_organisations, targets
        self._keyring, self._audit, self._clock = keyring, audit, clock

    def app_has(self, client_id: str, secret: str, *, scope: Scope) -> bool:
        """Return whether this is a valid secret of the app."""
        scope.require_deployment()
        now, wanted = self._clock(), digest(secret)
        stored = self._clients.get(client_id, scope=scope).secrets
        live = [each for each in stored if each.expires_at is None or each.expires_at > now]
        matches = [hmac.compare_digest(each.digest, wanted) for each in live]  # all are compared, whichever is the right one
        return any(matches)

    def connection_has(self, connection_id: str, secret: str, *, scope: Scope) -> bool:
        """Return whether this is the secret of the connection. One that cannot be decrypted is another one."""
        scope.require_deployment()
        return self._is_secret_of(self._connections.get(connection_id, scope=scope), secret)

    def organisation_connection_has(self, connection_id: str, secret: str, *, scope: Scope, by: Actor) -> bool:
        """Return the same for a connection of an organisation. `connection_id`: its whole id, `org_….okta`.

        Raises:
            Conflict, Forbidden, Throttled: as for a change of the secret (`OrganisationConnections`).
        """
        org_id, _, own_id = connection_id.partition(".")
        return self._is_secret_of(self._of_organisations.to_compare(org_id, own_id, scope=scope, by=by), secret)

    def target_has(self, target_id: str, token: str, *, scope: Scope) -> bool:
        """Return whether this is the bearer token of the provisioning target. One that cannot be decrypted is another one."""
        scope.require_deployment()
        found = self._targets.get(target_id, scope=scope)
        try:
            known = open_token(self._keyring, found)
        except (Unavailable, ValueError):
            known = ""
        return _same(known, token)

    def record(self, kind: str, object_id: str, *, same: bool, scope: Scope, by: Actor) -> None:
        """Write the event that a caller of the API compared a secret. `kind`: of the object."""
        org_id = org_id_of(object_id) if kind == "organization_connection" else ""
        if org_id:
            scope.require_organisation(org_id)
        else:
            scope.require_deployment()
        self._audit.act("secret.compared", by, target=object_id, kind=kind, same=str(same).lower(), scope=scope, org_id=org_id)

    def _is_secret_of(self, found: Connection, secret: str) -> bool:
        try:
            known = open_secret(self._keyring, found)
        except UpstreamRefused:
            known = ""
        return _same(known, secret)


def _same(known: str, given: str) -> bool:
    return bool(known) and hmac.compare_digest(known.encode(), given.encode("utf-8", "surrogatepass"))
