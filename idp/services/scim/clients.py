"""SCIM clients, as admins manage them. A token is shown once; only the digest of its secret is stored (threats P-09)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access import roles
from idp.domain.connections.public_mail import is_public
from idp.domain.errors import Conflict, Invalid, NotFound, PreconditionFailed
from idp.domain.readable_text import is_readable
from idp.domain.scim.client import ID, MOST_TOKENS, RIGHTS, ScimClient, ScimToken
from idp.services.apps.client_secrets import digest, new_secret

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.connections import Connections
    from idp.store.roles import Roles
    from idp.store.scim.clients import ScimClients

LIFETIME, LONGEST, OVERLAP = 180 * 86400, 366 * 86400, 7 * 86400
"""Seconds: of a token by default and at most, and for which the earlier token stays valid after a rotation."""
MOST_CLIENTS, MOST_LIST, LONGEST_NAME = 100, 50, 100
MEMBERS = frozenset(
    {"name", "users", "groups", "enabled", "domains", "connection_id", "reject_unknown", "sets_passwords", "fills_groups"}
)  # fmt: skip
"""The members that admins set."""
OF_ORGANISATION = frozenset({"name", "users", "groups", "enabled", "reject_unknown"})
"""Those that admins of an organisation set. It fills no groups here, sets no passwords, and its domains are those that it has proven."""
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)
Versions = Collection[int] | None


class ScimClientService:
    """Manages SCIM clients. Its methods raise Invalid, Conflict, NotFound or PreconditionFailed; then nothing was written.

    `org_id`: the organisation whose SCIM clients are meant, by their own ids; empty for those of the deployment. What its admins may is
    decided by `idp.services.scim.organisation_clients`.
    """

    def __init__(self, clients: ScimClients, connections: Connections, groups: Roles, audit: Audit, clock: Clock, new_id: NewId) -> None:
        self._clients, self._connections, self._groups = clients, connections, groups
        self._audit, self._clock, self._new_id = audit, clock, new_id

    def listing(self, *, scope: Scope, org_id: str = "") -> list[ScimClient]:
        """Return all SCIM clients of the deployment, or of the organisation, by id."""
        _require(scope, org_id)
        return self._clients.of_organisation(org_id) if org_id else self._clients.all()

    def get(self, client_id: str, *, scope: Scope, org_id: str = "") -> ScimClient:
        """Return one SCIM client, by a strongly consistent read."""
        _require(scope, org_id)
        found = self._clients.get(_whole_id(client_id, org_id)) if ID.fullmatch(client_id) else None
        if found is None:
            raise NotFound("scim_client.unknown")
        return found

    def create(
        self, client_id: str, members: Mapping[str, Any], *, lifetime: int = LIFETIME, scope: Scope, by: Actor, org_id: str = "",
        most: int = MOST_CLIENTS,
    ) -> tuple[ScimClient, str]:  # fmt: skip
        """Make a SCIM client. Return it and its first token, which is shown once. `lifetime`: of the token, in seconds.

        `most`: the greatest number of them. It may be exceeded by requests at the same time.
        """
        _require(scope, org_id)
        if not ID.fullmatch(client_id):
            raise Invalid("scim_client.id_malformed", field="id")
        if len(self.listing(scope=scope, org_id=org_id)) >= most:
            raise Invalid("scim_client.too_many", maximum=most)
        now, id_ = self._clock(), _whole_id(client_id, org_id)
        token, value = self._new_token(id_, lifetime, now)
        made = self._changed(ScimClient(id=id_, name="", created_at=now), members, now)
        made = replace(made, tokens=(token,))
        if not self._clients.create(made):
            raise Conflict("scim_client.exists")
        self._audit.act("scim_client.created", by, target=made.id, scope=scope, org_id=org_id)
        return made, value

    def patch(
        self, client_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None, org_id: str = ""
    ) -> ScimClient:  # fmt: skip
        """Change members. None sets the default."""
        before = self._expected(client_id, scope, expected, org_id)
        after = self._changed(before, changes, self._clock())
        names = [f.name for f in fields(ScimClient) if f.name in MEMBERS and getattr(before, f.name) != getattr(after, f.name)]
        return self._replace(after, "scim_client.updated", scope=scope, by=by, changed=" ".join(names))

    def rotate_token(
        self, client_id: str, *, lifetime: int = LIFETIME, overlap: int = OVERLAP, scope: Scope, by: Actor, expected: Versions = None,
        org_id: str = "",
    ) -> tuple[ScimClient, str]:  # fmt: skip
        """Make a new token. The newest one stays valid for at most `overlap` seconds more; older ones end at once."""
        before, now = self._expected(client_id, scope, expected, org_id), self._clock()
        if not 0 <= overlap <= LONGEST:
            raise Invalid("value.out_of_range", maximum=LONGEST, field="overlap")
        token, value = self._new_token(before.id, lifetime, now)
        live = sorted((each for each in before.tokens if each.is_live(now)), key=lambda each: each.created_at)[1 - MOST_TOKENS :]
        kept = [each._replace(expires_at=min(each.expires_at, now + overlap)) for each in live] if overlap else []
        after = self._replace(
            replace(before, tokens=(*kept, token), updated_at=now), "scim_client.token_rotated", scope=scope, by=by, token=token.id
        )  # fmt: skip
        return after, value

    def delete(self, client_id: str, *, scope: Scope, by: Actor, expected: Versions = None, org_id: str = "") -> None:
        """Remove a SCIM client: its tokens end at once. The people stay, and a client that is made with this id later finds them."""
        found = self._expected(client_id, scope, expected, org_id)
        if not self._clients.delete(found):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("scim_client.deleted", by, target=found.id, scope=scope, org_id=org_id)

    def _expected(self, client_id: str, scope: Scope, expected: Versions, org_id: str) -> ScimClient:
        found = self.get(client_id, scope=scope, org_id=org_id)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        return found

    def _replace(self, after: ScimClient, event: str, *, scope: Scope, by: Actor, **details: str) -> ScimClient:
        written = self._clients.replace(after)
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act(event, by, target=after.id, scope=scope, org_id=after.org_id, **details)
        return written

    def _new_token(self, client_id: str, lifetime: int, now: int) -> tuple[ScimToken, str]:
        if not 0 < lifetime <= LONGEST:
            raise Invalid("value.out_of_range", maximum=LONGEST, field="expires_in")
        id_, secret = self._new_id(), new_secret()
        return ScimToken(id_, digest(secret), now, now + lifetime), f"{client_id}.{id_}.{secret}"

    def _changed(self, it: ScimClient, changes: Mapping[str, Any], now: int) -> ScimClient:
        defaults = ScimClient(id=it.id, name="")
        wanted: dict[str, Any] = {}
        for name, value in changes.items():
            if name not in (OF_ORGANISATION if it.org_id else MEMBERS):
                raise Invalid("member.unknown", field=name if name.isidentifier() else "")
            wanted[name] = getattr(defaults, name) if value is None else tuple(value) if isinstance(value, list) else value
        made = replace(it, **wanted, updated_at=now)
        self._check(made)
        return made

    def _check(self, it: ScimClient) -> None:
        if not 0 < len(it.name) <= LONGEST_NAME or not is_readable(it.name):
            raise Invalid("scim_client.name_malformed", longest=LONGEST_NAME, field="name")
        for name in ("users", "groups"):
            if getattr(it, name) not in RIGHTS:
                raise Invalid("value.not_one_of", values=", ".join(RIGHTS), field=name)
        if len(it.domains) > MOST_LIST or not all(isinstance(each, str) and _DOMAIN.fullmatch(each) for each in it.domains):
            raise Invalid("scim_client.domains_malformed", maximum=MOST_LIST, field="domains")
        if public := next(filter(is_public, it.domains), ""):
            raise Invalid("scim_client.domain_public", domain=public, field="domains")
        if len(it.fills_groups) > MOST_LIST or not all(roles.is_name(each) for each in it.fills_groups):
            raise Invalid("scim_client.groups_malformed", maximum=MOST_LIST, field="fills_groups")
        if missing := set(it.fills_groups) - set(self._groups.model().groups if it.fills_groups else ()):
            raise Invalid("scim_client.group_unknown", name=min(missing), field="fills_groups")
        if it.connection_id and not self._connections.get(it.connection_id):
            raise Invalid("scim_client.connection_unknown", field="connection_id")


def _require(scope: Scope, org_id: str) -> None:
    """Refuse a caller who acts for another organisation, or for one where SCIM clients of the deployment are meant."""
    if org_id:
        scope.require_organisation(org_id)
    else:
        scope.require_deployment()


def _whole_id(client_id: str, org_id: str) -> str:
    return f"{org_id}.{client_id}" if org_id else client_id
