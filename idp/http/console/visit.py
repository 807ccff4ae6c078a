"""A request of an admin who may use the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Actor

KEY = "idp.console.visit"
"""The key of the visit in the ASGI scope of a request."""


@dataclass(frozen=True, slots=True)
class Visit:
    """`scope`: what the admin administers. `by`: the admin as the caller of services; `by.held` are their OAuth scopes of the admin API.

    `organisation`: the one of the scope as read for this request; None for an admin of the deployment.
    """

    visitor: Visitor
    scope: Scope
    by: Actor
    organisation: OrganisationProfile | None = None

    @property
    def held(self) -> frozenset[str]:
        """Return the OAuth scopes of the admin API that the admin has."""
        return self.by.held

    @property
    def key(self) -> str:
        """Return the caller of cursors and of forms that act once: the same person for another organisation is another one."""
        return " ".join(["console", self.by.id, *([self.scope.organisation] if self.scope.organisation else [])])

    @property
    def form_id(self) -> str:
        """Return what a form is bound to: the session, and the organisation that the admin saw beside the form."""
        return " ".join([self.visitor.session.id, *([self.scope.organisation] if self.scope.organisation else [])])

    def may(self, *scopes: str) -> bool:
        """Return whether the admin has all of these OAuth scopes."""
        return self.held.issuperset(scopes)
