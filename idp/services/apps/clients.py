"""Clients, as admins and the command line manage them. Each change is one conditional write, is audited and takes effect at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from idp.domain.apps.client import Client, ClientSecret
from idp.domain.errors import Conflict, Invalid, NotFound, PreconditionFailed
from idp.domain.search_text import search
from idp.services.access import assignments
from idp.services.apps import client_metadata, sector_identifiers
from idp.services.apps.client_rules import ids
from idp.services.apps.client_rules.authentication import BY_DEFAULT, keeps_secret
from idp.services.apps.client_rules.change_rights import require_rights
from idp.services.apps.client_secrets import digest, keep_secrets, new_secret
from idp.services.audit.recorder import SYSTEM, Actor
from idp.store.look_through import Found

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.access.roles import Role
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Audit
    from idp.services.organisations.client_organisations import ClientOrganisations
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.database import Raw
    from idp.store.roles import Roles

ID_PREFIX = "app_"
LONGEST_OVERLAP = 30 * 86400
_SECRET = re.compile(r"[!-~]{32,512}", re.ASCII)
_TRIES = 5
_METHODS = frozenset({"token_endpoint_auth_method", "auth_methods"})

Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class ClientService:
    """Manages clients. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, settings: Settings, clients: Clients, audit: Audit, clock: Clock, new_id: NewId, outgoing: Callable[[], Fetcher],
        roles: Roles, organisations: Callable[[], ClientOrganisations], new_secret: Callable[[], str] = new_secret,
    ) -> None:  # fmt: skip
        """`outgoing` is called when the first sector identifier document is fetched, `organisations` for a client that belongs to one."""
        self._settings, self._clients, self._audit, self._clock = settings, clients, audit, clock
        self._new_id, self._outgoing, self._roles, self._new_secret = new_id, outgoing, roles, new_secret
        self._organisations = organisations

    def create(
        self, metadata: Mapping[str, Any], *, scope: Scope, by: Actor = SYSTEM, secret: str | None = None
    ) -> tuple[Client, str | None]:
        """Create a client from metadata with RFC 7591's names. Return it and its new secret, or None. It may contain a `client_id`.

        `secret`: one that the app has from elsewhere, and keeps. It must be random, because only its SHA-256 is stored.
        """
        scope.require_deployment()
        client = self.preview(metadata, scope=scope)
        require_rights(client, client, by, self._settings)
        made = None
        if keeps_secret(client):
            made = None if secret else self._new_secret()
            client = replace(client, secrets=(ClientSecret(digest(secret or made or ""), client.created_at),))
        if not self._clients.create(client):
            raise Conflict("client.id_taken")
        details = _describe_roles(None, client)
        self._audit.act("client.created", by, client_id=client.id, target=client.id, org_id=client.org_id, scope=scope, **details)
        return client, made

    def preview(self, metadata: Mapping[str, Any], *, scope: Scope) -> Client:
        """Return the client that `create` would make, without a secret. Nothing is written."""
        scope.require_deployment()
        members = dict(metadata)
        chosen = members.pop("client_id", None)
        client_id = ID_PREFIX + self._new_id() if chosen is None else ids.checked(chosen)
        now = self._clock()
        base = Client(id=client_id, incarnation=self._new_id(), created_at=now, updated_at=now)
        if not _METHODS & members.keys():
            base = replace(base, auth_methods=BY_DEFAULT)
        client = self._apply(base, members)
        self._check_outside(None, client)
        return client

    def get(self, client_id: str, *, scope: Scope) -> Client:
        """Return the client, by a strongly consistent read."""
        scope.require_deployment()
        client = self._clients.get(client_id)
        if client is None:
            raise NotFound("client.unknown")
        return client

    def search(self, id_prefix: str = "", *, scope: Scope, text: str = "", limit: int, start: Raw | None = None) -> Found[Client]:
        """Return the next `limit` clients by id. The list may be a moment old.

        `id_prefix`: the beginning of the id. `text`: words that each occur in the id or in the name. They are checked by reading one client
        after the other, so a call ends after `look_through.MOST` clients, even without a match.
        """
        scope.require_deployment()
        wanted = search(text)
        if wanted.words:
            return self._clients.search(lambda c: wanted.fits(c.id, c.name), prefix=id_prefix, limit=limit, start=start)
        clients, more = self._clients.listing(prefix=id_prefix, limit=limit, start=start)
        return Found(clients, more, len(clients))

    def patch(self, client_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> Client:
        """Change metadata by an RFC 7396 patch. A client that no longer authenticates with a secret loses its secrets.

        A client that registered itself cannot change a member that an admin has changed.
        """
        scope.require_deployment()

        def edit(client: Client) -> Client:
            changed = self._apply(client, changes)
            self._check_outside(client, changed)
            if changed != client and client.registered_by:
                kept = {f.name for f in fields(Client) if getattr(client, f.name) != getattr(changed, f.name)} | set(client.kept_by_admin)
                changed = replace(changed, kept_by_admin=tuple(sorted(kept)), provisional_until=None)
            # Its grants and tokens end permanently, even if it is enabled again, or comes back to its organisation.
            if (changed.disabled and not client.disabled) or changed.org_id != client.org_id:
                changed = replace(changed, security_stamp=client.security_stamp + 1)
            return replace(changed, secrets=changed.secrets if keeps_secret(changed) else ())

        before, after = self._change(client_id, edit, by, scope, expected)
        if after.version != before.version:
            changed = [
                f.name
                for f in fields(Client)
                if f.name not in {"version", "updated_at", "security_stamp"} and getattr(before, f.name) != getattr(after, f.name)
            ]
            details = {"changed": " ".join(changed), **_describe_roles(before, after)}
            self._audit.act(
                "client.updated", by, client_id=client_id, target=client_id, org_id=after.org_id or before.org_id, scope=scope, **details
            )  # fmt: skip
        return after

    def rotate_secret(
        self, client_id: str, overlap_seconds: int = 0, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None, secret: str = ""
    ) -> tuple[Client, str]:
        """Make a new secret. The newest old one stays valid for `overlap_seconds`. A client has at most two valid secrets.

        `secret`: one that was made elsewhere, as of `create`. It has at least 32 characters.
        """
        scope.require_deployment()
        if not 0 <= overlap_seconds <= LONGEST_OVERLAP:
            raise Invalid("client.overlap_out_of_range", maximum=LONGEST_OVERLAP, field="overlap_seconds")
        if secret and not _SECRET.fullmatch(secret):
            raise Invalid("client.secret_malformed", minimum=32, field="secret")
        now, secret = self._clock(), secret or self._new_secret()

        def edit(client: Client) -> Client:
            if not keeps_secret(client):
                raise Conflict("client.has_no_secret")
            return replace(client, secrets=(*keep_secrets(client, now, overlap_seconds), ClientSecret(digest(secret), now)))

        _, after = self._change(client_id, edit, by, scope, expected)
        self._audit.act(
            "client.secret_rotated",
            by,
            client_id=client_id,
            target=client_id,
            org_id=after.org_id,
            scope=scope,
            overlap_seconds=str(overlap_seconds),
        )
        return after, secret

    def end_old_secrets(self, client_id: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> Client:
        """End all secrets but the newest, which were still valid after a rotation. Nothing changes if there are none."""
        scope.require_deployment()
        before, after = self._change(client_id, lambda client: replace(client, secrets=client.secrets[-1:]), by, scope, expected)
        if after.version != before.version:
            self._audit.act("client.updated", by, client_id=client_id, target=client_id, scope=scope, changed="secrets")
        return after

    def check_rights(self, client: Client, *, scope: Scope, by: Actor) -> None:
        """Return if the caller may change this client. Nothing is read or written.

        Raises:
            Forbidden: the caller lacks a scope for something that the client may do.
        """
        scope.require_deployment()
        require_rights(client, client, by, self._settings)

    def begin_trial(self, client_id: str, seconds: int, *, scope: Scope, by: Actor) -> tuple[Client, str | None]:
        """Let the caller act as the client for one token request. Return the client and, unless it has none, a secret for `seconds`.

        The secret is added to those of the client, which stay valid. `end_trial` removes it; otherwise it expires. A caller that may change
        the client may do this: `rotate_secret` gives the same power for longer.
        """
        scope.require_deployment()
        now, secret = self._clock(), self._new_secret()

        def edit(client: Client) -> Client:
            if not keeps_secret(client):
                return client
            live = [one for one in client.secrets if one.expires_at is None or one.expires_at > now]
            return replace(client, secrets=(ClientSecret(digest(secret), now, now + seconds), *live))  # first: the last is the newest

        before, after = self._change(client_id, edit, by, scope, None)
        self._audit.act("client.tried", by, client_id=client_id, target=client_id, scope=scope)
        return after, secret if after.version != before.version else None

    def end_trial(self, client_id: str, secret: str, *, scope: Scope, by: Actor) -> None:
        """Remove the secret of `begin_trial`. Nothing happens if the client does not have it."""
        scope.require_deployment()
        taken = digest(secret)

        def edit(client: Client) -> Client:
            return replace(client, secrets=tuple(one for one in client.secrets if one.digest != taken))

        self._change(client_id, edit, by, scope, None)

    def delete(self, client_id: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> None:
        """Delete the client. First it is disabled by one conditional write, so that its codes and tokens are refused at once."""
        scope.require_deployment()
        _, gone = self._change(client_id, lambda client: replace(client, disabled=True), by, scope, expected)
        self._clients.delete(client_id)
        self._audit.act("client.deleted", by, client_id=client_id, target=client_id, org_id=gone.org_id, scope=scope)

    def _change(
        self, client_id: str, edit: Callable[[Client], Client], by: Actor, scope: Scope, expected: Versions
    ) -> tuple[Client, Client]:
        """Read, edit and write the client if no other request changed it meanwhile. Without `expected`, try again if one did."""
        for _ in range(_TRIES):
            client = self.get(client_id, scope=scope)
            if expected is not None and client.version not in expected:
                raise PreconditionFailed("client.changed")
            wanted = edit(client)
            require_rights(client, wanted, by, self._settings)
            if wanted == client:
                return client, client
            written = self._clients.replace(replace(wanted, updated_at=self._clock()))
            if written is not None:
                return client, written
        raise Conflict("client.busy")

    def _apply(self, client: Client, changes: Mapping[str, Any]) -> Client:
        """Return the client with these metadata members and `roles` (names)."""
        members = {name: value for name, value in changes.items() if name != "roles"}
        changed = client_metadata.apply(client, members, self._settings)
        if "roles" not in changes:
            return changed
        there = self._known_roles(changed.org_id) if changes["roles"] else {}
        return replace(changed, roles=assignments.resolve_names(changes["roles"], there, "roles") or None)

    def _known_roles(self, org_id: str) -> Mapping[str, Role]:
        """Return the roles that a client can have: those of its organisation, or of the deployment."""
        return self._organisations().roles(org_id) if org_id else self._roles.model().roles

    def _check_outside(self, before: Client | None, after: Client) -> None:
        """Check what the client refers to: its organisation, and its sector identifier document."""
        if after.org_id:
            self._organisations().check(before, after)
        if sector_identifiers.needs_check(before, after):
            sector_identifiers.check(after, self._outgoing())


def _describe_roles(before: Client | None, after: Client) -> dict[str, str]:
    """Return the roles that the client got and lost, for the audit event."""
    return assignments.describe_difference((before.roles if before else None) or {}, after.roles or {}, "roles")
