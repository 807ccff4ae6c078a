"""Clients that register themselves (RFC 7591) and manage their registration (RFC 7592): what they may have, and how many there may be.

Registration without a token is limited per hour, for a network and in total. A client that no person signs in with is deleted after a day.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.access.own_scopes import BY_ADMINS
from idp.domain.apps.client import Client, ClientSecret
from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.errors import Conflict, Invalid
from idp.domain.requests.scope import keep
from idp.services.apps import client_metadata, client_rules, sector_identifiers
from idp.services.apps.client_rules.authentication import BY_DEFAULT, keeps_secret
from idp.services.apps.client_secrets import digest, new_secret

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.settings import Settings
    from idp.store.clients import Clients

ID_PREFIX = "dyn_"
DYNAMIC = "dynamic"
PROVISIONAL = 86400
"""Seconds for which a client that registered without a token is stored unless a person signs in with it."""
BY_ANYBODY = ("authorization_code", "refresh_token", DEVICE_CODE)
"""Grants in which a person decides. Other grants need an initial access token of an admin."""
_TRIES = 5
_SWEPT = 5
CARRIED = (
    "resources", "introspects", "token_exchange_audiences", "token_exchange_scopes", "may_impersonate", "id_jag_audiences",
    "roles", "claim_mappings",
    "id_token_claims", "require_pkce", "first_party", "require_mfa", "sign_up", "mail_code", "connections_only", "branding",
    "organization", "org_id", "copies",
    "disabled", "profile",
    "access_token_signed_response_alg",
    "incarnation", "security_stamp",
    "secrets", "registered_by", "registration_token_digest", "registrable_scopes", "kept_by_admin", "provisional_until", "created_at",
    "version", "copies", "software_statement",
)  # fmt: skip
"""Attributes that a client cannot change itself, unless the settings allow it (threats J-02)."""


@dataclass(frozen=True, slots=True)
class Permission:
    """The scopes and resources that a client may register for. `by`: the id of the initial access token, or "" without one."""

    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The client, its new secret or None, and its registration access token."""

    client: Client
    secret: str | None
    access_token: str


