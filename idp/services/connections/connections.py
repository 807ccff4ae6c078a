"""Connections, as admins manage them. A secret is stored encrypted and never read back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from idp.domain.connections import connection as domain
from idp.domain.connections.connection import Connection
from idp.domain.connections.ids import whole_id
from idp.domain.connections.of_organisation import bounded
from idp.domain.connections.presets import PRESETS, members_of
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.services.connections import saml_members
from idp.services.connections.discovery import discovered
from idp.services.connections.given_members import require_given, with_changes
from idp.services.connections.power_over_people import has_every_scope, require_power_over_people
from idp.services.connections.stored_secret import is_sent_elsewhere, with_secret
from idp.services.connections.validation import check, is_id
from idp.services.upstream.saml import own_keys
from idp.store.connections import MOST, DomainTakenError, TooManyError, UsedBeforeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher
    from idp.adapters.saml_function import Judge
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.connections import Connections
    from idp.store.database import Raw

FIXED = frozenset({"id", "type", "preset", "version", "created_at", "updated_at", "token_incarnations", "copies"})
"""Members that are never changed by an admin after the creation."""

Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class ConnectionService:
    """Manages connections. Its methods raise Invalid, Conflict, Forbidden, NotFound or PreconditionFailed; then nothing was written.

    `org_id`: the organisation whose connections are meant, by their own ids; empty for those of the deployment. What its admins may is
    decided by `idp.services.connections.organisation_connections`.
    """

    def __init__(
        self, settings: Settings, connections: Connections, clients: Clients, keyring: Keyring, fetcher: Fetcher, audit: Audit,
        clock: Clock, judge: Judge,
    ) -> None:  # fmt: skip
        """`judge`: of SAML metadata."""
        self._settings, self._connections, self._clients, self._keyring = settings, connections, clients, keyring
        self._fetcher, self._audit, self._clock, self._judge = fetcher, audit, clock, judge

    def listing(self, *, scope: Scope, org_id: str = "") -> list[Connection]:
        """Return all connections of the deployment, or of the organisation, by id."""
        _require(scope, org_id)
        return self._connections.of_organisation(org_id) if org_id else self._connections.all()

    def get(self, connection_id: str, *, scope: Scope, org_id: str = "") -> Connection:
        """Return one connection, by a strongly consistent read."""
        _require(scope, org_id)
        found = self._connections.get(whole_id(connection_id, org_id)) if is_id(connection_id) else None
        if found is None:
            raise NotFound("connection.unknown")
        return found

    def must_be_free(self, connection_id: str, *, scope: Scope, org_id: str = "") -> None:
        """Check the id of a new connection. Raises Invalid if it is malformed, and Conflict if a connection has it."""
        _require(scope, org_id)
        if not is_id(connection_id):
            raise Invalid("connection.id_malformed", field="id")
        if self._connections.get(whole_id(connection_id, org_id)) is not None:
            raise Conflict("connection.exists")

    def create(self, connection_id: str, given: Mapping[str, Any], *, scope: Scope, by: Actor, org_id: str = "") -> Connection:
        """Make a connection from a preset. `given`: its members by name, with `preset`, and `secret` in plain.

        The endpoints of an OpenID Connect upstream are read from its metadata, if they are not given.
        """
        _require(scope, org_id)
        preset = PRESETS.get(given.get("preset", ""))
        if preset is None:
            raise Invalid("value.not_one_of", values=", ".join(PRESETS), field="preset")
        if not is_id(connection_id):
            raise Invalid("connection.id_malformed", field="id")
        saml = preset.type == domain.SAML
        given = saml_members.filled(given, self._judge, self._fetcher, self._clock()) if saml else saml_members.without(given)
        require_given(preset, given)
        members, now = members_of(preset, given), self._clock()
        plain = members.pop("secret", "")
        made = replace(Connection(id=whole_id(connection_id, org_id), type=preset.type), **members, created_at=now, updated_at=now)
        made = bounded(made) if org_id else made
        if made.type == domain.SAML:
            if plain:
                raise Invalid("connection.secret_unused", field="secret")
            made = own_keys.make(self._keyring, made, self._settings.issuer, now)
            made = replace(made, client_id=made.client_id or made.place(self._settings.issuer))
        else:
            made = with_secret(self._keyring, made, plain)
        if made.type == domain.OIDC and not (made.authorization_endpoint and made.token_endpoint and made.jwks_uri):
            made = self._discovered(made, given)
        write = self._creation(made, by)
        self._check(made)
        made = self._with_incarnations(made)
        if self._store(made, write) is None:
            raise Conflict("connection.exists")
        self._audit.act("connection.created", by, target=made.id, issuer=made.issuer, scope=scope, org_id=org_id)
        return made

    def patch(
        self, connection_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None, org_id: str = "",
        guard: Callable[[Connection, Connection], Sequence[Raw]] | None = None,
    ) -> Connection:  # fmt: skip
        """Change members. None sets the default of the preset. With another issuer or other tenants the metadata is read again.

        `guard`: gets a connection of an organisation as it was and as it will be. It refuses that, or returns parts of the transaction.

        A stored secret goes to no other host than before: a change of the token endpoint's host needs the secret again.
        """
        before = self._expected(connection_id, scope, expected, org_id)
        if before.type == domain.SAML:
            if "secret" in changes:
                raise Invalid("connection.secret_unused", field="secret")
            changes = saml_members.filled(changes, self._judge, self._fetcher, self._clock())
        else:
            changes = saml_members.without(changes)
        after = with_changes(before, changes)
        plain = changes.get("secret")
        if "secret" in changes:
            after = with_secret(self._keyring, after, plain or "")
        if after.type == domain.OIDC and after.issuer != before.issuer:
            after = self._discovered(after, changes)
        if not plain and after.secret and is_sent_elsewhere(before, after):
            raise Invalid("connection.needed", field="secret")
        if "token_apps" in changes:
            after = self._with_incarnations(after)
        if org_id:
            after = bounded(after)
        else:
            require_power_over_people(before, after, by)
        also = guard(before, after) if guard else ()
        return self._replace(before, after, "connection.updated", scope=scope, by=by, also=also)

    def discover(self, connection_id: str, *, scope: Scope, by: Actor, expected: Versions = None, org_id: str = "") -> Connection:
        """Read the metadata of the upstream again, and store its endpoints."""
        before = self._expected(connection_id, scope, expected, org_id)
        if before.type == domain.SAML and before.metadata_url:
            told = saml_members.fetched(before.metadata_url, self._fetcher, self._judge, self._clock())
            if told["issuer"] != before.issuer:
                raise Invalid("connection.metadata_other_issuer", field="metadata_url")
            after = replace(before, **told)
        elif before.type == domain.OIDC:
            after = self._discovered(before, {"signing_alg": before.signing_alg})
        else:
            raise Invalid("connection.no_metadata")
        return self._replace(before, after, "connection.discovered", scope=scope, by=by)

    def rotate_certificate(
        self, connection_id: str, *, activate: bool, scope: Scope, by: Actor, expected: Versions = None, org_id: str = ""
    ) -> Connection:  # fmt: skip
        """Make the next keys of a SAML connection and publish their certificates; or with `activate`, use these keys from now on.

        Raises:
            Invalid: the connection is not of SAML.
            Conflict: no next keys were made.
        """
        before = self._expected(connection_id, scope, expected, org_id)
        if before.type != domain.SAML:
            raise Invalid("connection.only_saml")
        if activate:
            after = own_keys.activate(self._keyring, before)
        else:
            after = own_keys.prepare(self._keyring, before, self._settings.issuer, self._clock())
        return self._replace(before, after, "connection.updated", scope=scope, by=by)

    def delete(
        self, connection_id: str, *, scope: Scope, by: Actor, expected: Versions = None, org_id: str = "", also: Sequence[Raw] = ()
    ) -> None:  # fmt: skip
        """Remove a connection. Its links stay stored, but sign no person in unless a connection of this id is made again.

        `also`: parts of the transaction that removes a connection of an organisation.
        """
        found = self._expected(connection_id, scope, expected, org_id)
        if not self._connections.delete(found, also=also):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("connection.deleted", by, target=found.id, issuer=found.issuer, scope=scope, org_id=org_id)

    def _creation(self, made: Connection, by: Actor) -> Callable[[Connection], Connection | None]:
        """Return what writes a new connection, if the caller may make it."""
        if made.org_id:
            return self._connections.create_in_organisation
        require_power_over_people(None, made, by)
        return partial(self._connections.create, only_unused=not has_every_scope(by))

    def _with_incarnations(self, made: Connection) -> Connection:
        """Return the connection with the present incarnations of the apps that may have its tokens."""
        return replace(made, token_incarnations=self._clients.incarnations(made.token_apps) if made.token_apps else {})

    def _expected(self, connection_id: str, scope: Scope, expected: Versions, org_id: str) -> Connection:
        found = self.get(connection_id, scope=scope, org_id=org_id)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        return found

    def _replace(
        self, before: Connection, after: Connection, event: str, *, scope: Scope, by: Actor, also: Sequence[Raw] = ()
    ) -> Connection:  # fmt: skip
        self._check(after)
        written = self._store(replace(after, updated_at=self._clock()), partial(self._connections.replace, also=also))
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        names = (f.name for f in fields(Connection) if f.name not in FIXED and getattr(before, f.name) != getattr(after, f.name))
        self._audit.act(event, by, target=before.id, issuer=after.issuer, changed=" ".join(names), scope=scope, org_id=after.org_id)
        return written

    def _store(self, made: Connection, write: Callable[[Connection], Connection | None]) -> Connection | None:
        try:
            return write(made)
        except UsedBeforeError:
            raise Forbidden("connection.needs_every_scope") from None
        except DomainTakenError as taken:
            raise Invalid("connection.domain_taken", domain=taken.domain, field="domains") from taken
        except TooManyError:
            raise Invalid("connection.too_many", maximum=MOST) from None

    def _discovered(self, made: Connection, given: Mapping[str, Any]) -> Connection:
        """Return the connection with what the metadata says. Members that the admin gave stay, and are checked before it is fetched."""
        self._check(made, is_discovered=False)
        return discovered(made, given, self._fetcher, dev_hosts=self._dev_hosts)

    def _check(self, made: Connection, *, is_discovered: bool = True) -> None:
        s = self._settings
        check(made, own_issuer=s.issuer, dev_hosts=self._dev_hosts, function=s.migration_function, is_discovered=is_discovered)
        for field, apps in (("apps", made.apps), ("token_apps", made.token_apps)):
            missing = set(apps) - set(self._clients.incarnations(apps))
            if missing:
                raise Invalid("connection.app_unknown", app=min(missing), field=field)

    @property
    def _dev_hosts(self) -> frozenset[str]:
        return frozenset(self._settings.dev_fetch_hosts.split())


def _require(scope: Scope, org_id: str) -> None:
    """Refuse a caller who acts for another organisation, or for one where connections of the deployment are meant."""
    if org_id:
        scope.require_organisation(org_id)
    else:
        scope.require_deployment()
