"""The machine clients that an organisation makes for itself: they get tokens for it, and nothing that the deployment does not offer it.

Their ids begin with the organisation's, by which one index finds them. A client that the deployment gave to an organisation (`org_id`)
under another id is the deployment's to change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.services.apps.clients import ClientService
    from idp.services.audit.recorder import Actor
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.database import Raw
    from idp.store.organisations import Organisations

MOST = 50
"""The greatest number of them of one organisation. It may be exceeded by requests at the same time."""
MEMBERS = frozenset({"client_name", "scope", "resources", "roles", "disabled"})
"""The members that are written. All others are those of a machine client."""
_ROLES = frozenset({"roles:write"})
"""Roles of a client of an organisation are the organisation's own, which `organizations:write` gives."""
Versions = Collection[int] | None


class MachineClients:
    """Manages them. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, settings: Settings, service: ClientService, clients: Clients, organisations: Organisations, new_id: NewId
    ) -> None:  # fmt: skip
        """`service`: writes clients; its rules about the rights of the caller hold here, too."""
        self._settings, self._service, self._clients = settings, service, clients
        self._organisations, self._new_id = organisations, new_id

    def offered(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the OAuth scopes and the resources that organisations may give their clients. Without scopes they make none."""
        return tuple(self._settings.organization_client_scopes.split()), tuple(self._settings.organization_client_resources.split())

    def listing(self, org_id: str, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Client], Raw | None]:
        """Return one page by id, and the start of the next one. The list may be a moment old. Three calls."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        found, more = self._clients.listing(prefix=_prefix(org_id), limit=limit, start=start)
        return [each for each in found if each.org_id == org_id], more

    def get(self, org_id: str, client_id: str, *, scope: Scope) -> Client:
        """Return one, by a strongly consistent read.

        Raises:
            NotFound: there is none of this id in the organisation, whatever else has the id.
        """
        scope.require_organisation(org_id)
        found = self._clients.get(client_id) if client_id.startswith(_prefix(org_id)) else None
        if found is None or found.org_id != org_id:
            raise NotFound("client.unknown")
        return found

    def create(self, org_id: str, given: Mapping[str, Any], *, scope: Scope, by: Actor) -> tuple[Client, str]:
        """Make one, and return it with its secret, which is shown once. `given`: of MEMBERS; without `resources` all that are offered.

        Raises:
            Conflict: the deployment offers organisations no scopes for clients, or there are too many of them.
            Invalid: a member is malformed, or names what is not offered.
            Forbidden: the caller's token lacks a scope of the admin API that the client would get.
        """
        scope.require_organisation(org_id)
        self._require_there(org_id)
        _, resources = self.offered()
        members = self._checked({"resources": list(resources), **given})
        if len(self._clients.listing(prefix=_prefix(org_id), limit=MOST)[0]) >= MOST:
            raise Conflict("organisation.too_many_clients", maximum=MOST)
        whole = members | {
            "client_id": _prefix(org_id) + self._new_id(), "org_id": org_id, "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "client_secret_basic",
        }  # fmt: skip
        made, secret = self._service.create(whole, scope=DEPLOYMENT, by=_with_roles(by))
        return made, secret or ""

    def patch(
        self, org_id: str, client_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None
    ) -> Client:  # fmt: skip
        """Change one by an RFC 7396 patch of MEMBERS. Disabling it ends its tokens."""
        found = self.get(org_id, client_id, scope=scope)
        return self._service.patch(found.id, self._checked(changes), scope=DEPLOYMENT, by=_with_roles(by), expected=_same(found, expected))

    def rotate_secret(
        self, org_id: str, client_id: str, overlap: int = 0, *, scope: Scope, by: Actor, expected: Versions = None
    ) -> tuple[Client, str]:  # fmt: skip
        """Make a new secret, which is shown once. The old one stays valid for `overlap` seconds."""
        found = self.get(org_id, client_id, scope=scope)
        return self._service.rotate_secret(found.id, overlap, scope=DEPLOYMENT, by=_with_roles(by), expected=_same(found, expected))

    def delete(self, org_id: str, client_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Delete one. Its tokens are refused at once."""
        found = self.get(org_id, client_id, scope=scope)
        self._service.delete(found.id, scope=DEPLOYMENT, by=_with_roles(by), expected=_same(found, expected))

    def _checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members, if the deployment offers organisations all that they name. To disable a client needs no offer."""
        scopes, resources = self.offered()
        if not scopes and given != {"disabled": True}:
            raise Conflict("organisation.clients_off")
        for name, value in given.items():
            if name not in MEMBERS:
                raise Invalid("member.unknown", field=name if name.isidentifier() else "")
            asked = value.split() if name == "scope" and isinstance(value, str) else value
            allowed = {"scope": scopes, "resources": resources}.get(name)
            if allowed is not None and isinstance(asked, list) and not set(map(str, asked)) <= set(allowed):
                raise Invalid("organisation.client_not_offered", values=" ".join(allowed), field=name)
        return dict(given)

    def _require_there(self, org_id: str) -> None:
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")


def _prefix(org_id: str) -> str:
    return f"{org_id}."


def _same(found: Client, expected: Versions) -> Collection[int]:
    """Return the version that was judged, if the caller accepts it: the client may leave the organisation meanwhile."""
    return frozenset({found.version}) & (frozenset({found.version}) if expected is None else frozenset(expected))


def _with_roles(by: Actor) -> Actor:
    """Return the caller for `ClientService`, which asks for `roles:write` where a client has roles."""
    return replace(by, held=by.held | _ROLES)