class Registration:
    """Registers and changes clients. Its methods raise Invalid or Conflict; then nothing was written."""

    def __init__(
        self, settings: Settings, clients: Clients, audit: Audit, clock: Clock, new_id: NewId, outgoing: Callable[[], Fetcher]
    ) -> None:
        self._settings, self._clients, self._audit, self._clock = settings, clients, audit, clock
        self._new_id, self._outgoing = new_id, outgoing

    def prepare(self, members: Mapping[str, Any], permission: Permission, statement: str | None, *, scope: Scope) -> Client:
        """Return the client that these members describe, with a new id. Nothing is written."""
        scope.require_deployment()
        now = self._clock()
        scopes = tuple(scope for scope in permission.scopes if scope not in admin_scopes.ALL)
        base = Client(
            id=ID_PREFIX + self._new_id(), incarnation=self._new_id(), registered_by=DYNAMIC,
            created_at=now, updated_at=now, registrable_scopes=scopes, scopes=scopes,
            resources=tuple(uri for uri in permission.resources if uri != self._settings.admin_resource), software_statement=statement,
            require_pkce=self._settings.registration_require_pkce == "on",
            provisional_until=None if permission.by else now + PROVISIONAL,
        )  # fmt: skip
        client = self._apply(base, members)
        if not permission.by and not set(client.grant_types) <= set(BY_ANYBODY):
            raise Invalid("registration.grant_types", values=", ".join(BY_ANYBODY), field="grant_types")
        if sector_identifiers.needs_check(None, client):
            sector_identifiers.check(client, self._outgoing())
        return client

    def create(self, client: Client, permission: Permission, origin: Origin, *, scope: Scope) -> Registered:
        """Write the client, with a secret if it authenticates with one, and a registration access token (RFC 7592 §3)."""
        scope.require_deployment()
        token = new_secret()
        client, secret = self._with_secret(replace(client, registration_token_digest=digest(token)))
        if not self._clients.create(client):
            raise Conflict("service.try_again")
        self._audit.record("client.registered", origin=origin, actor=permission.by, target=client.id, client_id=client.id)
        if not permission.by:
            for unused in self._clients.provisional(before=self._clock(), limit=_SWEPT):
                self._clients.delete_unchanged(unused)
        return Registered(client, secret, token)

    def find_own(self, client_id: str, token: str, *, scope: Scope) -> Client | None:
        """Return the client if this is its registration access token, else None. Another client's token is refused (threats E-08)."""
        scope.require_deployment()
        client = self._clients.get(client_id)
        known = client.registration_token_digest if client and client.registered_by == DYNAMIC and not client.disabled else None
        # They are always compared, so that the time does not show which clients exist.
        proved = hmac.compare_digest(digest(token), known or "0" * 64)
        return client if proved and known else None

    def replace(
        self, client: Client, token: str, members: Mapping[str, Any], statement: str | None, origin: Origin, *, scope: Scope
    ) -> Registered:
        """Replace all members. An absent member is removed (RFC 7592 §2.2), except those that only admins set."""
        scope.require_deployment()
        for _ in range(_TRIES):
            registrable = client_metadata.registrable(self._settings)
            carried = {name: getattr(client, name) for name in CARRIED if name not in registrable}
            carried |= {"software_statement": statement, "auth_methods": client.auth_methods}
            base = Client(id=client.id, scopes=client.registrable_scopes, **carried)
            wanted = self._apply(base, members)
            wanted = replace(wanted, **{name: getattr(client, name) for name in client.kept_by_admin})
            client_rules.check(wanted, None, self._settings)
            # This holds even if no person has signed in with the client, because its owner can do that.
            if not set(wanted.grant_types) <= {*BY_ANYBODY, *client.grant_types}:
                raise Invalid("registration.grant_types_added", values=", ".join(BY_ANYBODY), field="grant_types")
            if sector_identifiers.needs_check(client, wanted):
                sector_identifiers.check(wanted, self._outgoing())
            wanted, secret = self._with_secret(replace(wanted, updated_at=self._clock()))
            written = self._clients.replace(wanted)
            if written is not None:
                self._audit.record("client.replaced", origin=origin, actor=client.id, target=client.id, client_id=client.id)
                return Registered(written, secret, token)
            again = self.find_own(client.id, token, scope=scope)
            if again is None:
                break
            client = again
        raise Conflict("client.busy")

    def delete(self, client: Client, origin: Origin, *, scope: Scope) -> None:
        """Delete the client (RFC 7592 §2.3). Its codes and tokens are refused from now on, because each use reads the client."""
        scope.require_deployment()
        self._clients.delete(client.id)
        self._audit.record("client.deleted", origin=origin, actor=client.id, target=client.id, client_id=client.id)

    def keep(self, client: Client, *, scope: Scope) -> None:
        """Keep the client, because a person signed in with it. This is one write at the first sign-in. If it fails, the next sign-in
        repeats it.
        """
        scope.require_deployment()
        self._clients.replace(replace(client, provisional_until=None))

    def _apply(self, base: Client, members: Mapping[str, Any]) -> Client:
        """RFC 7591 §2: "The authorization server MUST ignore any client metadata sent by the client that it does not understand"."""
        registrable = client_metadata.registrable(self._settings)
        # Some clients send all members that they know. null and an empty text count as absent (for null: RFC 7592 §2.2).
        asked = {name: value for name, value in members.items() if name in registrable and value not in (None, "")}
        # §2: "If omitted, the default behavior is that the client will use only the "authorization_code" Grant Type."
        asked.setdefault("grant_types", ["authorization_code"])
        if "token_endpoint_auth_method" not in asked:
            base = replace(base, auth_methods=BY_DEFAULT)
        if asked.get("token_endpoint_auth_method") == "none":
            base = replace(base, require_pkce=True)
        client = client_metadata.apply(base, asked, self._settings)
        may = base.registrable_scopes
        if forbidden := [scope for scope in client.scopes if scope in BY_ADMINS and scope not in may]:
            raise Invalid("registration.scope_refused", scopes=" ".join(forbidden), field="scope")
        # RFC 7591 §3.2.1: the server "MAY reject or replace any of the client's requested metadata values", and its answer says what is
        # registered. What the client cannot have is left out; where nothing is left it is as if it had named no scope.
        return replace(client, scopes=keep(client.scopes, may) or may)

    def _with_secret(self, client: Client) -> tuple[Client, str | None]:
        if not keeps_secret(client):
            return replace(client, secrets=()), None
        if client.secrets:
            return client, None
        secret = new_secret()
        return replace(client, secrets=(ClientSecret(digest(secret), self._clock()),)), secret
