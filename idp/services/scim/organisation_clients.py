"""The SCIM clients that an organisation makes for its own directory (threats Q-02, J-05). What they reach is in `idp.services.scim`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Conflict, Forbidden, NotFound
from idp.services.scim.clients import LIFETIME, OVERLAP

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.scim.client import ScimClient
    from idp.services.audit.recorder import Actor
    from idp.services.scim.clients import ScimClientService
    from idp.settings import Settings
    from idp.store.organisations import Organisations

POWER = frozenset({"users:read", "users:write"})
"""The OAuth scopes that a caller needs to get a token of a SCIM client, because the client may do with people what these allow."""


class OrganisationScimClients:
    """Manages them, by their own ids. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was
    written.
    """

    def __init__(self, settings: Settings, service: ScimClientService, organisations: Organisations) -> None:
        self._settings, self._service, self._organisations = settings, service, organisations

    def listing(self, org_id: str, *, scope: Scope) -> list[ScimClient]:
        """Return all of them by id. Two calls."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        return self._service.listing(scope=scope, org_id=org_id)

    def get(self, org_id: str, client_id: str, *, scope: Scope) -> ScimClient:
        """Return one, by a strongly consistent read."""
        scope.require_organisation(org_id)
        return self._service.get(client_id, scope=scope, org_id=org_id)

    def create(
        self, org_id: str, client_id: str, members: Mapping[str, Any], *, lifetime: int = LIFETIME, scope: Scope, by: Actor
    ) -> tuple[ScimClient, str]:  # fmt: skip
        """Make one. Return it and its first token, which is shown once. `lifetime`: of the token, in seconds.

        Raises:
            Conflict: the deployment lets organisations have none, or this id is taken.
            Forbidden: the caller may not do with people what the client could.
        """
        scope.require_organisation(org_id)
        self._require_there(org_id)
        most = self._settings.organization_scim_clients
        if not most:
            raise Conflict("scim_client.not_offered")
        _require_power(by)
        return self._service.create(client_id, members, lifetime=lifetime, scope=scope, by=by, org_id=org_id, most=most)

    def patch(
        self, org_id: str, client_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Collection[int] | None = None
    ) -> ScimClient:  # fmt: skip
        """Change members. None sets the default. Its next request follows the change.

        Raises:
            Forbidden: as of `create`. Disabling it alone takes no more than `organizations:write`.
        """
        scope.require_organisation(org_id)
        self.get(org_id, client_id, scope=scope)
        if dict(changes) != {"enabled": False}:
            _require_power(by)
        return self._service.patch(client_id, changes, scope=scope, by=by, expected=expected, org_id=org_id)

    def rotate_token(
        self, org_id: str, client_id: str, *, lifetime: int = LIFETIME, overlap: int = OVERLAP, scope: Scope, by: Actor,
        expected: Collection[int] | None = None,
    ) -> tuple[ScimClient, str]:  # fmt: skip
        """Make a new token. The newest one stays valid for at most `overlap` seconds more.

        Raises:
            Forbidden: as of `create`.
        """
        scope.require_organisation(org_id)
        self.get(org_id, client_id, scope=scope)
        _require_power(by)
        return self._service.rotate_token(
            client_id, lifetime=lifetime, overlap=overlap, scope=scope, by=by, expected=expected, org_id=org_id
        )  # fmt: skip

    def delete(self, org_id: str, client_id: str, *, scope: Scope, by: Actor, expected: Collection[int] | None = None) -> None:
        """Remove one: its tokens end at once. Its people stay, and belong to it again only under the same id."""
        scope.require_organisation(org_id)
        self._service.delete(client_id, scope=scope, by=by, expected=expected, org_id=org_id)

    def _require_there(self, org_id: str) -> None:
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")


def _require_power(by: Actor) -> None:
    if missing := POWER - by.held:
        raise Forbidden("scim_client.rights_not_held", scopes=" ".join(sorted(missing)))
