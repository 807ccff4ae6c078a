"""The connections that an organisation makes for its own people (threats Q-17, J-05). What they may do is in `of_organisation`."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.connections.of_organisation import MEMBERS, PRESET_NAMES
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, Throttled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.connections.connection import Connection
    from idp.services.audit.recorder import Actor
    from idp.services.connections.connections import ConnectionService
    from idp.services.keys.keyring import Keyring
    from idp.services.organisations.ways_in import WaysIn
    from idp.settings import Settings
    from idp.store.database import Database, Raw
    from idp.store.organisations import Organisations
    from idp.store.throttles import Throttles

HOURLY = 60
"""Changes by an organisation's admins in an hour. Each may fetch a document from a URL of their choice."""
_HOUR = 3600
_KIND = "organisation_connections"
Versions = Collection[int] | None


class OrganisationConnections:
    """Manages them, by their own ids. Its methods raise Invalid, Conflict, NotFound, Forbidden, Throttled or PreconditionFailed; then
    nothing was written.
    """

    def __init__(
        self, settings: Settings, service: ConnectionService, organisations: Organisations, ways_in: WaysIn, database: Database,
        throttles: Throttles, keyring: Keyring, clock: Clock,
    ) -> None:  # fmt: skip
        self._settings, self._service, self._organisations, self._ways_in = settings, service, organisations, ways_in
        self._db, self._throttles, self._keyring, self._clock = database, throttles, keyring, clock

    @property
    def offered(self) -> int:
        """The number of connections that an organisation may have; 0 if the deployment offers none."""
        return self._settings.organization_connections

    def listing(self, org_id: str, *, scope: Scope) -> list[Connection]:
        """Return all of them by id. Two calls."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        return self._service.listing(scope=scope, org_id=org_id)

    def get(self, org_id: str, connection_id: str, *, scope: Scope) -> Connection:
        """Return one, by a strongly consistent read."""
        scope.require_organisation(org_id)
        return self._service.get(connection_id, scope=scope, org_id=org_id)

    def must_be_free(self, org_id: str, connection_id: str, *, scope: Scope) -> None:
        """Check the id of a new connection. Raises as `create`, for what is known before a secret is asked for."""
        scope.require_organisation(org_id)
        if not self.offered:
            raise Conflict("connection.not_offered")
        self._service.must_be_free(connection_id, scope=scope, org_id=org_id)

    def create(self, org_id: str, connection_id: str, given: Mapping[str, Any], *, scope: Scope, by: Actor) -> Connection:
        """Make one. `given`: as of the service, with the members of `MEMBERS` only.

        The number may be exceeded by requests at the same time.

        Raises:
            Conflict: the deployment lets organisations have none, the organisation has as many as it may, or this id is taken.
            Forbidden: the caller lacks a right of the organisation's admins.
            Throttled: the organisation's admins made too many changes in this hour.
        """
        scope.require_organisation(org_id)
        self._require_there(org_id)
        self._require_power(by)
        _require_members(given, also=frozenset({"preset"}))
        if given.get("preset") not in PRESET_NAMES:
            raise Invalid("value.not_one_of", values=", ".join(PRESET_NAMES), field="preset")
        if len(self._service.listing(scope=scope, org_id=org_id)) >= self.offered:
            raise Conflict("connection.too_many", maximum=self.offered)
        self._require_room(org_id, scope)
        return self._service.create(connection_id, given, scope=scope, by=by, org_id=org_id)

    def patch(
        self, org_id: str, connection_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None
    ) -> Connection:  # fmt: skip
        """Change members. None sets the default.

        Raises:
            Forbidden, Throttled: as of `create`. Switching it off alone takes no more than `organizations:write`.
            Conflict: the organisation accepts no other sign-in, and its own admin would switch the last connection off, give it an
                issuer or subjects by which none of its people are linked, or another value on which each sign-in depends, such as the
                client id or the secret. The last one is also the one beside which this admin never signed in by another.
        """
        scope.require_organisation(org_id)
        self.get(org_id, connection_id, scope=scope)
        _require_members(changes)
        if dict(changes) != {"enabled": False}:
            self._require_power(by)
            self._require_room(org_id, scope)

        def guard(before: Connection, after: Connection) -> Sequence[Raw]:
            if not scope.organisation:
                return ()
            return self._ways_in.require_other_than_changed(org_id, before, after, scope=scope, user_id=by.id)

        return self._service.patch(connection_id, changes, scope=scope, by=by, expected=expected, org_id=org_id, guard=guard)

    def discover(self, org_id: str, connection_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> Connection:
        """Read the metadata again. Raises as `create`."""
        scope.require_organisation(org_id)
        self.get(org_id, connection_id, scope=scope)
        self._require_power(by)
        self._require_room(org_id, scope)
        return self._service.discover(connection_id, scope=scope, by=by, expected=expected, org_id=org_id)

    def rotate_certificate(
        self, org_id: str, connection_id: str, *, activate: bool, scope: Scope, by: Actor, expected: Versions = None
    ) -> Connection:  # fmt: skip
        """Make or use the next keys of a SAML connection. Raises as `create`."""
        scope.require_organisation(org_id)
        self.get(org_id, connection_id, scope=scope)
        self._require_power(by)
        self._require_room(org_id, scope)
        return self._service.rotate_certificate(
            connection_id, activate=activate, scope=scope, by=by, expected=expected, org_id=org_id
        )  # fmt: skip

    def to_compare(self, org_id: str, connection_id: str, *, scope: Scope, by: Actor) -> Connection:
        """Return one whose secret the caller compares with one that they know: who may not replace it may not guess it.

        Raises as `create`.
        """
        found = self.get(org_id, connection_id, scope=scope)
        self._require_power(by)
        self._require_room(org_id, scope)
        return found

    def delete(self, org_id: str, connection_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove one. It takes `organizations:write`, also while the deployment offers none.

        Raises:
            Conflict: as of `patch`.
        """
        scope.require_organisation(org_id)
        found = self.get(org_id, connection_id, scope=scope)
        own = bool(scope.organisation)
        also = self._ways_in.require_other_connection_than(org_id, found.id, scope=scope, user_id=by.id) if own else ()
        self._service.delete(connection_id, scope=scope, by=by, expected=expected, org_id=org_id, also=also)

    def _require_there(self, org_id: str) -> None:
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")

    def _require_power(self, by: Actor) -> None:
        """Check that the deployment offers connections, and that the caller has every right of an organisation's admin.

        Who decides what the upstream says could sign in as another admin of the organisation.
        """
        if not self.offered:
            raise Conflict("connection.not_offered")
        if missing := ORGANISATION_SCOPES - by.held:
            raise Forbidden("connection.rights_not_held", scopes=" ".join(sorted(missing)))

    def _require_room(self, org_id: str, scope: Scope) -> None:
        """Count a change by an organisation's admin. One call; none for the deployment's.

        Raises:
            Throttled: there were as many in this hour as there may be.
        """
        if not scope.organisation:
            return
        now = self._clock()
        name = f"{_KIND} {org_id} {now // _HOUR}".encode()
        digest = hmac.digest(self._keyring.derive("throttle"), name, "sha256").hex()
        if self._db.transact(self._throttles.fail_part(_KIND, digest, now, most=HOURLY)) is not None:
            raise Throttled(_HOUR - now % _HOUR)


def _require_members(given: Mapping[str, Any], also: frozenset[str] = frozenset()) -> None:
    if foreign := sorted(set(given) - MEMBERS - also):
        raise Invalid("member.unknown", field=foreign[0] if foreign[0].isidentifier() else "")
