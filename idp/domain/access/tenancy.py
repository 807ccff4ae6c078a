"""Scope of authority: the part of the deployment that a use case may read and change. OAuth scopes are in `domain/requests/scope.py`.

Each verb of a service that reads or changes people, apps, roles or events takes a `Scope` without a default. The caller makes it once, from
the token or the session. Today the only scope that is served is the whole deployment: a verb that is given an organisation refuses.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.domain.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Deployment:
    """All people, apps, roles and events of this provider."""

    @property
    def organisation(self) -> str:
        """Return "": the caller acts for no organisation."""
        return ""

    def require_deployment(self) -> None:
        """Do nothing: this is the whole deployment."""

    def require_organisation(self, org_id: str) -> None:
        """Do nothing: every organisation is part of the deployment."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """The people, apps, roles and events of one organisation. `id` is the organisation's."""

    id: str

    @property
    def organisation(self) -> str:
        """Return the id of the organisation for which the caller acts."""
        return self.id

    def require_organisation(self, org_id: str) -> None:
        """Refuse another organisation, before anything is read or written.

        Raises:
            NotFound: as if there was no such organisation, so that a caller gets no information about others.
        """
        if org_id != self.id:
            raise NotFound("organisation.unknown")

    def require_deployment(self) -> None:
        """Refuse, before anything is read or written.

        Raises:
            Forbidden: the use case serves no organisations yet.
        """
        raise Forbidden("organisation.not_served")


Scope = Deployment | Organisation
DEPLOYMENT = Deployment()
"""The one value of `Deployment`."""
